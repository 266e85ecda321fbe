import { afterEach, describe, expect, it } from 'vitest';
import { formatRate } from '../../../source/format/units.ts';
import { textWidth } from '../../../source/ui/terminal/text-width.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, progress, publication } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

afterEach(closeScreens);

const down = '\u001b[B';
const manyPublications = () => Array.from({ length: 60 }, (_, index) => publication(index + 1));

describe.each([
  [40, 10],
  [80, 24],
  [120, 40],
])('the list at %ix%i', (columns, rows) => {
  it('shows health in words, names and the keys', async () => {
    const screen = new Screen(new FakeEngine(collection()), { columns, rows });
    await screen.untilShows('everseed', '● healthy', 'debian', '1/8', '? help', 'q detach');
    expect(screen.text()).toContain('◐ sole seed');
    for (const line of screen.stdout.lines()) {
      expect(textWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  it('says what to press when there is nothing', async () => {
    const screen = new Screen(new FakeEngine(), { columns, rows });
    await screen.untilShows('Nothing is published yet.', 'Press p to publish', 'p publish');
  });

  it('behaviour 9: shows only the rows that fit and where it is among all', async () => {
    const screen = new Screen(new FakeEngine(manyPublications()), { columns, rows });
    await screen.untilShows('1/60');
    screen.type('G');
    await screen.untilShows('60/60', '▸ ● healthy');
    expect(screen.line('▸')).not.toBe(screen.stdout.lines()[rows > 20 ? 3 : 2]);
    screen.type('g');
    await screen.untilShows('1/60');
    expect(screen.line('▸')).toBe(screen.stdout.lines()[rows > 20 ? 3 : 2]);
  });
});

describe('the list', () => {
  it('shows more columns the wider it is', async () => {
    const engine = new FakeEngine(collection());
    const wide = new Screen(engine, { columns: 120, rows: 40 });
    await wide.untilShows('debian');
    expect(wide.line('Health')).toMatch(
      /Health +Name +Size +Seed\/Lch +Uploaded +Ratio +Peers +Up rate +Activity/,
    );
    const wider = new Screen(engine, { columns: 132, rows: 40 });
    await wider.untilShows('debian');
    expect(wider.line('Health')).toMatch(/Name +Size +Completed +Seed\/Lch /);
    const usual = new Screen(engine, { columns: 80, rows: 24 });
    await usual.untilShows('debian');
    expect(usual.line('Health')).toMatch(/Health +Name +Seed\/Lch +Peers +Up rate/);
    const narrow = new Screen(engine, { columns: 40, rows: 10 });
    await narrow.untilShows('debian');
    expect(narrow.line('Health')).toMatch(/Health +Name +Up rate/);
  });

  it('cuts no name that there is room for, at the cost of what says less', async () => {
    for (const columns of [80, 120]) {
      const screen = new Screen(new FakeEngine(collection()), { columns, rows: 24 });
      await screen.untilShows('debian-12.7.0-amd64-netinst.iso', 'archlinux-2026.01.01-x86_64.iso');
    }
  });

  it('has as many columns as fit beside short names', async () => {
    const short = collection().map((one, place) => ({ ...one, name: `disc-${place}.iso` }));
    const screen = new Screen(new FakeEngine(short), { columns: 120, rows: 24 });
    await screen.untilShows('disc-0.iso');
    expect(screen.line('Health')).toMatch(
      /Health +Name +Size +Completed +Seed\/Lch +Uploaded +Ratio +Peers +Up rate +Activity/,
    );
    const usual = new Screen(new FakeEngine(short), { columns: 80, rows: 24 });
    await usual.untilShows('disc-0.iso');
    expect(usual.line('Health')).toMatch(/Health +Name +Seed\/Lch +Ratio +Peers +Up rate/);
  });

  it('puts wide and combining characters into their columns', async () => {
    const screen = new Screen(new FakeEngine(collection()), { columns: 130, rows: 40 });
    await screen.untilShows('日本語のアーカイブ.tar.zst');
    const sizeColumn = (part: string) => {
      const line = screen.line(part);
      return textWidth(line.slice(0, line.search(/[\d.]+ [MG]iB /)).trimEnd()) > 0
        ? textWidth(line.slice(0, line.search(/iB /)))
        : -1;
    };
    const columns = ['debian-12', '日本語', 'planet', 'été'.normalize('NFD')].map(sizeColumn);
    expect(new Set(columns).size).toBe(1);
  });

  it('takes a burst of keys one by one', async () => {
    const screen = new Screen(new FakeEngine(manyPublications()));
    await screen.untilShows('1/60');
    screen.type('jjj');
    await screen.untilShows('4/60');
    screen.type('kk');
    await screen.untilShows('2/60');
    screen.type(down + down);
    await screen.untilShows('4/60');
    screen.type('gj\r');
    await screen.untilShows('Info hash');
    expect(screen.text()).toContain('publication-2.iso');
  });

  it('behaviour 7: keeps the cursor on its publication when the list changes', async () => {
    const engine = new FakeEngine(manyPublications());
    const screen = new Screen(engine);
    await screen.untilShows('1/60');
    screen.type('jjs');
    await screen.untilShows('by name', '3/60');
    screen.clock.advance(1000);
    engine.update(publication(500, { name: 'a-new-one' }));
    await screen.untilShows('4/61', '▸ ● healthy      publication-3.iso');
    engine.publications.delete(3);
    screen.clock.advance(1000);
    engine.send({ removed: [3] });
    await screen.untilShows('4/60', '▸ ● healthy      publication-4.iso');
  });

  it('behaviour 6: filters as it is typed, and Esc clears', async () => {
    const screen = new Screen(new FakeEngine(collection()));
    await screen.untilShows('1/8');
    screen.type('/DEB');
    await screen.untilShows('/ DEB', '1/1 of 8');
    expect(screen.text()).not.toContain('archlinux');
    screen.type('\r');
    await screen.untilShows('filter DEB', '1/1 of 8', 'Esc all');
    screen.type('\u001b');
    await screen.untilShows('archlinux', '1/8');
    screen.type('/nothing like it');
    await screen.untilShows('Nothing matches nothing like it');
  });

  it('cycles through the orders', async () => {
    const screen = new Screen(new FakeEngine(collection()));
    await screen.untilShows('newest first');
    screen.type('ss');
    await screen.untilShows('by health');
    const lines = screen.stdout.lines().join('\n');
    expect(lines.indexOf('× dead')).toBeLessThan(lines.indexOf('● healthy'));
  });

  it('shows publish jobs with how far, how fast and how long', async () => {
    const engine = new FakeEngine(collection());
    engine.jobs = [progress()];
    const screen = new Screen(engine, { columns: 120, rows: 40 });
    await screen.untilShows(
      'hashing debian-12.7.0-amd64-netinst.iso',
      '53 %',
      '412 MiB/s',
      '1s left',
    );
    engine.jobs = Array.from({ length: 6 }, (_, index) => progress({ job: `job-${index}` }));
    screen.clock.advance(1000);
    engine.send({ jobs: engine.jobs });
    await screen.untilShows('and 4 more being published');
  });

  it('behaviour 16: pauses and resumes, and shows that it was asked', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine);
    await screen.untilShows('● healthy      debian');
    screen.type('P');
    await screen.untilShows('‖ paused       debian');
    expect(engine.requestsOf('pause')).toMatchObject([{ id: publication(1).infoHash }]);
    screen.type('P');
    await screen.untilShows('● healthy      debian');
  });

  it('behaviour 16: says in the engine’s words why something failed', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine);
    await screen.untilShows('debian');
    engine.publications.clear();
    screen.type('P');
    await screen.untilShows('× There is no publication 0001');
    screen.type('\u001b');
    await screen.untilGone('There is no publication');
  });

  it('behaviour 15: an error comes back after good news, until it is dismissed', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine);
    await screen.untilShows('1/8');
    // gone from the engine, which has not told it yet
    engine.publications.delete(2);
    screen.type('   d');
    await screen.untilShows('Remove 3 publications?');
    screen.clock.advance(100);
    screen.type('\t\r');
    await screen.untilShows('Removed 2 of 3 publications; z takes it back.');
    screen.clock.advance(6000);
    await screen.untilShows('× There is no publication 0002');
    screen.type('\u001b');
    await screen.untilGone('Esc unmark');
    screen.type('i');
    await screen.untilShows('Copied the info hash');
    screen.type('\u001b');
    await screen.untilShows('× There is no publication 0002');
    screen.type('\u001b');
    await screen.untilGone('There is no publication');
  });

  it('behaviour 19: copies the magnet of the selected publication', async () => {
    const screen = new Screen(new FakeEngine(collection()));
    await screen.untilShows('debian');
    screen.type('y');
    await screen.untilShows('Copied the magnet link');
    expect(screen.copied()).toEqual([expect.stringMatching(/^magnet:\?xt=urn:btih:0001/)]);
    screen.clock.advance(10_000);
    await screen.untilGone('Copied the magnet link');
  });

  it('makes a stranger’s name harmless', async () => {
    const name = 'evil\u001b[2J\u0007\r\nname\u202e';
    const screen = new Screen(new FakeEngine([publication(1, { name })]));
    await screen.untilShows('evil\ufffd[2J');
    expect(screen.stdout.written).not.toContain('\u001b[2J');
  });
});

describe('marks', () => {
  it('behaviour 12: marks are put by Space, and keys act on all of them', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine);
    await screen.untilShows('1/8');
    screen.type('  ');
    await screen.untilShows('2 selected', '3/8', ' ✓ ● healthy      debian');
    screen.type('P');
    await screen.untilShows('Paused 2 publications; z takes it back.', '‖ paused       archlinux');
    expect(engine.requestsOf('pause')).toMatchObject([
      { id: publication(1).infoHash },
      { id: publication(2).infoHash },
    ]);
    screen.type('d');
    await screen.untilShows('Remove 2 publications?', '▸ Keep them');
    screen.type('\t\r');
    await screen.untilShows('Removed 2 publications; z takes it back.', '1/6');
    expect(screen.text()).not.toContain('selected');
    expect(screen.stdout.lines().at(-1)).not.toContain('unmark');
  });

  it('behaviour 12: what is still being changed is left, and that is said', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine);
    await screen.untilShows('1/8');
    const release = engine.hold('verify');
    screen.type('V');
    await screen.untilShows('… verifying');
    screen.type('  d');
    await screen.untilShows('Remove 2 publications?');
    screen.clock.advance(100);
    screen.type('\t\r');
    await screen.untilShows('Removed 1 of 2 publications; z takes it back.');
    release();
    await screen.untilShows('is whole');
    expect(engine.requestsOf('remove')).toHaveLength(1);
  });

  it('behaviour 11: marks cover ranges, all that the filter shows, and the others', async () => {
    const screen = new Screen(new FakeEngine(manyPublications()));
    await screen.untilShows('1/60');
    screen.type('jvjjj');
    await screen.untilShows('4 selected', '5/60');
    screen.type('\u001b');
    await screen.untilGone('selected');
    screen.type('vkv');
    await screen.untilShows('2 selected');
    screen.type('*');
    await screen.untilShows('58 selected');
    screen.type('/-1\r');
    await screen.untilShows('58 selected (47 not shown)', '11 of 60 match -1');
    screen.type('A');
    screen.type('\u001b');
    await screen.untilGone('match');
    await screen.untilShows('58 selected');
    screen.type('\u001b');
    await screen.untilGone('selected');
  });

  it('copies the magnets of all, a line each', async () => {
    const screen = new Screen(new FakeEngine(collection()));
    await screen.untilShows('1/8');
    screen.type('  y');
    await screen.untilShows('Copied the magnet links of 2');
    expect(screen.copied()[0]?.split('\n')).toEqual([
      expect.stringMatching(/^magnet:\?xt=urn:btih:0001/),
      expect.stringMatching(/^magnet:\?xt=urn:btih:0002/),
    ]);
  });
});

describe('sorted by rate', () => {
  it('behaviour 8: rows stay where they are while rates waver', async () => {
    const engine = new FakeEngine([
      publication(1, { name: 'one', uploadRate: 1_000_000 }),
      publication(2, { name: 'two', uploadRate: 900_000 }),
    ]);
    const screen = new Screen(engine);
    await screen.untilShows('newest first');
    screen.type('sss');
    await screen.untilShows('by up rate ↓');
    const order = () => screen.text().indexOf('one') < screen.text().indexOf('two');
    const before = order();
    for (const rate of [1_050_000, 950_000, 1_080_000]) {
      screen.clock.advance(1000);
      engine.update(publication(2, { name: 'two', uploadRate: rate }));
      await screen.until(() => screen.line('two').includes(formatRate(rate)), 'the rate');
      expect(order()).toBe(before);
    }
  });
});

describe('the order', () => {
  it('behaviour 8: the order is reversed, and held while rates change', async () => {
    const engine = new FakeEngine([
      publication(1, { name: 'slow', uploadRate: 1000 }),
      publication(2, { name: 'fast', uploadRate: 900_000 }),
    ]);
    const screen = new Screen(engine);
    const isAbove = (above: string, below: string) => (text: string) =>
      text.indexOf(above) >= 0 && text.indexOf(above) < text.indexOf(below);
    await screen.untilShows('newest first');
    screen.type('sss');
    await screen.untilShows('by up rate ↓');
    await screen.until(isAbove('fast', 'slow'));
    screen.type('S');
    await screen.untilShows('by up rate ↑');
    await screen.until(isAbove('slow', 'fast'));
    screen.type('f');
    await screen.untilShows('order held');
    screen.clock.advance(1000);
    engine.update(publication(1, { name: 'slow', uploadRate: 90_000_000 }));
    await screen.untilShows('85.8 MiB/s');
    expect(isAbove('slow', 'fast')(screen.text())).toBe(true);
    screen.type('f');
    await screen.until(isAbove('fast', 'slow'));
  });
});

describe('the hint bar', () => {
  it('behaviour 3: has the keys that can be used now, and the others say why not', async () => {
    const engine = new FakeEngine(collection());
    const screen = new Screen(engine, { columns: 120 });
    await screen.untilShows('1/8', 'P pause', '/ filter');
    expect(screen.stdout.lines().at(-1)).not.toMatch(/undo|unmark|retry/);
    screen.type('z');
    await screen.untilShows('× There is nothing to take back.');
    screen.type(' ');
    await screen.untilShows('Esc unmark');
    screen.type('\u001bH');
    await screen.untilShows('Enter open', 'T tracker');
    expect(screen.stdout.lines().at(-1)).not.toMatch(/pause|filter/);
    screen.type('L');
    await screen.untilShows('Nothing has happened yet.');
    screen.type('\r');
    await screen.untilShows('× Nothing is listed here.');
  });
});

describe('what is in view', () => {
  it('behaviour 9: what is in view is marked beside a list that is longer', async () => {
    const screen = new Screen(new FakeEngine(manyPublications()));
    await screen.untilShows('1/60');
    const marked = () =>
      screen.stdout.lines().flatMap((line, row) => (line.endsWith('┃') ? [row] : []));
    const [first = 0] = marked();
    expect(marked()).toEqual([first, first + 1, first + 2, first + 3, first + 4, first + 5]);
    screen.type('G');
    await screen.untilShows('60/60');
    expect(marked().at(-1)).toBe(21);
  });

  it('keeps the mark apart from what is beside it', async () => {
    for (const columns of [80, 120]) {
      const screen = new Screen(new FakeEngine(manyPublications()), { columns });
      await screen.untilShows('1/60');
      const marked = screen.stdout.lines().filter((line) => line.endsWith('┃'));
      expect(marked.filter((line) => !line.endsWith(' ┃'))).toEqual([]);
    }
  });

  it('shows how busy each was, and all together', async () => {
    const engine = new FakeEngine(collection());
    engine.activity = {
      stepMs: 10_000,
      total: [0, 1, 2, 3, 4, 5, 6, 7, 8],
      publications: [{ id: 2, uploadRate: [0, 0, 0, 0, 0, 4, 8, 4] }],
    };
    const screen = new Screen(engine, { columns: 120 });
    await screen.untilShows('▃▄▄▅▆▇');
    expect(screen.line('archlinux')).toContain('▄▇▄');
    screen.type('j');
    await screen.until((text) => /▸.*archlinux/.test(text), 'the cursor on it');
    const row = screen.stdout.lines().findIndex((line) => line.includes('archlinux'));
    const cells = screen.stdout.cells(row);
    const bars = cells.filter((cell) => '▄▇'.includes(cell.getChars() || ' '));
    expect(bars.map((cell) => cell.isInverse())).toEqual([0, 0, 0]);
    expect(cells.find((cell) => cell.getChars() === 'a')?.isInverse()).toBeTruthy();
  });
});
