import { expect, test } from 'vitest';
import { createPathFilter } from '../../source/metainfo/path-filter.ts';

test.each([
  ['*.tmp', 'a.tmp', true],
  ['*.tmp', 'deep/down/a.tmp', true],
  ['*.tmp', 'a.tmp.txt', false],
  ['*.swp', '.notes.swp', true],
  ['.*', 'deep/.hidden', true],
  ['.*', 'plain', false],
  ['.git', '.git', true],
  ['.git', 'sub/.git', true],
  ['{.git,.svn}', 'sub/.svn', true],
  ['sub/*', 'sub/a', true],
  ['sub/*', 'sub/.a', true],
  ['sub/*', 'sub/deeper/a', false],
  ['sub/**', 'sub/deeper/.a', true],
  ['sub/*', 'other/sub/a', false],
  ['/top', 'top', true],
  ['/top', 'sub/top', false],
  ['build/', 'sub/build', true],
  ['**/cache/*.bin', '.hidden/cache/.x.bin', true],
  ['.cache/*', '.cache/.x', true],
  ['file[0-9]', 'file7', true],
  ['file?', 'file10', false],
  ['Thumbs', 'thumbs', false],
])('%s on %s: %s', (glob, path, leftOut) => {
  expect(createPathFilter([glob])(path.split('/'))).toBe(leftOut);
});

test('one glob of many is enough', () => {
  const filter = createPathFilter(['*.a', '*.b']);
  expect(filter(['x.b'])).toBe(true);
  expect(filter(['x.c'])).toBe(false);
  expect(createPathFilter([])(['x'])).toBe(false);
});
