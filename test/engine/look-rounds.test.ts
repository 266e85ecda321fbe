import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideRound } from '../../source/engine/look-rounds.ts';

function publicationsOf(count: number, fileCount: number) {
  return Array.from({ length: count }, () => ({ row: { fileCount } }));
}

function roundMs(looks: { restMs: number }[]): number {
  return Math.round(looks.reduce((sum, { restMs }) => sum + restMs, 0));
}

test.each([
  ['nothing', 0, 0, 60_000],
  ['a few', 3, 1, 60_000],
  ['what can be looked at in a minute', 100, 24, 60_000],
  ['thousands', 10_000, 1, 250_000],
  ['more than can be looked at at that pace', 100, 200_000, 600_000],
])('a round of %s', (_, count, fileCount, expected) => {
  expect(roundMs(divideRound(publicationsOf(count, fileCount)))).toBe(expected);
});

test('a few are looked at one by one, of thousands some together', () => {
  expect(divideRound(publicationsOf(4, 2)).map(({ list }) => list.length)).toEqual([1, 1, 1, 1]);
  const looks = divideRound(publicationsOf(10_000, 1));
  expect(looks.length).toBeLessThanOrEqual(50);
  expect(Math.max(...looks.map(({ list }) => list.length))).toBeLessThan(220);
});

test('whatever there is, each is looked at once in a round, in order', () => {
  const publications = fc.array(fc.record({ row: fc.record({ fileCount: fc.nat(200_000) }) }));
  fc.assert(
    fc.property(publications, (all) => {
      const looks = divideRound(all);
      expect(looks.flatMap(({ list }) => list)).toEqual(all);
      expect(roundMs(looks)).toBeGreaterThanOrEqual(60_000);
      expect(roundMs(looks)).toBeLessThanOrEqual(600_000);
    }),
  );
});
