import { afterEach, describe, expect, it } from 'vitest';
import { textWidth } from '../../../source/ui/terminal/text-width.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, event, peer, publication, tracker } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

afterEach(closeScreens);

const soleSeed = () => publication(1, { name: 'debian.iso', health: 'sole-seed' });

const open = async (engine: FakeEngine, options: ConstructorParameters<typeof Screen>[1] = {}) => {
  const screen = new Screen(engine, options);
  await screen.untilShows('debian');
  screen.type('\r');
  await screen.untilShows('Overview');
  return screen;
};

describe.each([
  [40, 10],
  [80, 24],
  [120, 40],
])('the tabs at %ix%i', (columns, rows) => {
  it('are turned by Tab and shown by number, and nothing is wider than the screen', async () => {
    const engine = new FakeEngine([soleSeed()]);
    engine.peers = [peer(0)];
    engine.files = [{ path: 'disc/one.iso', length: 5000, fault: null }];
    engine.trackers = [tracker()];
    engine.rates = [1000, 2000];
    engine.events = [event(1, { text: 'published debian.iso', askedBy: 'command line' })];
    const screen = await open(engine, { columns, rows });
    await screen.untilShows('This everseed is the only');
    const shows: [string, ...string[]][] = [
      ['\t', 'Client', 'qBittorrent'],
      ['\t', 'File', 'one.iso', 'in place'],
      ['\t', 'udp://tracker', 'tier 1'],
      ['\t', 'Upload rate', 'now 2.0 KiB/s'],
      ['\t', 'What happened', 'published debian'],
      ['\t', 'This everseed is the only'],
      ['5', 'Upload rate'],
      ['2', 'qBittorrent'],
    ];
    for (const [key, ...parts] of shows) {
      screen.type(key);
      await screen.untilShows(...parts);
      for (const line of screen.stdout.lines()) {
        expect(textWidth(line)).toBeLessThanOrEqual(columns);
      }
    }
  });
});

describe('the detail view', () => {
  it('tells which files are wrong, and which only share a piece with one', async () => {
    const engine = new FakeEngine([soleSeed()]);
    engine.files = [
      { path: 'one', length: 5000, fault: 'unproven', sharesPieceWith: 'two' },
      { path: 'two', length: 5000, fault: 'wrong' },
    ];
    const screen = await open(engine, { columns: 80, rows: 24 });
    screen.type('3');
    await screen.untilShows('one', 'unproven', 'two', 'wrong');
  });

  it.each([
    [80, 24],
    [120, 40],
  ])('shows facts and health at %ix%i', async (columns, rows) => {
    const screen = await open(new FakeEngine([soleSeed()]), { columns, rows });
    await screen.untilShows(
      'This everseed is the only seed.',
      'Ask someone who has it',
      '/srv/debian.iso',
      'magnet:?xt=',
    );
  });

  it('behaviour 20: has links to click, which the list has not', async () => {
    const engine = new FakeEngine([soleSeed()]);
    const screen = new Screen(engine, { columns: 80 });
    await screen.untilShows('debian');
    await screen.settle();
    expect(screen.stdout.written).not.toContain('\u001b]8;');
    screen.type('\r');
    await screen.untilShows('magnet:?xt=');
    const { magnet, pageUrl } = engine.detail(soleSeed());
    expect(screen.stdout.written).toContain(`;${magnet}\u0007`);
    expect(screen.stdout.written).toContain(`;${pageUrl}\u0007`);
    expect(screen.text()).not.toContain(']8;');
  });

  it('scrolls at 40x10', async () => {
    const screen = await open(new FakeEngine([soleSeed()]), { columns: 40, rows: 10 });
    await screen.untilShows('Ask someone');
    screen.type('G');
    await screen.untilShows('Web seeds', ' end');
    screen.type('g');
    await screen.untilShows('Ask someone');
    screen.type('j');
    await screen.untilGone('Health');
  });

  it('asks for what the tab shows once a second while it is open, and no longer', async () => {
    const engine = new FakeEngine(collection());
    const screen = await open(engine);
    await screen.until(() => engine.requestsOf('show').length > 0);
    expect(engine.requestsOf('peers')).toEqual([]);
    screen.type('2');
    await screen.untilShows('No peer is connected now.');
    engine.peers = [peer(0)];
    screen.clock.advance(1000);
    await screen.untilShows('qBittorrent');
    engine.peers = [peer(0, { client: 'Deluge 2.1' })];
    await screen.settle();
    screen.clock.advance(1000);
    await screen.untilShows('Deluge 2.1');
    screen.type('\u001b');
    await screen.untilShows('1/8');
    const asked = engine.requestsOf('peers').length;
    screen.clock.advance(5000);
    expect(engine.requestsOf('peers')).toHaveLength(asked);
  });

  it('costs no bytes while nothing about it changes', async () => {
    const engine = new FakeEngine(collection());
    engine.peers = [peer(0)];
    const screen = await open(engine);
    screen.type('2');
    await screen.untilShows('qBittorrent');
    await screen.settle();
    const before = screen.stdout.bytes;
    for (let tick = 0; tick < 4; tick++) {
      const asked = engine.requestsOf('peers').length;
      screen.clock.advance(1000);
      await screen.until(() => engine.requestsOf('peers').length > asked, 'the next request');
      await screen.settle();
    }
    expect(screen.stdout.bytes).toBe(before);
  });

  it('shows who its peers are, by the order asked for, with a legend', async () => {
    const engine = new FakeEngine([soleSeed()]);
    engine.peers = [
      peer(0, { client: 'slow', uploadRate: 10, choked: true, uploaded: 9e9 }),
      peer(1, { client: 'evil\u001b[2J', uploadRate: 9e6, connectedAt: 1e12, secondsLeft: 7200 }),
      peer(2, {
        client: 'found',
        source: 'dht',
        encrypted: true,
        uploadRate: 9,
        interested: false,
      }),
    ];
    const screen = await open(engine, { columns: 120 });
    screen.type('2');
    await screen.untilShows('by up rate', 'U sent data', 'evil\ufffd[2J', '– idle');
    expect(screen.line('evil')).toMatch(/ 8\.6 MiB\/s .* 2h +U +incoming /);
    expect(screen.line('slow')).toMatch(/ – +w +incoming /);
    expect(screen.line('found')).toMatch(/ – +OE +DHT /);
    const isAbove = (above: string, below: string) => (text: string) =>
      text.indexOf(above) < text.indexOf(below);
    expect(isAbove('evil', 'slow')(screen.text())).toBe(true);
    screen.type('s');
    await screen.untilShows('by sent');
    await screen.until(isAbove('slow', 'evil'));
    screen.type('S');
    await screen.untilShows('by sent, reversed');
    await screen.until(isAbove('evil', 'slow'));
    for (const order of ['progress', 'client', 'source']) {
      screen.type('s');
      await screen.untilShows(`by ${order} `);
    }
    await screen.until(isAbove('found', 'evil'));
    // who was not found by anybody but came is last, and the legend fits
    expect(screen.line('by source')).toMatch(/O outgoing {2}E encrypted {2}– idle *$/);
  });

  it('cuts nothing of what was sent where it takes two lines', async () => {
    const screen = await open(new FakeEngine([{ ...soleSeed(), completed: 123_456 }]), {
      columns: 44,
    });
    await screen.untilShows('123456', 'downloads');
    expect(screen.line('Sent')).not.toContain('…');
  });

  it('leaves out what matters least of its peers first, and explains only what it shows', async () => {
    const engine = new FakeEngine([soleSeed()]);
    engine.peers = [peer(0, { client: 'Transmission 3.00', uploadRate: 9e6 })];
    const titlesAt = async (columns: number) => {
      const screen = await open(engine, { columns });
      screen.type('2');
      await screen.untilShows('by up rate', 'Transm');
      expect(screen.text().includes('U sent data')).toBe(screen.line('Client').includes('Flags'));
      return screen
        .line('Client')
        .trim()
        .split(/ {2,}|(?<=Address) /);
    };
    const all = 'Client Address Progress Up_rate Sent ETA Flags Source Age';
    const first = (count: number) =>
      all
        .split(' ')
        .slice(0, count)
        .map((title) => title.replace('_', ' '));
    expect(await titlesAt(120)).toEqual(first(9));
    expect(await titlesAt(80)).toEqual(first(5));
    expect(await titlesAt(40)).toEqual(['Client', 'Progress', 'Up rate']);
  });

  it('finds files far down as they are scrolled to', async () => {
    const engine = new FakeEngine([soleSeed()]);
    engine.files = Array.from({ length: 3000 }, (_, index) => ({
      path: `folder/file-${index}`,
      length: 1000,
      fault: index === 2999 ? ('missing' as const) : null,
    }));
    const screen = await open(engine);
    screen.type('3');
    await screen.untilShows('folder/file-0 ', ' 1-17/3000');
    screen.type('G');
    await screen.untilShows('folder/file-2999', '× missing', ' 2984-3000/3000');
    screen.type('g');
    await screen.untilShows('folder/file-0 ');
  });

  it('says how trackers stand, what they said, and when they are asked again', async () => {
    const engine = new FakeEngine([soleSeed()]);
    const now = Date.UTC(2026, 0, 2, 3, 4, 5);
    engine.trackers = [
      tracker({
        url: 'http://seed.example.org:6969/announce',
        state: 'own',
        seeds: 3,
        leechers: 1,
      }),
      tracker({
        tier: 1,
        state: 'failing',
        lastAnnounce: now - 12 * 60_000,
        nextAnnounce: now + 125_000,
        message: 'the tracker does not answer',
      }),
    ];
    const screen = await open(engine, { columns: 100 });
    screen.type('4');
    await screen.untilShows(
      '● http://seed.example.org:6969/announce',
      'this everseed’s own, tier 1, 3 seeds, 1 leecher',
      '▲ udp://tracker.example.net:1337/announce',
      'fails, and is tried again, tier 2, asked 11m ago, again in 2m',
      'the tracker does not answer',
    );
  });

  it('shows trackers of an engine that knows more states', async () => {
    const engine = new FakeEngine([soleSeed()]);
    const newer: Record<string, unknown> = { state: 'asleep' };
    engine.trackers = [{ ...tracker(), ...newer }];
    const screen = await open(engine, { columns: 100 });
    screen.type('4');
    await screen.untilShows('udp://tracker.example.net:1337/announce', 'asleep, tier 1');
  });

  it('draws rate and peers over the span asked for', async () => {
    const engine = new FakeEngine([soleSeed()]);
    engine.rates = Array.from({ length: 50 }, (_, index) => index * 100);
    const screen = await open(engine);
    screen.type('5');
    await screen.untilShows(
      'The last 5 minutes',
      'peak 4.8 KiB/s',
      '5.0 KiB/s ┤',
      '2.5 KiB/s ┤',
      '⣿',
      'now 5, peak 5',
    );
    screen.type('s');
    await screen.untilShows('The last hour', '1 h ago', '30 min');
    expect(engine.requestsOf('history').at(-1)).toEqual({
      publication: publication(1).infoHash,
      range: '1h',
    });
  });

  it('tells what happened, and goes on telling', async () => {
    const engine = new FakeEngine([soleSeed()]);
    engine.events = [event(1), event(2, { publication: 7 })];
    const screen = await open(engine);
    screen.type('6');
    await screen.untilShows('event number 1');
    screen.clock.advance(1000);
    engine.send({ events: [event(3, { level: 'error', text: 'its data is gone' }), event(4)] });
    await screen.untilShows('× error', 'its data is gone', 'event number 4');
    expect(screen.text()).not.toContain('event number 2');
  });

  it('copies the magnet, and says when the publication is gone', async () => {
    const engine = new FakeEngine([soleSeed()]);
    const screen = new Screen(engine);
    await screen.untilShows('debian.iso');
    screen.type('\r');
    await screen.untilShows('magnet:');
    screen.type('y');
    await screen.untilShows('Copied the magnet link');
    screen.clock.advance(1000);
    engine.send({ removed: [1] });
    await screen.untilShows('This publication was removed.');
    // what it had is not given to anybody any more, nor asked for
    screen.type('y');
    await screen.untilShows('× This publication was removed.');
    expect(screen.copied()).toHaveLength(1);
    const asked = engine.requestsOf('show').length;
    screen.clock.advance(5000);
    await screen.settle();
    expect(engine.requestsOf('show')).toHaveLength(asked);
    screen.type('\u001b');
    await screen.untilShows('Nothing is published yet');
  });
});

describe('removing', () => {
  it('behaviour 13: removing names the publication and the effect, and stands on keeping it', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine);
    await screen.untilShows('debian');
    screen.type('d');
    await screen.untilShows(
      'Remove debian-12.7.0',
      'no longer seeded',
      'data stays on disk',
      '▸ Keep it',
    );
    screen.type('\r');
    await screen.untilGone('Keep it');
    screen.type('d\u001b');
    await screen.settle();
    expect(engine.requestsOf('remove')).toEqual([]);
    expect(screen.text()).toContain('debian');
  });

  it('is not answered by the burst that asked', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine);
    await screen.untilShows('debian');
    screen.type('jd\t\r');
    await screen.untilShows('Remove archlinux', '▸ Keep it');
    await screen.settle();
    expect(screen.text()).toContain('▸ Keep it');
    expect(engine.requestsOf('remove')).toEqual([]);
  });

  it('is answered by a burst once it is there to be read', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine);
    await screen.untilShows('debian');
    screen.type('d');
    await screen.untilShows('▸ Keep it');
    screen.type('\t\r');
    await screen.untilShows('Removed debian');
    expect(engine.requestsOf('remove')).toHaveLength(1);
  });

  it('removes when that was chosen, and keeps the data', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine, { columns: 40, rows: 10 });
    await screen.untilShows('debian');
    screen.type('d');
    await screen.untilShows('▸ Keep it');
    screen.type('\u001b[C');
    await screen.untilShows('▸ Remove it');
    screen.type('\r');
    await screen.untilShows('Removed debian');
    await screen.untilShows('1/7');
    expect(engine.requestsOf('remove')).toMatchObject([
      { id: publication(1).infoHash, deleteData: false },
    ]);
  });
});
