import { expect, test } from 'vitest';
import { ExchangeBudget } from '../../../source/seeding/listener/exchange-budget.ts';

test('one address has its share, all have theirs, and both come back', () => {
  const budget = new ExchangeBudget(0);
  const taken = (address: string, count: number, now: number) =>
    Array.from({ length: count }).filter(() => budget.take(address, now)).length;
  expect(taken('a', 200, 0)).toBe(100);
  expect(taken('b', 1, 9_999)).toBe(1);
  expect(taken('a', 1, 9_999)).toBe(0);
  for (let n = 0; n < 50; n++) taken(`c${n}`, 100, 9_999);
  expect(taken('d', 1, 9_999)).toBe(0);
  expect(taken('a', 200, 10_000)).toBe(100);
});
