import { describe, expect, test } from 'vitest';
import {
  checkPieceCount,
  checkPieceLength,
  choosePieceLength,
  fitToFiles,
  isPieceLength,
} from '../../source/metainfo/piece-length.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const GiB = 1024 * MiB;

describe('choosePieceLength', () => {
  test.each([
    [1, 16 * KiB],
    [32 * MiB, 16 * KiB],
    [32 * MiB + 1, 32 * KiB],
    [700 * MiB, 512 * KiB],
    [4 * GiB, 2 * MiB],
    [32 * GiB, 16 * MiB],
    [10_000 * GiB, 16 * MiB],
  ])('%d bytes: pieces of %d', (size, pieceLength) => {
    expect(choosePieceLength(size)).toBe(pieceLength);
  });
});

test.each([
  [GiB, 1024, MiB],
  [GiB, 1023, 2 * MiB],
  [GiB + 1, 1024, 2 * MiB],
  [GiB, 1_000_000, 16 * KiB],
  [1, 1, 16 * KiB],
  // A piece of 1 GiB there is not.
  [GiB, 1, 64 * MiB],
])('%d bytes in %d pieces wanted: pieces of %d', (size, pieces, pieceLength) => {
  expect(choosePieceLength(size, pieces)).toBe(pieceLength);
});

describe('fitToFiles', () => {
  test.each([
    // 20,000 files of 50 KiB: 64 KiB is the first of which padding is less than half.
    [512 * KiB, new Float64Array(20_000).fill(50 * KiB), 64 * KiB],
    [512 * KiB, new Float64Array(20_000).fill(100), 16 * KiB],
    [512 * KiB, new Float64Array(1000).fill(256 * KiB), 512 * KiB],
    [512 * KiB, new Float64Array(1000).fill(256 * KiB - 1), 256 * KiB],
    // A few small files beside a large one change nothing.
    [2 * MiB, Float64Array.from([4 * GiB, ...Array(100).fill(1)]), 2 * MiB],
    [16 * KiB, Float64Array.from([1, 1]), 16 * KiB],
  ])('pieces of %d, %o: pieces of %d', (chosen, lengths, pieceLength) => {
    expect(fitToFiles(chosen, lengths)).toBe(pieceLength);
  });
});

describe('checkPieceLength', () => {
  test('takes powers of two from 16 KiB to 64 MiB', () => {
    expect([16 * KiB, MiB, 64 * MiB].every(isPieceLength)).toBe(true);
    expect(
      [0, -16384, 1, 8 * KiB, 48 * KiB, 16385, 128 * MiB, Number.NaN].some(isPieceLength),
    ).toBe(false);
    expect(() => checkPieceLength(48 * KiB)).toThrow(
      expect.objectContaining({ code: 'piece-length-invalid' }),
    );
  });

  test('refuses more pieces than clients take', () => {
    expect(() => checkPieceCount(2 ** 21, 16 * KiB)).not.toThrow();
    expect(() => checkPieceCount(2 ** 21 + 1, 16 * KiB)).toThrow('2097152 pieces');
  });
});
