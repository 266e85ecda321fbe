import { hash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type HashRange, HashTree } from '../../source/metainfo/hash-tree.ts';
import { paddingHash, rootOfPieceLayer } from '../../source/metainfo/merkle.ts';

/** A tree whose piece layer is at hand, as whoever answers requests has it. */
function treeOf(layer: Uint8Array) {
  const steps: number[] = [];
  const building = HashTree.build(layer, pieceLength);
  let step = building.next();
  for (; !step.done; step = building.next()) steps.push(step.value);
  const tree = step.value;
  const hashes = (range: HashRange, onComputed?: (count: number) => void) =>
    tree.hashes(range, layer, onComputed);
  return { steps, bytes: tree.bytes, hashes };
}

const pieceLength = 64 * 1024;
const pieceLevel = 2;

function parent(left: Uint8Array, right: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([left, right]), 'buffer');
}

/** The node that a range and the proofs behind it lead to, as whoever asked computes it. */
function climb(hashes: Buffer, index: number, length: number): Buffer {
  const all = Array.from({ length: hashes.length / 32 }, (_, at) =>
    hashes.subarray(at * 32, at * 32 + 32),
  );
  let row = all.slice(0, length);
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, at) =>
      Buffer.from(parent(row[2 * at] ?? Buffer.alloc(0), row[2 * at + 1] ?? Buffer.alloc(0))),
    );
  }
  let [node = Buffer.alloc(0)] = row;
  let at = index / length;
  for (const uncle of all.slice(length)) {
    node = Buffer.from(at % 2 === 0 ? parent(node, uncle) : parent(uncle, node));
    at = Math.floor(at / 2);
  }
  return node;
}

test('any range with all its proofs leads to the pieces root', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 3_000 }), fc.nat(), fc.nat(), (pieces, a, b) => {
      const layer = randomBytes(32 * pieces);
      const tree = treeOf(layer);
      const width = 2 ** Math.ceil(Math.log2(pieces));
      const length = 2 ** (a % (Math.log2(width) + 1));
      const index = length * (b % (width / length));
      const proofLayers = Math.log2(width) - 1;
      const range = { baseLayer: pieceLevel, index, length, proofLayers };
      const hashes = Buffer.from(tree.hashes(range) ?? []);
      expect(climb(hashes, index, length)).toEqual(
        Buffer.from(rootOfPieceLayer(layer, pieceLength)),
      );
      const first = layer.subarray(index * 32, index * 32 + 32);
      expect(hashes.subarray(0, 32)).toEqual(
        first.length > 0 ? first : Buffer.from(paddingHash(pieceLevel)),
      );
    }),
  );
});

test('fewer proofs are given where fewer are asked for', () => {
  const tree = treeOf(randomBytes(32 * 16));
  const lengthOf = (proofLayers: number) =>
    (tree.hashes({ baseLayer: pieceLevel, index: 4, length: 4, proofLayers })?.length ?? 0) / 32;
  // what is at and below the root of the four, they tell themselves
  expect([0, 1, 2, 3].map(lengthOf)).toEqual([4, 4, 5, 6]);
});

test('layers above the pieces are given, too', () => {
  const layer = randomBytes(32 * 3);
  const tree = treeOf(layer);
  const above = tree.hashes({ baseLayer: pieceLevel + 1, index: 0, length: 2, proofLayers: 0 });
  expect(above?.subarray(0, 32)).toEqual(
    new Uint8Array(parent(layer.subarray(0, 32), layer.subarray(32, 64))),
  );
  expect(above?.subarray(32)).toEqual(
    new Uint8Array(parent(layer.subarray(64), paddingHash(pieceLevel))),
  );
});

test.each([
  ['below the pieces', { baseLayer: pieceLevel - 1, index: 0, length: 2, proofLayers: 0 }],
  ['above the root', { baseLayer: 99, index: 0, length: 1, proofLayers: 0 }],
  ['beyond the end', { baseLayer: pieceLevel, index: 8, length: 2, proofLayers: 0 }],
  ['longer than the layer', { baseLayer: pieceLevel, index: 0, length: 16, proofLayers: 0 }],
  ['not of a power of two', { baseLayer: pieceLevel, index: 0, length: 3, proofLayers: 0 }],
  ['of nothing', { baseLayer: pieceLevel, index: 0, length: 0, proofLayers: 0 }],
  ['of very many', { baseLayer: pieceLevel, index: 0, length: 2 ** 31, proofLayers: 0 }],
  ['across subtrees', { baseLayer: pieceLevel, index: 1, length: 2, proofLayers: 0 }],
  ['proven beyond the root', { baseLayer: pieceLevel, index: 0, length: 2, proofLayers: 3 }],
])('there is no range %s', (_, range) => {
  expect(treeOf(randomBytes(32 * 8)).hashes(range)).toBeNull();
});

test('no request makes it throw, or answer with more than was asked for', () => {
  const tree = treeOf(randomBytes(32 * 100));
  const number = fc.oneof(fc.nat(200), fc.nat(2 ** 32 - 1));
  const range = fc.record({
    baseLayer: number,
    index: number,
    length: number,
    proofLayers: number,
  });
  fc.assert(
    fc.property(range, (asked) => {
      const hashes = tree.hashes(asked);
      if (hashes) expect(hashes.length / 32).toBeLessThanOrEqual(asked.length + 7);
    }),
  );
});

test('it is computed in steps, of which none is long, and little of it is kept', () => {
  const pieces = 20_000;
  const { steps, bytes } = treeOf(randomBytes(32 * pieces));
  expect(Math.max(...steps)).toBeLessThanOrEqual(512);
  expect(steps.reduce((sum, step) => sum + step, 0)).toBeGreaterThanOrEqual(pieces);
  expect(bytes).toBeLessThan((32 * pieces) / 200);
});

test('no answer costs more than so many hashes, whatever is asked for', () => {
  const tree = treeOf(randomBytes(32 * 20_000));
  const costs: number[] = [];
  for (let above = 0; above < 15; above++) {
    for (let length = 1; length <= 2 ** (15 - above); length *= 2) {
      let computed = 0;
      const range = { baseLayer: pieceLevel + above, index: 0, length, proofLayers: 14 - above };
      tree.hashes(range, (count) => {
        computed += count;
      });
      costs.push(computed);
    }
  }
  expect(Math.max(...costs)).toBeGreaterThan(8_000);
  expect(Math.max(...costs)).toBeLessThan(8_192 + 512);
});
