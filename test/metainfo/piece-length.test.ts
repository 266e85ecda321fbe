import { describe, expect, test } from 'vitest';
import {
  checkPieceLength,
  choosePieceLength,
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

describe('checkPieceLength', () => {
  test('takes powers of two from 16 KiB to 64 MiB', () => {
    expect([16 * KiB, MiB, 64 * MiB].every(isPieceLength)).toBe(true);
    expect(
      [0, -16384, 1, 8 * KiB, 48 * KiB, 16385, 128 * MiB, Number.NaN].some(isPieceLength),
    ).toBe(false);
    expect(() => checkPieceLength(48 * KiB, GiB)).toThrow(
      expect.objectContaining({ code: 'piece-length-invalid' }),
    );
  });

  test('refuses more pieces than clients take', () => {
    expect(() => checkPieceLength(16 * KiB, 32 * GiB)).not.toThrow();
    expect(() => checkPieceLength(16 * KiB, 32 * GiB + 1)).toThrow('2097152 pieces');
  });
});
