import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InfoHashListReader } from '../../source/tracker/info-hash-list.ts';

function read(...pieces: string[]): InfoHashListReader {
  const reader = new InfoHashListReader();
  for (const piece of pieces) reader.push(piece);
  reader.end();
  return reader;
}

test('a list of info hashes', () => {
  const text = `# allowed\n${'ab'.repeat(20)}\n\n  ${'CD'.repeat(20)} a name # more\r\n${'ef'.repeat(32)}\n`;
  const { infoHashes, wrongLines } = read(text);
  for (const byte of ['\xab', '\xcd', '\xef']) expect(infoHashes.has(byte.repeat(20))).toBe(true);
  expect(infoHashes.has('\xaa'.repeat(20))).toBe(false);
  expect([infoHashes.size, wrongLines]).toEqual([3, 0]);
});

test('lines that are none are counted, and the first told by its number', () => {
  const text = `${'ab'.repeat(20)}\n${'ab'.repeat(19)}\n${'ab'.repeat(20)}\nxyz\n${'ab'.repeat(21)}`;
  const { infoHashes, wrongLines, firstWrongLine } = read(text);
  expect([infoHashes.size, wrongLines, firstWrongLine]).toEqual([1, 3, 2]);
});

test('a line without an end is none, and takes no more memory than it must', () => {
  const { infoHashes, wrongLines } = read(...Array(100).fill('a'.repeat(10_000)));
  expect([infoHashes.size, wrongLines]).toEqual([0, 1]);
});

test('however a text is cut, the same is read', () => {
  const line = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'0aF \r#\t') }),
    fc.uint8Array({ minLength: 20, maxLength: 20 }).map((b) => Buffer.from(b).toString('hex')),
  );
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(100)), (lines, cuts) => {
      const text = lines.join('\n');
      const pieces: string[] = [];
      let at = 0;
      for (const length of cuts) {
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      const [whole, cut] = [read(text), read(...pieces, text.slice(at))];
      expect(cut.infoHashes.size).toBe(whole.infoHashes.size);
      expect([cut.wrongLines, cut.firstWrongLine]).toEqual([
        whole.wrongLines,
        whole.firstWrongLine,
      ]);
      for (const word of lines.filter((one) => one.length === 40)) {
        const infoHash = Buffer.from(word, 'hex').toString('latin1');
        if (infoHash.length === 20) expect(cut.infoHashes.has(infoHash)).toBe(true);
      }
    }),
  );
});
