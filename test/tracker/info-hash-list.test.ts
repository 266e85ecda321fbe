import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseInfoHashList } from '../../source/tracker/info-hash-list.ts';

test('a list of info hashes', () => {
  const text = `# allowed\n${'ab'.repeat(20)}\n\n  ${'CD'.repeat(20)} a name # more\r\n${'ef'.repeat(32)}\n`;
  const { infoHashes, wrongLines } = parseInfoHashList(text);
  expect([...infoHashes]).toEqual(['\xab'.repeat(20), '\xcd'.repeat(20), '\xef'.repeat(20)]);
  expect(wrongLines).toEqual([]);
});

test('lines that are none are told by their numbers', () => {
  const text = `${'ab'.repeat(19)}\n${'ab'.repeat(20)}\nxyz\n${'ab'.repeat(21)}`;
  const { infoHashes, wrongLines } = parseInfoHashList(text);
  expect(infoHashes.size).toBe(1);
  expect(wrongLines).toEqual([1, 3, 4]);
});

test('any text can be read', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'0aF \n\r#\t') }), (text) => {
      for (const infoHash of parseInfoHashList(text).infoHashes) expect(infoHash.length).toBe(20);
    }),
  );
});
