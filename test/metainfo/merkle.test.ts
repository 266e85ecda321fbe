import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  leafHashes,
  levelOfLength,
  merkleBlockLength,
  merkleHashLength,
  merkleRoot,
  paddingHash,
  rootOfPieceLayer,
} from '../../source/metainfo/merkle.ts';

const sha256 = (...parts: Uint8Array[]) =>
  new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest());
const content = (length: number) => Uint8Array.from({ length }, (_, index) => (index * 7) % 251);

/** The whole tree as BEP 52 words it: leaves padded with zeros to a power of two. */
function plainRoot(leaves: Uint8Array[], width: number): Uint8Array {
  let row = [...leaves];
  while (row.length < width) row.push(new Uint8Array(32));
  while (row.length > 1) {
    row = Array.from({ length: row.length / 2 }, (_, index) =>
      sha256(...row.slice(2 * index, 2 * index + 2)),
    );
  }
  return row[0] ?? new Uint8Array();
}

describe('leafHashes', () => {
  test('hashes blocks of 16 KiB, the last as short as it is', () => {
    const bytes = content(merkleBlockLength + 1);
    const leaves = leafHashes(bytes);
    expect(leaves.length).toBe(2 * merkleHashLength);
    expect(leaves.subarray(0, 32)).toEqual(sha256(bytes.subarray(0, merkleBlockLength)));
    expect(leaves.subarray(32)).toEqual(sha256(bytes.subarray(merkleBlockLength)));
  });

  test('has none for no content', () => {
    expect(leafHashes(new Uint8Array()).length).toBe(0);
  });
});

test('padding is zeros at the leaves and hashed above', () => {
  const zeros = new Uint8Array(32);
  expect(paddingHash(0)).toEqual(zeros);
  expect(paddingHash(1)).toEqual(sha256(zeros, zeros));
  expect(paddingHash(3)).toEqual(
    plainRoot(
      Array.from({ length: 8 }, () => zeros),
      8,
    ),
  );
});

describe('merkleRoot', () => {
  test('of one hash is the hash', () => {
    const leaf = sha256(content(1));
    expect(merkleRoot(leaf)).toEqual(leaf);
  });

  test('is the root of the whole padded tree, for any number of leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(2), (count, more) => {
        const leaves = Array.from({ length: count }, (_, index) => sha256(content(index)));
        const width = 2 ** (Math.ceil(Math.log2(count)) + more);
        expect(merkleRoot(Buffer.concat(leaves), width)).toEqual(plainRoot(leaves, width));
      }),
    );
  });

  test('is the same over the piece layer as over the leaves', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(3), (blocks, pieceLevel) => {
        const leaves = Array.from({ length: blocks }, (_, index) => sha256(content(index)));
        const perPiece = 2 ** pieceLevel;
        const layer: Uint8Array[] = [];
        for (let first = 0; first < blocks; first += perPiece) {
          const piece = leaves.slice(first, first + perPiece);
          layer.push(merkleRoot(Buffer.concat(piece), perPiece));
        }
        const root = rootOfPieceLayer(Buffer.concat(layer), perPiece * merkleBlockLength);
        const width = Math.max(perPiece, 2 ** Math.ceil(Math.log2(blocks)));
        expect(root).toEqual(plainRoot(leaves, width));
      }),
    );
  });

  test.each([
    [0, undefined],
    [31, undefined],
    [96, 2],
    [32, 3],
  ])('refuses %i bytes of hashes for a row of %s', (length, padTo) => {
    expect(() => merkleRoot(new Uint8Array(length), padTo)).toThrow(RangeError);
  });
});

test('the level of a piece length', () => {
  expect(levelOfLength(16384)).toBe(0);
  expect(levelOfLength(1024 * 1024)).toBe(6);
});
