import { expect, test } from 'vitest';
import { PieceGain } from '../../source/seeding/piece-gain.ts';

/** After so many seconds, in each of which it gained as many pieces as the function says. */
function gaining(seconds: number, gainedIn: (second: number) => number, had = 0): PieceGain {
  const gain = new PieceGain();
  gain.begin(had);
  let count = had;
  for (let second = 0; second < seconds; second++) {
    count += gainedIn(second);
    gain.tick(count);
  }
  return gain;
}

test('a steady gain tells the time from the first second on', () => {
  for (const seconds of [1, 5, 100]) {
    expect(gaining(seconds, () => 2, 50).secondsFor(600)).toBe(300);
  }
});

test('large pieces that come seldom are no different', () => {
  const secondsLeft = gaining(120, (second) => (second % 10 === 0 ? 1 : 0)).secondsFor(60);
  expect(secondsLeft).toBeGreaterThan(450);
  expect(secondsLeft).toBeLessThan(750);
});

test('what it had before is no gain, and who gains nothing never gets there', () => {
  expect(gaining(9, () => 0, 1000).secondsFor(1)).toBeNull();
  expect(gaining(9, () => 0, 1000).secondsFor(0)).toBe(0);
});

test('pieces that were lost are no gain', () => {
  const gain = gaining(3, () => 1);
  gain.tick(0);
  expect(gain.secondsFor(10)).toBeGreaterThan(0);
});
