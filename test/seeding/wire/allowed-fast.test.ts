import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allowedFastPieces } from '../../../source/seeding/wire/allowed-fast.ts';

const infoHash = Buffer.alloc(20, 0xaa);

test('the pieces are those of BEP 6', () => {
  const seven = [1059, 431, 808, 1217, 287, 376, 1188];
  expect(allowedFastPieces(infoHash, '80.4.4.200', 1313, 7)).toEqual(seven);
  expect(allowedFastPieces(infoHash, '80.4.4.200', 1313, 9)).toEqual([...seven, 353, 508]);
});

test('they are the same for a whole network', () => {
  const of = (host: string) => allowedFastPieces(infoHash, host, 1313, 5);
  expect(of('80.4.4.1')).toEqual(of('80.4.4.200'));
  expect(of('80.4.5.1')).not.toEqual(of('80.4.4.200'));
  expect(of('2001:db8::1')).toEqual(of('2001:db8::ffff:1'));
  expect(of('2001:db8:0:1::1')).not.toEqual(of('2001:db8::1'));
});

test('they are so many, each once, and of the content', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.ipV4(), fc.ipV6()),
      fc.integer({ min: 0, max: 50 }),
      fc.integer({ min: 1, max: 12 }),
      (host, pieceCount, count) => {
        const pieces = allowedFastPieces(infoHash, host, pieceCount, count);
        expect(new Set(pieces).size).toBe(Math.min(pieceCount, count));
        for (const piece of pieces) expect(piece).toBeLessThan(pieceCount);
      },
    ),
  );
});
