import { expect, test } from 'vitest';
import { Rate } from '../../source/seeding/rate.ts';

test('is the mean of the last seconds, and exactly zero after them', () => {
  const rate = new Rate();
  const rates: number[] = [];
  for (let second = 0; second < 5; second++) {
    rate.add(1000);
    rates.push(rate.tick());
  }
  for (let second = 0; second < 6; second++) rates.push(rate.tick());
  expect(rates).toEqual([200, 400, 600, 800, 1000, 800, 600, 400, 200, 0, 0]);
});
