import { expect, test } from 'vitest';
import { createFileCounter, partsOfFiles } from '../../../source/metainfo/hashing/file-count.ts';

test('a file counts when all of its parts are done', () => {
  const lengths = [5, 0, 25, 10, 3, 0];
  const done = new Set<number>();
  const count = createFileCounter(partsOfFiles(lengths, 10, 5), 5, (part) => done.has(part));
  const counts = [1, 0, 3, 2, 4].map((part) => {
    done.add(part);
    return count();
  });
  expect(counts).toEqual([0, 2, 3, 4, 6]);
});

test('files that begin parts of their own', () => {
  expect([...partsOfFiles([5, 0, 25, 10, 3, 0], 10, 6, 10)]).toEqual([
    { first: 0, last: 0 },
    { first: 1, last: 1 },
    { first: 1, last: 3 },
    { first: 4, last: 4 },
    { first: 5, last: 5 },
    { first: 5, last: 5 },
  ]);
});
