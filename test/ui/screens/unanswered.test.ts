import { afterEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

/*
 * Keys pressed while what was asked before is not answered yet, as on a slow line: they act on what
 * was asked last, and an answer that comes late changes nothing else.
 */

afterEach(closeScreens);

async function openList(engine: FakeEngine, size = {}): Promise<Screen> {
  const screen = new Screen(engine, size);
  await screen.untilShows('1/8');
  return screen;
}

async function openSettings(engine: FakeEngine): Promise<Screen> {
  const screen = await openList(engine);
  screen.type(',');
  await screen.untilShows('▸ publicHost');
  return screen;
}

const changes = (engine: FakeEngine) =>
  (engine.requestsOf('settings.set') as { key: string; text: string }[]).map(
    ({ key, text }) => `${key}=${text}`,
  );

describe('a QR code', () => {
  it('is not of a publication that was asked for before', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine, { columns: 120, rows: 60 });
    const releaseFirst = engine.hold('show');
    screen.type('c');
    await screen.untilShows('Reading its links');
    screen.type('\u001b');
    await screen.untilShows('q detach');
    const releaseSecond = engine.hold('show');
    screen.type('jc');
    await screen.untilShows('Reading its links');
    const [first, second] = [1, 2].map((id) => engine.publications.get(id)?.infoHash ?? 'none');
    releaseFirst();
    await screen.settle();
    expect(screen.text()).not.toContain(first);
    releaseSecond();
    await screen.untilShows(`${second}`);
  });
});

describe('a setting', () => {
  it('of few values goes as many steps as its key was pressed', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    screen.type('jjj');
    await screen.untilShows('▸ dashboard.theme');
    const release = engine.hold('settings.set');
    screen.type('  ');
    await screen.until(() => screen.line('▸ dashboard.theme').includes('… light'), 'the second');
    release();
    await screen.until(() => /theme +light/.test(screen.line('▸ dashboard.theme')), 'the answer');
    expect(changes(engine)).toEqual(['dashboard.theme=dark', 'dashboard.theme=light']);
  });

  it('is taken back right behind its change', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    screen.type('\rmine\rz');
    await screen.until(() => changes(engine).length === 2, 'two requests');
    expect(changes(engine)).toEqual(['publicHost=mine', 'publicHost=']);
  });

  it('that is refused is not what z takes back', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    screen.type('\rmine\r');
    await screen.untilShows('publicHost counts when');
    screen.type('j\rx\r');
    await screen.untilShows('× http.port cannot be');
    screen.type('\u001b');
    await screen.untilGone('http.port = ');
    screen.type('z');
    await screen.until(() => changes(engine).length === 3, 'the third');
    expect(changes(engine).at(-1)).toBe('publicHost=');
  });

  it('leaves the field alone that another is typed into when its answer comes', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    const release = engine.hold('settings.set');
    screen.type('\rmine\r');
    await screen.until(() => screen.line('▸ publicHost').includes('… mine'), 'what was asked');
    screen.type('j\r');
    await screen.untilShows('http.port = 6969');
    release();
    await screen.untilShows('publicHost counts when');
    expect(screen.text()).toContain('http.port = 6969');
  });

  it('that is refused when one has gone on is said, and opens no field', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    screen.type('j');
    await screen.untilShows('▸ http.port');
    const release = engine.hold('settings.set');
    screen.type('\rx\rj');
    await screen.untilShows('▸ tracker.bothFamilies');
    release();
    await screen.untilShows('× http.port cannot be');
    await screen.settle();
    expect(screen.text()).not.toContain('http.port = ');
    expect(screen.line(' http.port')).toContain('6969');
  });

  it('that is refused while help is in front goes back into no field', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    screen.type('j');
    await screen.untilShows('▸ http.port');
    const release = engine.hold('settings.set');
    screen.type('\rx\r?');
    await screen.untilShows('Keys of the settings');
    release();
    await screen.untilShows('× http.port cannot be', 'Keys of the settings');
    screen.type('\u001b');
    await screen.untilShows('▸ http.port');
    expect(screen.text()).not.toContain('http.port = ');
  });
});
