import { afterEach, describe, expect, it } from 'vitest';
import { EverseedError } from '../../../source/errors.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, event, progress, publication, settings } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

/*
 * What the two lines at the bottom say of keys: only what is true where one is.
 */

afterEach(closeScreens);

const wide = { columns: 160, rows: 30 };

async function openList(engine: FakeEngine, options = wide): Promise<Screen> {
  const screen = new Screen(engine, options);
  await screen.untilShows('q detach');
  await screen.untilShows('1/');
  return screen;
}

const bar = (screen: Screen) => screen.stdout.lines().at(-1) ?? '';

/** Whether a word of the bar is dimmed, its key included. */
function isDim(screen: Screen, hint: string): boolean {
  const column = bar(screen).indexOf(hint);
  const cells = screen.stdout.cells(screen.stdout.rows - 1).slice(column, column + hint.length);
  return column >= 0 && cells.every((cell) => cell.isDim() || cell.getChars().trim() === '');
}

describe('the hint bar', () => {
  it('behaviour 3: has keys that do nothing now dimmed, and they say why', async () => {
    const screen = await openList(new FakeEngine(collection()));
    expect(isDim(screen, 'd remove')).toBe(false);
    expect(isDim(screen, 'z undo')).toBe(true);
    screen.type('z');
    await screen.untilShows('There is nothing to take back.');
    expect(isDim(screen, 'b jobs')).toBe(true);
  });

  it('behaviour 3: has what needs a publication or an entry dimmed where there is none', async () => {
    const screen = new Screen(new FakeEngine(), wide);
    await screen.untilShows('Press p to publish', 'P pause');
    for (const hint of ['P pause', 'd remove']) expect(isDim(screen, hint)).toBe(true);
    expect(isDim(screen, 'p publish')).toBe(false);
    screen.type('p');
    await screen.untilShows('Type to narrow down.');
    screen.type('no such entry');
    await screen.untilShows('Nothing here matches.');
    expect(isDim(screen, 'Enter publish')).toBe(true);
    screen.type('\r');
    await screen.untilShows('There is nothing here to choose.');
  });

  it('behaviour 3: a key of another place says where it works', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type(',');
    await screen.untilShows('▸ publicHost');
    screen.type('y');
    await screen.untilShows('Not here: y is for a publication and the final card.');
    screen.type('H');
    await screen.untilShows('it is degraded');
  });

  it('behaviour 12: names what the keys would do, and to how many', async () => {
    const engine = new FakeEngine([
      publication(1, { state: 'paused', health: 'paused' }),
      publication(2),
    ]);
    const screen = await openList(engine);
    screen.type('s');
    await screen.untilShows('by name');
    screen.type('g');
    await screen.untilShows('P resume');
    screen.type('j');
    await screen.untilShows('P pause');
    screen.type('g  ');
    await screen.untilShows('2 selected', 'P pause 2', 'd remove 2', 'y magnet 2', 'U limit 2');
  });
});

describe('the line above it', () => {
  it('behaviour 14: keeps the time to undo beside messages, marks, a filter and errors', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    engine.undoableUntil = screen.clock.now() + 10 * 60_000;
    screen.type('d');
    await screen.untilShows('▸ Keep it');
    screen.type('\t\r');
    await screen.untilShows('z takes it back.', 'z 10 min');
    screen.clock.advance(7000);
    screen.type('/e\r');
    await screen.untilShows('filter e', 'z 10 min');
    screen.type(' ');
    await screen.untilShows('1 selected', 'filter e', 'z 10 min');
    engine.events = [event(1, { level: 'error' })];
    engine.send({ events: engine.events });
    await screen.untilShows('1 error not read yet: L shows the log', 'z 10 min');
    engine.answer = async () => {
      throw new EverseedError('no', 'the disk is full');
    };
    screen.type('P');
    await screen.untilShows('× the disk is full', 'z 10 min');
  });

  it('says only where it is so that z takes back and L shows the log', async () => {
    const engine = new FakeEngine(collection());
    engine.events = [event(1, { level: 'error' })];
    const screen = await openList(engine);
    engine.undoableUntil = screen.clock.now() + 10 * 60_000;
    screen.type('d');
    await screen.untilShows('▸ Keep it');
    screen.type('\t\r');
    await screen.untilShows('z takes it back.');
    for (const [key, shown] of [
      [',', '▸ publicHost'],
      ['p', 'Type to narrow down'],
      ['?', 'Keys of the list'],
      [':', 'Command'],
    ] as const) {
      screen.type(key);
      await screen.untilShows(shown);
      expect(screen.text(), key).not.toMatch(/takes it back|z \d+ min|takes back, for/);
      if (key === 'p') expect(screen.text()).not.toContain('L shows');
      screen.type('\u001b');
      await screen.untilShows('q detach', 'z takes it back.');
    }
  });

  it('has the key that the user has chosen', async () => {
    const engine = new FakeEngine(collection());
    const keys = settings().map((setting) =>
      setting.key === 'dashboard.keys' ? { ...setting, value: 'undo=B,log.open=comma' } : setting,
    );
    engine.settings = keys;
    engine.events = [event(1, { level: 'error' })];
    const screen = await openList(engine);
    screen.type(',');
    await screen.untilShows('▸ publicHost');
    screen.type('\u001b');
    await screen.untilShows('not read yet: , shows the log');
    screen.type(',');
    await screen.untilShows('event number 1');
  });

  it('behaviour 9: tells the place in settings, files, the palette and help', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine, { columns: 80, rows: 24 });
    screen.type(',');
    await screen.untilShows('▸ publicHost');
    screen.type('j');
    await screen.untilShows(` 2/${settings().length}`);
    screen.type('\u001b');
    await screen.untilShows('q detach');
    screen.type(':');
    await screen.untilShows('Command');
    expect(screen.stdout.lines().at(-2)).toMatch(/ 1\/\d+ *$/);
    screen.type('\u001b[B');
    await screen.until(() => / 2\/\d+ *$/.test(screen.stdout.lines().at(-2) ?? ''), 'the second');
    screen.type('\u001b');
    await screen.untilShows('1/8');
    screen.type('?keys of');
    await screen.untilShows('▸ ?');
    expect(screen.stdout.lines().at(-2)).toMatch(/ 1\/\d+ *$/);
  });

  it('behaviour 9: tells which rows of peers, files and events are in view', async () => {
    const engine = new FakeEngine([publication(1)]);
    engine.events = Array.from({ length: 60 }, (_, index) => event(index + 1));
    const screen = await openList(engine, { columns: 80, rows: 24 });
    screen.type('\r6');
    await screen.untilShows(' 1-17/60');
    screen.type('G');
    await screen.untilShows(' 44-60/60');
  });
});

describe('a publish job', () => {
  async function openJob(): Promise<{ screen: Screen; engine: FakeEngine }> {
    const engine = new FakeEngine(collection());
    engine.jobs = [progress({ job: 'theirs' })];
    const screen = await openList(engine);
    screen.type('b');
    await screen.untilShows('Publishing debian');
    return { screen, engine };
  }

  it('goes on when Esc leads back', async () => {
    const { screen, engine } = await openJob();
    expect(bar(screen)).toContain('Esc background');
    screen.type('\u001b');
    await screen.untilShows('1/8');
    expect(engine.requestsOf('publish.cancel')).toEqual([]);
  });

  it('is left to the panels, and by detaching, from keys and the palette', async () => {
    const { screen } = await openJob();
    screen.type('L');
    await screen.untilShows('Nothing has happened yet.');
    screen.type('\u001b');
    await screen.untilShows('1/8');
    screen.type('b');
    await screen.untilShows('Publishing debian');
    screen.type(':detach');
    await screen.untilShows('▸ detach');
    screen.type('\r');
    await screen.dashboard.left;
  });
});

describe('copying', () => {
  it('behaviour 19: Y shows as text what was copied of several, and in the QR code', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine, { columns: 120, rows: 60 });
    screen.type('  y');
    await screen.untilShows('Copied the magnet links of 2; Y shows it as text.');
    screen.type('Y');
    await screen.untilShows('Press any key');
    const shown = screen.text();
    expect(shown).toContain('debian-12.7.0');
    expect(shown).toContain('archlinux');
    screen.type(' ');
    await screen.untilShows('q detach');
    screen.type('\u001bc');
    await screen.untilShows('page URL');
    screen.type('y');
    await screen.untilShows('Copied the page URL; Y shows it as text.');
    screen.type('Y');
    await screen.untilShows('Press any key');
  });

  it('behaviour 19: copies hash, .torrent and page from the list, a line of each that is marked', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    for (const [key, said] of [
      ['i', 'Copied the info hash'],
      ['t', 'Copied the .torrent URL'],
      ['u', 'Copied the page URL'],
    ] as const) {
      screen.type(key);
      await screen.untilShows(said);
    }
    screen.type('  i');
    await screen.untilShows('Copied the info hashes of 2');
    const hash = engine.publications.get(1)?.infoHash ?? '';
    const [first, torrent, page, both] = screen.copied();
    expect(first).toBe(hash);
    expect(torrent).toContain(`${hash}.torrent`);
    expect(page).toContain(`/p/${hash}`);
    expect(both?.split('\n')).toEqual([hash, engine.publications.get(2)?.infoHash]);
  });
});

describe('the palette of the list', () => {
  it.each([
    ['peers', 'No peer is connected'],
    ['files', 'File'],
    ['graph', 'The last 5 minutes'],
    ['events', 'Nothing has happened'],
  ])('behaviour 5: %s is of the publication under the cursor', async (name, shown) => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type(`j:${name}\r`);
    await screen.untilShows('archlinux', shown);
  });
});
