import { expect, test } from 'vitest';
import { RateBudgets } from '../../source/tracker/rate-budgets.ts';

function setUp(perSecond: number, burst: number) {
  const clock = { ms: 1_000_000 };
  const budgets = new RateBudgets({ perSecond, burst, now: () => clock.ms });
  const taken = (party: string, tries: number) =>
    Array.from({ length: tries }, () => budgets.take(party)).filter(Boolean).length;
  return { clock, taken };
}

test('a burst, and then as many as the time allows', () => {
  const { clock, taken } = setUp(10, 5);
  expect(taken('a', 20)).toBe(5);
  expect(taken('b', 1)).toBe(1);
  clock.ms += 99;
  expect(taken('a', 5)).toBe(0);
  clock.ms += 1;
  expect(taken('a', 5)).toBe(1);
  clock.ms += 300;
  expect(taken('a', 20)).toBe(3);
  clock.ms += 3_600_000;
  expect(taken('a', 20)).toBe(5);
});

test('what was taken is remembered while it matters', () => {
  const { clock, taken } = setUp(10, 5);
  let total = 0;
  for (let step = 0; step < 1_000; step++) {
    total += taken('a', 3);
    clock.ms += 10;
  }
  expect(total).toBe(5 + 10 * 10 - 1);
});

test('many parties do not take from each other', () => {
  const { taken } = setUp(1, 2);
  for (let party = 0; party < 250_000; party++) expect(taken(String(party), 1)).toBe(1);
  expect(taken('249999', 5)).toBe(1);
});

test('no rate is no limit', () => {
  expect(setUp(0, 1).taken('a', 1_000)).toBe(1_000);
});
