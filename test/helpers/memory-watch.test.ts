import { expect, test } from 'vitest';
import { growthIn, type MemorySample } from './memory-watch.ts';

/** Samples of so many MiB. */
function samplesOf(resident: (n: number) => number): MemorySample[] {
  const rest = { heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 };
  return Array.from({ length: 90 }, (_, n) => ({ resident: resident(n) * 2 ** 20, ...rest }));
}

test('memory that fills up to its limits and then wavers is flat', () => {
  expect(growthIn(samplesOf((n) => 100 + 5 * Math.min(n, 25) + 4 * (n % 2)))).toBeNull();
});

test('memory that goes on growing slowly is not', () => {
  expect(growthIn(samplesOf((n) => 200 + n / 2))).toBe(
    'memory grew from 222.5 to 237.5 MiB, middle third to last',
  );
});

test('too few samples tell nothing', () => {
  expect(() => growthIn(samplesOf(() => 100).slice(0, 8))).toThrow('too few samples');
});
