import { expect, test } from 'vitest';
import { ExchangeBudget } from '../../../source/seeding/listener/exchange-budget.ts';

test('one address has its share, all have theirs, and both come back', () => {
  const budget = new ExchangeBudget(0);
  const taken = (address: string, count: number, now: number) =>
    Array.from({ length: count }).filter(() => budget.take(address, now)).length;
  expect(taken('9.9.9.1', 200, 0)).toBe(100);
  expect(taken('9.9.9.2', 1, 9_999)).toBe(1);
  expect(taken('9.9.9.1', 1, 9_999)).toBe(0);
  for (let n = 0; n < 50; n++) taken(`9.9.8.${n}`, 100, 9_999);
  expect(taken('9.9.9.3', 1, 9_999)).toBe(0);
  expect(taken('9.9.9.1', 200, 10_000)).toBe(100);
});

test('an IPv6 network of a site has its share, however many addresses it has', () => {
  const budget = new ExchangeBudget(0);
  const taken = (network: string) =>
    Array.from({ length: 1_000 }).filter((_, n) => budget.take(`${network}:${n}::1`, 0)).length;
  expect(taken('2001:db8:1')).toBe(400);
  expect(taken('2001:db8:2')).toBe(400);
});

test('in our own network one address may be many peers', () => {
  const budget = new ExchangeBudget(0);
  const taken = Array.from({ length: 5_000 }).filter(() => budget.take('127.0.0.1', 0)).length;
  expect(taken).toBe(2_000);
});
