import { expect, test } from 'vitest';
import { LsdTurns } from '../../../source/discovery/lsd/lsd-turns.ts';

const minute = 60_000;

test('each has its turn every five minutes', () => {
  const turns = new LsdTurns();
  for (const one of ['a', 'b', 'c']) turns.add(one, 0);
  turns.add('a', 0);
  expect(turns.take(0, 2)).toHaveLength(2);
  expect(turns.take(0, 2)).toHaveLength(1);
  expect(turns.take(5 * minute - 1, 10)).toEqual([]);
  expect(turns.take(5 * minute, 10).toSorted()).toEqual(['a', 'b', 'c']);
  turns.remove('b');
  expect(turns.take(10 * minute, 10).toSorted()).toEqual(['a', 'c']);
});

test('one that somebody asks for is due, but not twice in a minute', () => {
  const turns = new LsdTurns();
  turns.add('a', 0);
  turns.add('b', 0);
  turns.take(0, 10);
  turns.asked('a', 10_000);
  turns.asked('a', 20_000);
  turns.asked('unknown', 20_000);
  expect(turns.take(minute - 1, 10)).toEqual([]);
  expect(turns.take(minute, 10)).toEqual(['a']);
  expect(turns.take(4 * minute, 10)).toEqual([]);
  turns.asked('a', 4 * minute);
  expect(turns.take(4 * minute, 10)).toEqual(['a']);
  expect(turns.take(5 * minute, 10)).toEqual(['b']);
  expect(turns.take(8 * minute, 10)).toEqual([]);
});
