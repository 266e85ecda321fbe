import { afterEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, peer, publication } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

afterEach(closeScreens);

const soleSeed = () => publication(1, { name: 'debian.iso', health: 'sole-seed' });

describe('the detail view', () => {
  it.each([
    [80, 24],
    [120, 40],
  ])('shows facts, health and peers at %ix%i', async (columns, rows) => {
    const engine = new FakeEngine([soleSeed()]);
    engine.peers = [peer(0), peer(1, { client: 'evil\u001b[2J' })];
    const screen = new Screen(engine, { columns, rows });
    await screen.untilShows('debian.iso');
    screen.type('\r');
    await screen.untilShows(
      'This everseed is the only seed.',
      'Ask someone who has it',
      '/srv/debian.iso',
      'magnet:?xt=',
      'qBittorrent 4.6.2',
      '198.51.100.1:51413',
      'evil\ufffd[2J',
    );
  });

  it('scrolls everything as one at 40x10', async () => {
    const engine = new FakeEngine([soleSeed()]);
    engine.peers = Array.from({ length: 20 }, (_, index) => peer(index));
    const screen = new Screen(engine, { columns: 40, rows: 10 });
    await screen.untilShows('debian.iso');
    screen.type('\r');
    await screen.untilShows('Ask someone');
    screen.type('G');
    await screen.untilShows('Client', 'WebTorrent');
    screen.type('g');
    await screen.untilShows('Ask someone');
    screen.type('j');
    await screen.untilGone('Health');
  });

  it('asks for the peers once a second while it is open, and no longer', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine);
    await screen.untilShows('debian');
    screen.type('\r');
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
    const screen = new Screen(engine);
    await screen.untilShows('debian');
    screen.type('\r');
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
    screen.type('\u001b');
    await screen.untilShows('Nothing is published yet');
  });
});

describe('removing', () => {
  it('names the publication and the effect, and stands on keeping it', async () => {
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
    expect(engine.requestsOf('remove')).toEqual([
      { id: publication(1).infoHash, deleteData: false },
    ]);
  });
});
