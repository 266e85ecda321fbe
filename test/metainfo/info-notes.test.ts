import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encode } from '../../source/bencode/encode.ts';
import { BencodeError } from '../../source/bencode/error.ts';
import { readInfoNotes } from '../../source/metainfo/info-notes.ts';

test('reads what an info dictionary says beside the content', () => {
  const info = encode({
    name: 'n',
    source: 'S',
    'update-url': 'http://u/',
    similar: [new Uint8Array(20).fill(1)],
    collections: ['c', 'd'],
  });
  expect(readInfoNotes(info)).toEqual({
    source: 'S',
    updateUrl: 'http://u/',
    similar: ['01'.repeat(20)],
    collections: ['c', 'd'],
  });
});

test('what it does not say is null or empty, also where it is of another type', () => {
  const nothing = { source: null, updateUrl: null, similar: [], collections: [] };
  expect(readInfoNotes(Buffer.from('de'))).toEqual(nothing);
  const odd = 'd11:collectionsi1e7:similari1e6:sourcei1e10:update-urllee';
  expect(readInfoNotes(Buffer.from(odd))).toEqual(nothing);
});

test('any other bytes are a BencodeError', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      try {
        readInfoNotes(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(BencodeError);
      }
    }),
  );
});
