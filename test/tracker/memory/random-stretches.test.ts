import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RandomStretches } from '../../../source/tracker/memory/random-stretches.ts';
import { seededRandom } from '../seeded-random.ts';

/** The numbers in the stretches. */
function chosenOf({ bounds, length }: RandomStretches): number[] {
  const chosen: number[] = [];
  for (let at = 0; at < length; at += 2) {
    const first = bounds[at] ?? 0;
    const end = bounds[at + 1] ?? 0;
    expect(end).toBeGreaterThan(first);
    expect(first < 0 && end > 0).toBe(false);
    for (let one = first; one < end; one++) chosen.push(one);
  }
  return chosen;
}

test('chooses as many as are wanted and there, each once, and never who asks', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: -120, max: 60 }),
      fc.nat(120),
      fc.option(fc.integer({ min: -130, max: 190 })),
      fc.integer({ min: 0, max: 130 }),
      fc.nat(),
      (start, size, self, want, seed) => {
        const end = start + size;
        const stretches = new RandomStretches(seededRandom(seed));
        const count = stretches.choose(start, end, self, want);
        const chosen = chosenOf(stretches);
        const isAmong = self !== null && self >= start && self < end;
        expect(count).toBe(Math.min(want, size - (isAmong ? 1 : 0)));
        expect(chosen).toHaveLength(count);
        expect(new Set(chosen).size).toBe(count);
        for (const one of chosen) {
          expect(one).toBeGreaterThanOrEqual(start);
          expect(one).toBeLessThan(end);
          expect(one).not.toBe(self);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test.each([
  [-40, 60, 10],
  [-40, 60, 70],
  [-99, 1, 30],
])('from %i to before %i, %i are chosen: each as often as any other', (start, end, want) => {
  const others = end - start - 1;
  for (const self of [start, -1, 0, end - 1]) {
    for (const placed of [0, 0.5, 0.99]) {
      const often = new Map<number, number>();
      // by every turn of the circle once
      for (let turn = 0; turn < others; turn++) {
        const random = [(turn + 0.5) / others, placed, 1 - placed - 0.001];
        const stretches = new RandomStretches(() => Math.max(0, random.shift() ?? 0));
        stretches.choose(start, end, self, want);
        for (const one of chosenOf(stretches)) often.set(one, (often.get(one) ?? 0) + 1);
      }
      expect(often.size).toBe(others);
      expect(new Set(often.values())).toEqual(new Set([want]));
    }
  }
});
