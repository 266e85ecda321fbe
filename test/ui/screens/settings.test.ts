import { afterEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

afterEach(closeScreens);

async function openSettings(
  engine: FakeEngine,
  size: { columns?: number; rows?: number } = {},
): Promise<Screen> {
  const screen = new Screen(engine, size);
  await screen.untilShows('1/8');
  screen.type(',');
  await screen.untilShows('▸ publicHost');
  return screen;
}

const down = '\u001b[B';

describe('what a setting means', () => {
  it('is set apart from the list, under the setting’s name', async () => {
    const screen = await openSettings(new FakeEngine(collection()));
    expect(screen.stdout.lines().filter((line) => line.startsWith('─ publicHost ─'))).toHaveLength(
      1,
    );
    screen.type(down);
    await screen.untilShows('─ http.port ─', '2/6');
  });
});

describe.each([
  [40, 10],
  [80, 24],
  [120, 40],
])('the settings at %ix%i', (columns, rows) => {
  it('are typed in place, refused with the reason, and marked when they wait', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine, { columns, rows });
    screen.type(down);
    await screen.untilShows('▸ http.port', 'What http.port means');
    screen.type('\r');
    await screen.untilShows('http.port = 6969');
    screen.type('x\r');
    await screen.untilShows('http.port = 6969x', '× http.port cannot be');
    screen.type('\u007f\u007f8\r');
    await screen.untilShows('http.port counts when');
    expect(engine.requestsOf('settings.set').at(-1)).toEqual({ key: 'http.port', text: '6968' });
    if (columns > 40) await screen.untilShows('after restart');
    expect(screen.line('▸ http.port')).toContain('6968');
    screen.type('d');
    await screen.until(() => engine.requestsOf('settings.set').length === 3, 'the request');
    expect(engine.requestsOf('settings.set').at(-1)).toEqual({ key: 'http.port', text: '6969' });
  });

  it('are taken back by z, also when a stray d brought a default back', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine, { columns, rows });
    screen.type('zd');
    await screen.untilShows('× It has its default.');
    screen.type('\rmine\r');
    await screen.until(() => screen.line('▸ publicHost').includes('mine'), 'mine');
    screen.type('d');
    await screen.until(() => !screen.line('▸ publicHost').includes('mine'), 'the default');
    await screen.untilShows(columns > 40 ? 'z takes it back.' : '✓ publicHost');
    screen.type(`${down}z`);
    await screen.until(() => screen.line('publicHost').includes('mine'), 'mine again');
    expect(engine.requestsOf('settings.set')).toEqual(
      ['mine', '', 'mine'].map((text) => ({ key: 'publicHost', text })),
    );
  });
});

describe('the settings', () => {
  it('say what each means, takes and is by default', async () => {
    const screen = await openSettings(new FakeEngine(collection()));
    await screen.untilShows(
      'What publicHost means',
      'It takes a host name or an address, or nothing; the default is nothing.',
    );
  });

  it('are narrowed down by typing, and changed where they are found', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    screen.type('/');
    await screen.untilShows(' 6 of 6 ', 'Enter keep');
    screen.type('PORT');
    await screen.untilShows(' / PORT', ' 1 of 6 ', '▸ http.port', 'when everseed is started again');
    screen.type('\r');
    await screen.untilShows('Enter change');
    screen.type('\r\u00157000\r');
    await screen.until(() => screen.line('▸ http.port').includes('7000'), 'the new value');
    await screen.untilShows('It waits for everseed');
    screen.type('\u001b');
    await screen.untilShows('dashboard.theme', '▸ http.port');
    screen.type('/no such');
    await screen.untilShows(' 0 of 6 ');
    screen.type('\r\r');
    await screen.untilShows('No setting is shown.');
  });

  it('of few values go through them, and back', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    screen.type('jj');
    await screen.untilShows('▸ tracker.bothFamilies');
    screen.type(' ');
    await screen.until(() => screen.line('▸ tracker.both').includes('false'), 'false');
    screen.type('\u001b[D');
    await screen.until(() => screen.line('▸ tracker.both').includes('true'), 'true');
  });

  it('leave a value as it was on Esc', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    screen.type('\r');
    await screen.untilShows('publicHost = ');
    screen.type('seed\u001b');
    await screen.untilGone('publicHost = ');
    expect(engine.requestsOf('settings.set')).toEqual([]);
    screen.type('\u001b');
    await screen.untilShows('1/8');
  });

  it('of the dashboard are taken up at once: glyphs, colours and keys', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openSettings(engine);
    screen.type('jjjj');
    await screen.untilShows('▸ dashboard.glyphs');
    screen.type(' ');
    await screen.until(() => screen.line('▸ dashboard.glyphs').includes('unicode'), 'unicode');
    screen.type(' ');
    await screen.untilShows('> dashboard.glyphs');
    screen.type('j\r');
    await screen.untilShows('dashboard.keys = ');
    screen.type('list.sor=X\r');
    await screen.untilShows('There is no command list.sor: docs/keys.md has their names.');
    screen.type('\u007f\u007ft=X\r');
    await screen.until(() => screen.line('> dashboard.keys').includes('list.sort=X'), 'it');
    screen.type('\u001b');
    await screen.untilShows('newest first');
    screen.type('X');
    await screen.untilShows('by name');
    screen.type('s');
    await screen.settle();
    expect(screen.text()).toContain('by name');
    screen.type('?sort by');
    await screen.untilShows('> X');
  });
});
