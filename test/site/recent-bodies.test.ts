import { expect, test } from 'vitest';
import { RecentBodies } from '../../source/site/recent-bodies.ts';

function setUp(maxBytes: number) {
  const recent = new RecentBodies(maxBytes);
  const made: string[] = [];
  const get = (tag: string, size: number) =>
    recent.get(tag, () => {
      made.push(tag);
      return Buffer.alloc(size);
    });
  return { get, made };
}

test('what was asked for last is not made again, and is the same bytes', () => {
  const { get, made } = setUp(100);
  const first = get('a', 50);
  get('b', 50);
  expect(get('a', 50)).toBe(first);
  expect(made).toEqual(['a', 'b']);
});

test('the longest not asked for make room', () => {
  const { get, made } = setUp(100);
  for (const tag of ['a', 'b', 'a', 'c', 'a', 'b']) get(tag, 50);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
  get('large', 80);
  get('a', 20);
  get('large', 80);
  expect(made).toEqual(['a', 'b', 'c', 'b', 'large', 'a']);
});

test('one larger than all there is room for is kept until another is asked for', () => {
  const { get, made } = setUp(100);
  get('a', 50);
  for (let i = 0; i < 3; i++) get('huge', 1_000);
  get('a', 50);
  get('huge', 1_000);
  expect(made).toEqual(['a', 'huge', 'a', 'huge']);
});
