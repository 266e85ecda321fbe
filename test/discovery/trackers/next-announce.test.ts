import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  nextAnnounceAt,
  phaseOf,
  retryDelay,
} from '../../../source/discovery/trackers/next-announce.ts';

const asked = { interval: 1_800, minInterval: 60 };
const period = 1_800_000;

test('an announce is never later than asked, nor earlier than the minimum', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e9, noNaN: true }),
      fc.integer({ min: 60, max: 7_200 }),
      fc.integer({ min: 0, max: 7_200 }),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (now, interval, minInterval, phase) => {
        const wait = nextAnnounceAt(now, { interval, minInterval }, phase) - now;
        expect(wait).toBeLessThanOrEqual(interval * 1_000 + 1);
        expect(wait).toBeGreaterThanOrEqual(Math.min(minInterval, interval) * 1_000 - 1);
      },
    ),
  );
});

test('it finds its phase of the interval in two rounds, and keeps it', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1e7, noNaN: true }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (begin, phase) => {
        let at = begin;
        for (let round = 0; round < 2; round++) at = nextAnnounceAt(at, asked, phase);
        const off = (at / period - phase + 1) % 1;
        expect(Math.min(off, 1 - off)).toBeLessThan(0.021);
        expect(nextAnnounceAt(at, asked, phase) - at).toBeGreaterThan(period * 0.97);
      },
    ),
  );
});

test('an interval that leaves no choice is kept to', () => {
  expect(nextAnnounceAt(0, { interval: 1_800, minInterval: 1_800 }, 0.3)).toBe(period);
});

test('intervals out of all reason are not taken at their word', () => {
  expect(nextAnnounceAt(0, { interval: 0, minInterval: 0 }, 0)).toBe(60_000);
  expect(nextAnnounceAt(0, { interval: 2 ** 32 - 1, minInterval: 0 }, 0)).toBe(86_400_000);
});

test('after failures it waits ever longer, up to half an hour', () => {
  const middle = [1, 2, 3, 4, 5, 6, 100].map(
    (failures) => retryDelay(failures, null, 0.5) / 60_000,
  );
  expect(middle).toEqual([1, 2, 4, 8, 16, 30, 30]);
  expect(retryDelay(1, null, 0)).toBe(45_000);
  expect(retryDelay(1, null, 1)).toBe(75_000);
  expect(retryDelay(1, 3_600, 0)).toBe(3_600_000);
  expect(retryDelay(1, Number.MAX_SAFE_INTEGER, 0)).toBe(86_400_000);
});

test('the phases of tiers differ, and are those of the info hash', () => {
  const infoHash = Buffer.from(`80${'00'.repeat(19)}`, 'hex');
  expect(phaseOf(infoHash, 0)).toBe(0.5);
  expect(phaseOf(infoHash, 1)).toBeCloseTo(0.118, 3);
});
