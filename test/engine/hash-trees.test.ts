import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { PublicationRow } from '../../source/catalog/rows.ts';
import { HashTrees } from '../../source/engine/hash-trees.ts';

const pieceLength = 16 * 1024;
const pieces = 8_192;

/** Trees of files of 128 MiB, and turns that the test runs. */
function setUp(files: number) {
  const layers = Array.from({ length: files }, () => randomBytes(32 * pieces));
  const reads: number[] = [];
  const turns: (() => void)[] = [];
  const trees = new HashTrees(
    {
      byId: () => ({ pieceLength }) as PublicationRow,
      pieceLayer: (_id, root) => {
        const file = root[0] ?? 0;
        reads.push(file);
        return layers[file] ?? null;
      },
    },
    (turn) => turns.push(turn),
  );
  let run = 0;
  /** Runs turns until there is an answer; gives it, and how many there were. */
  const answered = async (file: number, index = 0, length = 512, proofLayers = 12) => {
    const before = run;
    const piecesRoot = Buffer.alloc(32, file);
    let answer = null;
    const asked = trees.hashes(1, { piecesRoot, baseLayer: 0, index, length, proofLayers });
    void asked.then((given) => {
      answer = given;
    });
    while (!answer && turns.length > 0) {
      turns.shift()?.();
      run++;
      await null;
    }
    return { ...(await asked), turns: run - before };
  };
  return { trees, turns, reads, layers, answered };
}

test('a tree is computed a little in each turn, and once', async () => {
  const { answered, layers, reads } = setUp(1);
  const first = await answered(0);
  expect(first.computed).toBeGreaterThanOrEqual(pieces);
  expect(first.turns).toBeGreaterThanOrEqual(pieces / 512);
  expect(first.hashes?.subarray(0, 512 * 32)).toEqual(
    new Uint8Array(layers[0]?.subarray(0, 512 * 32) ?? []),
  );
  const second = await answered(0, 512);
  expect(second).toMatchObject({ computed: 0, turns: 1 });
  expect(reads).toEqual([0]);
});

test('whoever asks for many trees by turns has each of them computed once', async () => {
  const files = 70;
  const { answered, reads } = setUp(files);
  for (let round = 0; round < 2; round++) {
    let computed = 0;
    for (let file = 0; file < files; file++) {
      const answer = await answered(file, 512 * round);
      computed += answer.computed;
      // their piece layers take more than is kept: reading one again is cheap
      if (round > 0) expect(answer.turns).toBeLessThanOrEqual(2);
    }
    expect(computed > 0).toBe(round === 0);
  }
  expect(reads.length).toBeGreaterThan(files);
});

test('many who ask at the same time are answered in turn, a little in each', async () => {
  const { trees, turns } = setUp(2);
  const ask = (file: number) =>
    trees.hashes(1, {
      piecesRoot: Buffer.alloc(32, file),
      baseLayer: 0,
      index: 0,
      length: 2,
      proofLayers: 12,
    });
  const answers = Array.from({ length: 30 }, (_, n) => ask(n % 2));
  let count = 0;
  for (; turns.length > 0; count++) {
    expect(turns).toHaveLength(1);
    turns.shift()?.();
  }
  const computed = (await Promise.all(answers)).reduce((sum, one) => sum + one.computed, 0);
  expect(count).toBeGreaterThanOrEqual(computed / (2 * 512));
});

test('what is not known has no hashes', async () => {
  const { answered } = setUp(1);
  expect(await answered(1)).toMatchObject({ hashes: null, computed: 0 });
});

test('what the catalog throws is told to who asked, and the next is answered', async () => {
  const turns: (() => void)[] = [];
  let reads = 0;
  const trees = new HashTrees(
    {
      byId: () => ({ pieceLength }) as PublicationRow,
      pieceLayer: () => {
        if (reads++ === 0) throw new Error('the disk is gone');
        return randomBytes(32 * 2);
      },
    },
    (turn) => turns.push(turn),
  );
  const range = { piecesRoot: Buffer.alloc(32), baseLayer: 0, index: 0, length: 2, proofLayers: 0 };
  const first = trees.hashes(1, range);
  const second = trees.hashes(1, range);
  const failed = expect(first).rejects.toThrow('the disk is gone');
  turns.shift()?.();
  await failed;
  expect((await second).hashes).toHaveLength(64);
});
