import { expect, test } from 'vitest';
import { createProgressMeter } from '../../../source/metainfo/hashing/hash-progress.ts';

test('the rate is that of the last seconds, the time left follows from it', () => {
  const meter = createProgressMeter(10_000);
  expect(meter(0, 500)).toEqual({ hashedBytes: 0, totalBytes: 10_000, rate: 0, secondsLeft: null });
  expect(meter(1000, 1500)).toMatchObject({ rate: 1000, secondsLeft: 9 });
  for (let second = 2; second <= 6; second++) meter(1000 + (second - 1) * 100, 500 + second * 1000);
  // The first second was fast; it is forgotten five seconds later.
  expect(meter(1600, 7500)).toMatchObject({ rate: 100, secondsLeft: 84 });
  expect(meter(10_000, 8500)).toMatchObject({ secondsLeft: 0 });
});

test('while nothing happens there is no telling', () => {
  const meter = createProgressMeter(10);
  meter(0, 0);
  expect(meter(0, 0)).toMatchObject({ rate: 0, secondsLeft: null });
  expect(meter(0, 9000)).toMatchObject({ rate: 0, secondsLeft: null });
});
