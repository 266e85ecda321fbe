import { afterEach, describe, expect, it } from 'vitest';
import { FakeEngine } from '../support/fake-engine.ts';
import { collection, publication } from '../support/samples.ts';
import { closeScreens, Screen } from '../support/screen.ts';

afterEach(closeScreens);

async function openList(
  engine: FakeEngine,
  size: { columns?: number; rows?: number } = {},
): Promise<Screen> {
  const screen = new Screen(engine, size);
  await screen.untilShows('1/8');
  return screen;
}

describe.each([
  [40, 10],
  [80, 24],
  [120, 40],
])('the palette at %ix%i', (columns, rows) => {
  it('behaviour 5: the palette finds an action by a few letters, with its key, and runs it', async () => {
    const screen = await openList(new FakeEngine(collection()), { columns, rows });
    screen.type(':');
    await screen.untilShows('Command', 'publish', 'Enter run');
    screen.type('rmv');
    await screen.untilShows('▸ remove', 'd Del');
    screen.type('\r');
    await screen.untilShows('Remove debian', '▸ Keep it');
  });

  it('behaviour 3: the palette says why an action cannot be run, and stays', async () => {
    const screen = await openList(new FakeEngine(collection()), { columns, rows });
    screen.type(':resume');
    await screen.untilShows('▸ resume');
    screen.type('\r');
    await screen.untilShows('× It is not paused.', '▸ resume');
    screen.type('\u001b');
    await screen.untilShows('publish');
    screen.type('\u001b');
    await screen.untilShows('1/8', 'q detach');
  });
});

describe('help', () => {
  it('lists the keys of the view it was called from', async () => {
    const screen = await openList(new FakeEngine(collection()), { columns: 120, rows: 52 });
    screen.type('?');
    await screen.untilShows('Keys of the list', 'publish files or folders');
    screen.type('\u001b');
    await screen.untilShows('debian');
    screen.type('\r');
    await screen.untilShows('Info hash');
    screen.type('?');
    await screen.untilShows('Keys of a publication', 'copy the page URL');
    screen.type('\u001b');
    await screen.untilShows('Info hash');
  });

  it('behaviour 4: help narrows down by typing, and Enter runs what is found', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type('?');
    await screen.untilShows('Keys of the list');
    screen.type('filter by');
    await screen.until((text) => /▸ \//.test(text), 'the entry');
    screen.type('\r');
    await screen.untilShows(' / ', 'Enter keep');
  });

  it('is there while something is typed', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type('p');
    await screen.untilShows('Type to narrow down');
    screen.type('\u0007');
    await screen.untilShows('Keys of choosing what to publish', 'show or hide hidden files');
    screen.type('\u0007');
    await screen.untilShows('Type to narrow down');
  });

  it('keeps its cursor in view and within what is listed', async () => {
    const screen = await openList(new FakeEngine(collection()), { columns: 40, rows: 10 });
    screen.type('?');
    await screen.untilShows('Keys of the list');
    screen.type('\u001b[F');
    await screen.untilShows('▸ Ctrl-Z');
    screen.type('\u001b[B');
    screen.type('detach');
    await screen.untilShows('▸ q');
  });
});

/** What the rows of a table say, the titles left out. */
function rowsOf(screen: Screen): string[] {
  const lines = screen.stdout.lines();
  return lines.slice(lines.findIndex((line) => line.includes('What it does')) + 1, -2);
}

describe.each([
  [80, 24],
  [120, 40],
])('what commands do, at %ix%i', (columns, rows) => {
  it.each(['?', ':'])('is not cut anywhere in %s', async (key) => {
    const screen = await openList(new FakeEngine(collection()), { columns, rows });
    screen.type(key);
    await screen.untilShows('What it does');
    // to the last, page by page
    for (let page = 0; page < 6; page++) {
      expect(rowsOf(screen).filter((row) => row.includes('…'))).toEqual([]);
      const before = screen.text();
      screen.type('\u001b[6~');
      if (/ (\d+)\/\1\b/.test(before)) break;
      await screen.until((text) => text !== before, 'the next page');
    }
  });
});

describe('deleting data', () => {
  async function askToDelete(engine: FakeEngine, rows = 24): Promise<Screen> {
    const screen = await openList(engine, { rows });
    screen.type('d');
    await screen.untilShows('▸ Keep it');
    screen.type('\t\t');
    await screen.untilShows('▸ Delete its data too');
    screen.type('\r');
    await screen.untilShows('Delete the data of debian', 'at /srv/debian', 'type the name');
    return screen;
  }

  it('behaviour 13: deleting takes the whole name typed: Enter alone deletes nothing', async () => {
    const engine = new FakeEngine(collection());
    const screen = await askToDelete(engine);
    screen.type('\r');
    await screen.untilShows('That is not its name: nothing is deleted.');
    screen.type('debian-12.7.0-amd64-netinst.iso');
    await screen.untilShows('debian-12.7.0-amd64-netinst.iso ');
    expect(engine.requestsOf('remove')).toEqual([]);
    screen.type('\r');
    await screen.untilShows('Removed with its data: debian-12.7.0', '/7');
    expect(engine.requestsOf('remove')).toMatchObject([{ deleteData: true }]);
  });

  it('is left by Esc, in the smallest terminal too', async () => {
    const engine = new FakeEngine(collection());
    const screen = await askToDelete(engine, 10);
    screen.type('\u001b');
    await screen.untilGone('type the name');
    expect(engine.requestsOf('remove')).toEqual([]);
  });

  it('takes a name as it is shown, where it cannot be typed as it is', async () => {
    const engine = new FakeEngine([publication(1, { name: 'evil\u0007name' })]);
    const screen = new Screen(engine);
    await screen.untilShows('evil\ufffdname');
    screen.type('d');
    await screen.untilShows('▸ Keep it');
    screen.type('\t\t');
    await screen.untilShows('▸ Delete its data too');
    screen.type('\r');
    await screen.untilShows('at /srv/evil', 'type the name');
    screen.paste('evil\ufffdname');
    await screen.untilShows(' evil\ufffdname ');
    await screen.settle();
    screen.type('\r');
    await screen.untilShows('Removed with its data: evil\ufffdname');
  });

  it('is not offered for several at once', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type('  ');
    await screen.untilShows('3/8');
    screen.type('d');
    await screen.untilShows('Remove 2 publications', 'Remove them');
    expect(screen.text()).not.toContain('Delete its data');
  });
});

describe('a question about what is gone', () => {
  async function removedBehind(key: string): Promise<{ engine: FakeEngine; screen: Screen }> {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type(key);
    await screen.untilShows('debian', 'cancel');
    engine.publications.delete(1);
    screen.clock.advance(1000);
    engine.send({ removed: [1] });
    await screen.untilShows('what was removed meanwhile');
    return { engine, screen };
  }

  it('says so, and removes nothing else', async () => {
    const { engine, screen } = await removedBehind('d');
    screen.type('\t\r');
    await screen.untilShows('× It was removed meanwhile.', '1/7');
    expect(engine.requestsOf('remove')).toEqual([]);
  });

  it.each([
    ['U', '500K'],
    ['M', '/mnt/new'],
  ])('says so where something is typed: %s', async (key, typed) => {
    const { engine, screen } = await removedBehind(key);
    screen.type(`${typed}\r`);
    await screen.untilShows('× It was removed meanwhile.', '1/7');
    expect([...engine.requestsOf('limit'), ...engine.requestsOf('move')]).toEqual([]);
  });
});

describe('stopping the engine', () => {
  it('behaviour 18: stopping the engine asks first, and is not what q does', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type(':stop\r');
    await screen.untilShows('Stop the engine?', '▸ Keep it running');
    screen.clock.advance(100);
    screen.type('\r');
    await screen.untilGone('Keep it running');
    expect(engine.requestsOf('stop')).toEqual([]);
    screen.type(':stop\r');
    await screen.untilShows('▸ Keep it running');
    screen.clock.advance(100);
    screen.type('\t');
    await screen.untilShows('▸ Stop it');
    screen.type('\r');
    await screen.untilShows('everseed was stopped.', 'r starts it again.');
  });
});

describe('taking back', () => {
  it('behaviour 14: takes back a removal, with the time left in view', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    engine.undoableUntil = screen.clock.now() + 10 * 60_000;
    screen.type('d');
    await screen.untilShows('▸ Keep it');
    screen.type('\t\r');
    await screen.untilShows('Removed debian', 'z takes it back.', '1/7');
    screen.clock.advance(8 * 60_000);
    await screen.untilShows('z takes back, for 2 min: removing debian');
    screen.clock.advance(90_000);
    await screen.untilShows('z takes back, for 30 s: removing debian');
    screen.type('z');
    await screen.untilShows('Published again: debian', '/8');
  });

  it('says last what was asked for last, however soon after another change', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type('U');
    await screen.untilShows('Upload limit of');
    screen.type('500K');
    screen.type('\r');
    screen.type('z');
    await screen.untilShows('Limited as before: debian');
    screen.clock.advance(1000);
    await screen.settle();
    expect(screen.text()).toContain('Limited as before: debian');
  });

  it('takes back what the engine has not told yet', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    engine.holdsDeltas = true;
    screen.type('P');
    await screen.untilShows('P resume');
    screen.type('z');
    await screen.untilShows('Seeding again: debian', 'P pause');
    screen.type('z');
    await screen.untilShows('There is nothing to take back.');
    expect(engine.requestsOf('undo')).toHaveLength(2);
  });

  it('takes back one change for a key that was pressed twice, and names none meanwhile', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type('P');
    await screen.untilShows('P resume');
    screen.type('jP');
    await screen.untilShows('‖ paused       archlinux', ': pausing archlinux');
    const release = engine.hold('undo');
    screen.type('zz');
    await screen.untilShows('× The last change is still being taken back.');
    screen.clock.advance(6000);
    await screen.untilGone('still being');
    expect(screen.text()).not.toContain('pausing');
    release();
    await screen.untilShows('Seeding again: archlinux', '● healthy      archlinux');
    expect(engine.requestsOf('undo')).toHaveLength(1);
    expect(screen.line('debian')).toContain('paused');
  });

  it('counts down by itself, and then says that it is too late', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    engine.undoableUntil = screen.clock.now() + 2000;
    screen.type('d');
    await screen.untilShows('▸ Keep it');
    screen.type('\t\r');
    await screen.untilShows('z takes it back.');
    screen.clock.advance(2000);
    screen.type('\u001b');
    await screen.untilGone('takes');
    engine.forget();
    screen.clock.advance(1000);
    screen.type('z');
    await screen.untilShows('There is nothing to take back.');
  });

  it('shows on attach what somebody else has done', async () => {
    const engine = new FakeEngine(collection());
    engine.noteRemoval('old-dataset.csv.gz');
    const screen = await openList(engine);
    await screen.untilShows(': removing old-dataset.csv.gz');
  });
});

describe.each([
  [40, 10],
  [80, 24],
  [120, 40],
])('upload limits at %ix%i', (columns, rows) => {
  it('are typed, refused in place, shown and taken back', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine, { columns, rows });
    screen.type('U');
    await screen.untilShows('Upload limit of debian', '  none');
    screen.type('fast\r');
    await screen.untilShows('× It must be');
    screen.type('\u0015500K/s\r');
    await screen.untilShows('✓ At most 500');
    expect(engine.requestsOf('limit')).toMatchObject([{ uploadLimit: 512_000 }]);
    screen.type('U');
    await screen.untilShows('Upload limit of debian', '500K');
    screen.type('\u001b');
    await screen.untilGone('Upload limit');
    screen.type('z');
    await screen.untilShows('✓ Limited as');
  });

  it('of all together show the schedule, and what holds now', async () => {
    const engine = new FakeEngine(collection());
    engine.limit = { now: 1024 ** 2, usual: null, schedule: ['daily 08:00-18:00 1048576'] };
    const screen = await openList(engine, { columns, rows });
    screen.type('O');
    await screen.untilShows('Upload limit of all together', 'at most 1.0 MiB/s now', 'daily');
    screen.type('\u00152M\r');
    await screen.untilShows('✓ At most 2.0');
    expect(engine.requestsOf('limit.overall')).toEqual([{ uploadLimit: 2 * 1024 ** 2 }]);
    screen.type('z');
    await screen.untilShows('✓ Limited as');
  });
});

describe('an upload limit', () => {
  it('is of each that is marked, in one batch, and begins with the one that all have', async () => {
    const engine = new FakeEngine(collection());
    engine.limits = new Map([
      [1, 2048],
      [2, 2048],
    ]);
    const screen = await openList(engine);
    screen.type('  U');
    await screen.untilShows('Upload limit of 2 publications', 'Of each', ' 2K');
    screen.type('\u0015none\r');
    await screen.untilShows('✓ Not limited: 2 publications; z takes it back.');
    const asked = engine.requestsOf('limit') as { uploadLimit: null; batch: string }[];
    expect(asked.map(({ uploadLimit }) => uploadLimit)).toEqual([null, null]);
    expect(new Set(asked.map(({ batch }) => batch)).size).toBe(1);
  });

  it('is told with the facts of a publication, and by the header', async () => {
    const engine = new FakeEngine(collection());
    engine.limits = new Map([[1, 512_000]]);
    engine.limit = { now: 1024 ** 2, usual: 1024 ** 2, schedule: [] };
    const screen = await openList(engine);
    await screen.untilShows('/s of 1.0 MiB/s');
    screen.type('\r');
    await screen.untilShows('at most 500 KiB/s');
  });
});

describe('verifying', () => {
  it('says what came of it, of one and of all that are marked', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine, { columns: 120 });
    screen.type('V');
    await screen.untilShows('✓ debian-12.7.0-amd64-netinst.iso is whole: all 100 pieces are good.');
    screen.type('  V');
    await screen.untilShows('✓ 2 publications are whole.');
    engine.wrongPieces = 3;
    screen.type('\u001bgV');
    await screen.untilShows('× debian-12.7.0-amd64-netinst.iso: of 100 pieces, 3 wrong');
  });
});

describe('a first release', () => {
  it('is begun and ended from the palette', async () => {
    const screen = await openList(new FakeEngine(collection()));
    screen.type(':super-seed\r');
    await screen.untilShows('✓ Given out as a first release: debian');
    screen.type(':super-seed\r');
    await screen.untilShows('✓ Given out as usual: debian');
  });
});

describe('moving', () => {
  it('asks where the data is now', async () => {
    const engine = new FakeEngine(collection());
    const screen = await openList(engine);
    screen.type('M');
    await screen.untilShows('Where the data of debian', 'No file is moved');
    screen.type('\r');
    await screen.untilShows('Type where its data is first.');
    screen.type('/mnt/new\r');
    await screen.untilShows('is served from /mnt/new');
    expect(engine.requestsOf('move')).toMatchObject([{ path: '/mnt/new', verify: true }]);
  });
});
