import { rename, unlink, utimes } from 'node:fs/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { UnreadableFile } from '../../source/seeding/block-reader.ts';
import { FaultKeeper, type FaultReport } from '../../source/seeding/fault-keeper.ts';
import { FileFault } from '../../source/seeding/file-fault.ts';
import { FilePool } from '../../source/seeding/file-pool.ts';
import { LivePublication } from '../../source/seeding/live-publication.ts';
import { dataOf, placesOf, sourceOf, type TestContent, writeTestContent } from './test-content.ts';

interface Setup {
  keeper: FaultKeeper;
  publication: LivePublication;
  clock: { ms: number };
  faults: FaultReport[];
  restored: number[];
  errors: unknown[];
  /** A read of a file of the publication fails. */
  fail(file: number): void;
  /** Ticks, until what these began has ended. */
  tickUntil(condition: () => void): Promise<void>;
}

function setUp(content: TestContent): Setup {
  const clock = { ms: 1_000 };
  const now = (): number => clock.ms;
  const source = sourceOf([content]);
  const pool = new FilePool(source, 8, now);
  onTestFinished(() => pool.closeAll());
  const publication = new LivePublication(content.content, dataOf(content), 0);
  const faults: FaultReport[] = [];
  const restored: number[] = [];
  const errors: unknown[] = [];
  const keeper = new FaultKeeper(
    source,
    pool,
    new Map([[publication.id, publication]]),
    {
      fault: (report) => faults.push(report),
      restored: (id) => restored.push(id),
      error: (error) => errors.push(error),
    },
    now,
  );
  const fail = (file: number): void => {
    const fault = new FileFault(content.files[file]?.path ?? '', 'missing', 'is missing');
    keeper.failed(publication, new UnreadableFile({ file, position: 0, length: 1 }, fault));
  };
  const tickUntil = (condition: () => void): Promise<void> =>
    vi.waitFor(() => {
      keeper.tick();
      condition();
    });
  return { keeper, publication, clock, faults, restored, errors, fail, tickUntil };
}

/** A content of files that are nowhere. */
function nowhere(fileCount: number): TestContent {
  const content = writeTestContent([1], 1);
  const root = `${content.root}/gone`;
  const files = Array.from({ length: fileCount }, (_, index) => ({
    path: `${root}/${index}`,
    length: 1,
    modifiedMs: 0,
  }));
  const pieces = { size: fileCount, pieceLength: 1, pieceCount: fileCount };
  const places = placesOf(Array(fileCount).fill(1));
  return { ...content, content: { ...content.content, ...pieces, ...places }, files, root };
}

describe('finding faults', () => {
  test('a folder that is gone costs one event, and one look', async () => {
    const content = nowhere(4_000);
    const { faults, publication, fail, tickUntil } = setUp(content);
    fail(17);
    expect(publication.serves(17)).toBe(false);
    expect(publication.serves(18)).toBe(true);
    await vi.waitFor(() => expect(publication.available().count).toBe(0));
    await tickUntil(() => expect(faults).toHaveLength(1));
    const file = content.files[17]?.path;
    expect(faults).toEqual([
      {
        id: publication.id,
        file,
        text: `4,000 files are missing, such as ${file}`,
        found: 4_000,
        faulty: 4_000,
      },
    ]);
  });

  test('where one file failed, the others are looked at', async () => {
    const content = writeTestContent(Array(300).fill(10), 10);
    const { faults, publication, fail, tickUntil, errors } = setUp(content);
    const paths = content.files.map(({ path }) => path);
    await unlink(paths[3] ?? '');
    await unlink(paths[200] ?? '');
    await utimes(paths[299] ?? '', 0, 0);
    fail(3);
    await vi.waitFor(() => expect(publication.available().count).toBe(297));
    expect([3, 200, 299].map((piece) => publication.serves(piece))).toEqual([false, false, false]);
    await tickUntil(() => expect(faults).toHaveLength(1));
    expect(faults[0]).toMatchObject({
      file: paths[3],
      text: `3 files cannot be served, such as ${paths[3]}, which is missing`,
      found: 3,
    });
    expect(errors).toEqual([]);
  });

  test('that are found between two ticks are reported together', async () => {
    const content = nowhere(100);
    const { faults, fail, keeper } = setUp({ ...content, root: '/' });
    for (let file = 0; file < 100; file++) fail(file);
    expect(faults).toEqual([]);
    keeper.tick();
    keeper.tick();
    expect(faults.map(({ found, faulty }) => [found, faulty])).toEqual([[100, 100]]);
  });
});

describe('looking again', () => {
  test('a file that was away for a moment is served again after 30 seconds', async () => {
    const content = writeTestContent([10, 10], 10);
    const { publication, clock, faults, restored, fail, keeper, tickUntil } = setUp(content);
    fail(0);
    keeper.tick();
    clock.ms += 29_000;
    keeper.tick();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(publication.serves(0)).toBe(false);
    clock.ms += 1_000;
    await tickUntil(() => expect(restored).toEqual([publication.id]));
    expect(publication.withheld()).toBeNull();
    expect(faults).toHaveLength(1);
  });

  /** The first file fails; ticks for so long, each second. The times when it was looked at. */
  async function looksIn(
    { clock, keeper, fail }: Setup,
    ms: number,
    result: () => Promise<void>,
    eachTick: () => void = () => undefined,
  ): Promise<number[]> {
    const looks: number[] = [];
    const check = vi.spyOn(FilePool.prototype, 'check');
    onTestFinished(() => check.mockRestore());
    check.mockImplementation(() => {
      looks.push(clock.ms / 1_000);
      return result();
    });
    clock.ms = 0;
    fail(0);
    // Lets the look for other faults end.
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (; clock.ms <= ms; clock.ms += 1_000) {
      eachTick();
      keeper.tick();
      // Lets the look end.
      for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
    return looks;
  }

  test('it is looked at more and more rarely while nothing changes', async () => {
    const setup = setUp({ ...nowhere(1), root: '/' });
    const fault = new FileFault('', 'missing', '');
    const looks = await looksIn(setup, 1_200_000, () => Promise.reject(fault));
    expect(looks).toEqual([30, 90, 210, 450, 750, 1050]);
  });

  test('a file that fails as soon as it is served again is looked at more and more rarely', async () => {
    const setup = setUp(writeTestContent([10], 10));
    const { publication, restored, fail } = setup;
    const looks = await looksIn(
      setup,
      1_200_000,
      () => Promise.resolve(),
      () => {
        if (publication.serves(0)) fail(0);
      },
    );
    const waits = looks.map((at, index) => at - (looks[index - 1] ?? 0));
    // Each time it takes another second until it fails.
    expect(waits).toEqual([30, 61, 121, 241, 301, 301]);
    expect(restored).toEqual([]);
  });

  test('a file is looked for where the catalog says now', async () => {
    const content = writeTestContent([10, 10], 10);
    const { keeper, publication, fail, restored, tickUntil } = setUp(content);
    const { path = '' } = content.files[0] ?? {};
    await rename(path, `${path}.moved`);
    fail(0);
    await keeper.recheck(publication.id);
    expect(publication.serves(0)).toBe(false);
    Object.assign(content.files[0] ?? {}, { path: `${path}.moved` });
    await keeper.recheck(publication.id);
    expect(publication.serves(0)).toBe(true);
    await tickUntil(() => expect(restored).toHaveLength(1));
  });

  test('what is forgotten is not restored', async () => {
    const content = writeTestContent([10, 10], 10);
    const { keeper, publication, fail, restored } = setUp(content);
    fail(0);
    const look = keeper.recheck(publication.id);
    keeper.forget(publication.id);
    await look;
    keeper.tick();
    expect(restored).toEqual([]);
  });
});
