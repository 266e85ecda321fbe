import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeedContent } from '../../source/seeding/content.ts';
import { ContentLayout } from '../../source/seeding/content-layout.ts';
import { placesOf } from './test-content.ts';

function layoutOf(lengths: number[], pieceLength: number): ContentLayout {
  const size = lengths.reduce((sum, length) => sum + length, 0);
  const content: SeedContent = {
    id: 1,
    infoHash: new Uint8Array(20),
    shortInfoHashV2: null,
    private: false,
    superSeeding: false,
    maxConnections: null,
    infoLength: 0,
    size,
    pieceLength,
    pieceCount: Math.ceil(size / pieceLength),
    ...placesOf(lengths),
  };
  return new ContentLayout(content);
}

describe('spans', () => {
  test('go over file boundaries and pass over empty files', () => {
    const layout = layoutOf([0, 5, 0, 0, 3, 10, 0], 8);
    expect(layout.spans(0, 1)).toEqual([{ file: 1, position: 0, length: 1 }]);
    expect(layout.spans(3, 8)).toEqual([
      { file: 1, position: 3, length: 2 },
      { file: 4, position: 0, length: 3 },
      { file: 5, position: 0, length: 3 },
    ]);
    expect(layout.spans(17, 1)).toEqual([{ file: 5, position: 9, length: 1 }]);
    expect([layout.filesAcross(3, 8), layout.filesAcross(17, 1)]).toEqual([5, 1]);
  });

  test('name every byte once', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(6), { maxLength: 20 }), fc.nat(), fc.nat(), (lengths, a, b) => {
        const bytes = lengths.flatMap((length, file) =>
          Array.from({ length }, (_, position) => ({ file, position })),
        );
        const offset = a % (bytes.length + 1);
        const length = b % (bytes.length - offset + 1);
        const named = layoutOf(lengths, 4)
          .spans(offset, length)
          .flatMap((span) =>
            Array.from({ length: span.length }, (_, i) => ({
              file: span.file,
              position: span.position + i,
            })),
          );
        expect(named).toEqual(bytes.slice(offset, offset + length));
      }),
    );
  });
});

test('what is between files, and behind the last, is padding', () => {
  const { content } = layoutOf([5, 0, 3, 10], 8);
  const layout = new ContentLayout({
    ...content,
    size: 32,
    pieceCount: 4,
    fileStarts: Float64Array.of(0, 5, 8, 16),
    fileEnds: Float64Array.of(5, 5, 11, 26),
  });
  expect(layout.spans(0, 32)).toEqual([
    { file: 0, position: 0, length: 5 },
    { file: null, position: 0, length: 3 },
    { file: 2, position: 0, length: 3 },
    { file: null, position: 0, length: 5 },
    { file: 3, position: 0, length: 10 },
    { file: null, position: 0, length: 6 },
  ]);
  expect(layout.spans(6, 1)).toEqual([{ file: null, position: 1, length: 1 }]);
  expect(layout.spans(12, 6)).toEqual([
    { file: null, position: 1, length: 4 },
    { file: 3, position: 0, length: 2 },
  ]);
  expect(layout.has({ piece: 3, begin: 0, length: 8 })).toBe(true);
  expect([0, 1, 2, 3].map((file) => layout.piecesOf(file))).toEqual([
    { first: 0, end: 1 },
    { first: 0, end: 0 },
    { first: 1, end: 2 },
    { first: 2, end: 4 },
  ]);
});

test('only blocks within a piece are there', () => {
  const layout = layoutOf([20], 16);
  expect(layout.has({ piece: 0, begin: 0, length: 16 })).toBe(true);
  expect(layout.has({ piece: 1, begin: 0, length: 4 })).toBe(true);
  expect(layout.has({ piece: 0, begin: 15, length: 2 })).toBe(false);
  expect(layout.has({ piece: 1, begin: 0, length: 5 })).toBe(false);
  expect(layout.has({ piece: 1, begin: 5, length: 0 })).toBe(false);
  expect(layout.has({ piece: 2, begin: 0, length: 1 })).toBe(false);
  expect(layout.has({ piece: 0xffffffff, begin: 0xffffffff, length: 0xffffffff })).toBe(false);
});

test('a file has the pieces it has bytes in', () => {
  const layout = layoutOf([4, 0, 8, 1], 4);
  const pieces = [0, 1, 2, 3].map((file) => layout.piecesOf(file));
  expect(pieces).toEqual([
    { first: 0, end: 1 },
    { first: 1, end: 1 },
    { first: 1, end: 3 },
    { first: 3, end: 4 },
  ]);
});

test('blocks are where their offset says', () => {
  const layout = layoutOf([100], 16);
  const block = { piece: 3, begin: 5, length: 7 };
  expect(layout.blockAt(layout.offsetOf(block), 7)).toEqual(block);
});

test('a catalog whose files do not add up is refused', () => {
  const { content } = layoutOf([10, 10], 16);
  for (const size of [19, 33]) {
    expect(() => new ContentLayout({ ...content, size })).toThrow(RangeError);
  }
});
