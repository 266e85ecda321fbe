import { afterEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, publication } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

afterEach(closeScreens);

async function openList(engine: FakeEngine, columns = 80, rows = 24): Promise<Screen> {
  const screen = new Screen(engine, { columns, rows });
  await screen.untilShows('debian');
  await screen.settle();
  return screen;
}

describe('bytes', () => {
  it('behaviour 25: writes nothing when nothing changes', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    const before = screen.stdout.bytes;
    for (let tick = 0; tick < 3; tick++) {
      engine.update(...engine.publications.values());
      screen.clock.advance(1000);
      await screen.settle();
    }
    expect(screen.stdout.bytes).toBe(before);
    expect(screen.clock.waiting).toBe(0);
  });

  it('writes at most 600 when three rows change at 120x40', async () => {
    const engine = new FakeEngine(Array.from({ length: 60 }, (_, index) => publication(index + 1)));
    const screen = new Screen(engine, { columns: 120, rows: 40 });
    await screen.untilShows('publication-1.iso');
    await screen.settle();
    screen.clock.advance(1000);
    const before = screen.stdout.bytes;
    engine.update(
      ...[4, 15, 28].map((id) => publication(id, { uploadRate: 9.9 * 1024 ** 2, peers: 77 })),
    );
    await screen.untilShows('9.9 MiB/s');
    await screen.settle();
    expect(screen.stdout.bytes - before).toBeGreaterThan(0);
    expect(screen.stdout.bytes - before).toBeLessThanOrEqual(600);
  });

  it('draws one frame for all that changes in a second, and one for a key, among thousands', async () => {
    const engine = new FakeEngine(
      Array.from({ length: 10_000 }, (_, index) => publication(index + 1)),
    );
    const screen = new Screen(engine, { columns: 120, rows: 40 });
    await screen.untilShows('1/10000');
    await screen.settle();
    // each frame is between the two sequences of synchronised output
    const frames = () => screen.stdout.written.split('\u001b[?2026h').length;
    screen.clock.advance(1000);
    const before = frames();
    engine.update(
      ...Array.from({ length: 200 }, (_, index) => publication(index * 50 + 1, { peers: 99 })),
    );
    await screen.untilShows(' 99 ');
    await screen.settle();
    expect(frames() - before).toBe(1);
    const bytes = screen.stdout.bytes;
    screen.type('j');
    await screen.untilShows('2/10000');
    await screen.settle();
    expect(frames() - before).toBe(2);
    expect(screen.stdout.bytes - bytes).toBeLessThanOrEqual(900);
  });

  it('draws everything anew on Ctrl-L', async () => {
    const screen = await openList(new FakeEngine(collection()));
    const drawn = screen.text();
    screen.stdout.emulator.write('\u001b[3;1Hwall: going down\u001b[24;80H');
    await screen.untilShows('wall: going down');
    screen.type('\u000c');
    await screen.until((text) => text === drawn, 'the list, whole');
  });

  it('never clears the whole screen or its history', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type('jj\r');
    await screen.untilShows('Info hash');
    screen.stdout.resize(60, 30);
    screen.stdout.resize(50, 15);
    await screen.untilShows('? help');
    screen.type('\u001b');
    await screen.untilShows('3/8');
    screen.close();
    expect(screen.stdout.written).not.toContain('\u001b[2J');
    expect(screen.stdout.written).not.toContain('\u001b[3J');
  });
});

describe('size', () => {
  it('behaviour 21: fits at once whatever the size becomes', async () => {
    const screen = await openList(new FakeEngine(collection()));
    for (const [columns, rows] of [
      [120, 40],
      [40, 10],
      [90, 14],
      [60, 9],
      [100, 16],
    ] as const) {
      screen.stdout.resize(columns, rows);
      if (rows < 10) {
        await screen.untilShows(`everseed needs 40x10, this is ${columns}x${rows}; q leaves`);
        continue;
      }
      await screen.until(
        (text) => text.split('\n').at(-1)?.includes('? help') ?? false,
        'the hints',
      );
      expect(screen.stdout.lines()[0]).toContain('everseed');
      expect(screen.stdout.lines().filter((line) => line.includes('everseed'))).toHaveLength(1);
    }
  });

  it('behaviour 21: says in a very small terminal what is needed, and still quits', async () => {
    const screen = new Screen(new FakeEngine(collection()), { columns: 30, rows: 6 });
    await screen.untilShows('40x10 needed, 30x6 here');
    screen.type('q');
    await screen.dashboard.left;
  });
});

describe('input', () => {
  it('does not run a paste as keys', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.paste('d\u001b[C\rq  pp');
    await screen.untilShows('Nothing here takes a paste');
    expect(engine.requestsOf('remove')).toEqual([]);
    expect(screen.text()).toContain('1/8');
  });

  it('does not run what a paste sneaks out of its brackets', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.paste('harmless\u001b[201~ d\u001b[C\rq');
    await screen.untilShows('Nothing here takes a paste');
    await screen.settle();
    expect(engine.requests.map(({ method }) => method)).toEqual(['subscribe']);
    expect(screen.text()).toContain('1/8');
    screen.type('j');
    await screen.untilShows('2/8');
  });

  it('pastes into a field as one line', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type('/');
    await screen.untilShows('Enter keep');
    screen.paste('deb\r\nq');
    await screen.untilShows('/ deb q');
  });
});

describe('the engine', () => {
  it('behaviour 17: the engine is looked for again when it is lost, with what was known dimmed', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine, 120, 40);
    engine.refusal = 'The engine did not start: port 6969 is in use.';
    engine.die();
    await screen.untilShows('The connection to the engine ended.', 'Trying again in 1 s', 'debian');
    // the age of what is shown, and the way out, before anything longer
    await screen.untilShows('▲ As of ', 'r retry');
    const row = screen.stdout.lines().findIndex((line) => line.includes('archlinux'));
    const name = screen.stdout.cells(row).slice(20, 30);
    expect(name.every((cell) => cell.isDim())).toBe(true);
    screen.clock.advance(1000);
    await screen.untilShows('port 6969 is in use', 'Trying again in 2 s');
    screen.type('j');
    await screen.untilShows('2/8');
    screen.type('P');
    await screen.untilShows('Not now: the engine is not there.');
    engine.refusal = null;
    screen.type('r');
    await screen.untilShows('● engine 0.1.0');
    await screen.untilGone('Trying again');
  });

  it('says at the start why there is none', async () => {
    const engine = new FakeEngine();
    engine.refusal = 'The engine did not start: port 6969 is in use.';
    const screen = new Screen(engine, { columns: 100 });
    await screen.untilShows('port 6969 is in use', 'There is no engine', 'r retry');
  });
});

describe('themes', () => {
  const colours = (screen: Screen) =>
    screen.stdout
      .lines()
      .flatMap((_, row) => screen.stdout.cells(row))
      .filter((cell) => !cell.isFgDefault() || !cell.isBgDefault());

  it('behaviour 22: uses the terminal’s 16 colours', async () => {
    const screen = await openList(new FakeEngine(collection()));
    expect(colours(screen).length).toBeGreaterThan(0);
    for (const cell of colours(screen)) {
      expect(cell.isFgPalette() && cell.getFgColor() < 16).toBe(true);
    }
  });

  it('behaviour 22: uses no colours under NO_COLOR, and still shows the selected row', async () => {
    const screen = new Screen(new FakeEngine(collection()), { environment: { NO_COLOR: '1' } });
    await screen.untilShows('▸ ● healthy');
    expect(colours(screen)).toEqual([]);
    const row = screen.stdout.lines().findIndex((line) => line.includes('▸'));
    expect(screen.stdout.cells(row).some((cell) => cell.isInverse())).toBe(true);
  });

  it('behaviour 23: draws in ASCII where the locale has nothing else', async () => {
    const screen = new Screen(new FakeEngine([publication(1)]), { environment: { LANG: 'C' } });
    await screen.untilShows('> * healthy');
    expect(screen.text()).toMatch(/^[\n -~]*$/);
  });
});

describe('leaving', () => {
  it.each(['q', '\u0003'])('detaches with %j and leaves a clean terminal', async (key) => {
    const screen = await openList(new FakeEngine(collection()));
    expect(screen.stdout.isAlternate).toBe(true);
    expect(screen.stdin.isRaw).toBe(true);
    screen.type(key);
    await screen.dashboard.left;
    await screen.until(() => !screen.stdout.isAlternate, 'the usual screen');
    expect(screen.stdin.isRaw).toBe(false);
    expect(screen.dashboard.publications()).toBe(8);
    expect(screen.stdout.written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(
      screen.stdout.written.lastIndexOf('\u001b[?25l'),
    );
    expect(screen.stdout.written).toContain('\u001b[?2004l');
  });

  it('suspends with Ctrl-Z and paints again', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type('\u001a');
    await screen.until(() => screen.suspensions === 1, 'the stop');
    await screen.until(() => screen.stdout.isAlternate && screen.stdin.isRaw, 'the return');
    await screen.untilShows('debian', '1/8');
    screen.type('j');
    await screen.untilShows('2/8');
  });
});
