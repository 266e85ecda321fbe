import fc from 'fast-check';
import { expect, test } from 'vitest';
import { blameFiles, type PieceSharer } from '../../../source/metainfo/verifying/blame.ts';

/** Three files: 0-2 have bytes of the first, 2-3 of the second, 3-4 of the third. */
function three(...change: Partial<PieceSharer>[]): PieceSharer[] {
  const whole = { isFaulty: false, isSuspect: false };
  return [
    { firstPiece: 0, pieces: 3, ...whole, ...change[0] },
    { firstPiece: 2, pieces: 2, ...whole, ...change[1] },
    { firstPiece: 3, pieces: 2, ...whole, ...change[2] },
  ];
}

const wrong = { kind: 'wrong' };
const besides = (neighbour: number) => ({ kind: 'unproven', neighbour });
const blamed = (files: PieceSharer[], ...pieces: number[]) =>
  Object.fromEntries(blameFiles(files, pieces));

test('where all pieces are good nobody is to blame', () => {
  expect(blamed(three({ isFaulty: true }))).toEqual({});
});

test('a file with a bad piece of its own is wrong, and the file beside it unproven', () => {
  expect(blamed(three(), 1, 2)).toEqual({ 0: wrong, 1: besides(0) });
});

test('of files that share a bad piece the one that is not as it was is wrong', () => {
  expect(blamed(three({}, {}, { isSuspect: true }), 3)).toEqual({ 1: besides(2), 2: wrong });
  expect(blamed(three({}, { isFaulty: true }), 2, 3)).toEqual({
    0: besides(1),
    1: wrong,
    2: besides(1),
  });
});

test('one that is suspect is not blamed where another is known to be wrong', () => {
  expect(blamed(three({}, { isSuspect: true }), 1, 2)).toEqual({ 0: wrong, 1: besides(0) });
});

test('where nothing tells which file it is, it is all that share the piece', () => {
  expect(blamed(three(), 2)).toEqual({ 0: wrong, 1: wrong });
});

test('whatever the files, each bad piece of some has one to blame, who is named to the others', () => {
  const sharer = fc.record({
    firstPiece: fc.nat({ max: 20 }),
    pieces: fc.nat({ max: 5 }),
    isFaulty: fc.boolean(),
    isSuspect: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(sharer), fc.uniqueArray(fc.nat({ max: 25 })), (files, bad) => {
      const blames = blameFiles(files, bad);
      for (const piece of bad) {
        const places = [...files.keys()].filter((place) => {
          const { firstPiece, pieces } = files[place] ?? { firstPiece: 0, pieces: 0 };
          return firstPiece <= piece && piece < firstPiece + pieces;
        });
        const isWrong = places.some((place) => blames.get(place)?.kind === 'wrong');
        expect(isWrong).toBe(places.length > 0);
      }
      for (const blame of blames.values()) {
        if (blame.kind === 'unproven') expect(blames.get(blame.neighbour)).toEqual(wrong);
      }
    }),
  );
});
