import type { BinaryString } from './binary-string.ts';

/**
 * The 20 bytes of an info hash or a peer id as five words, as they lie in memory: so they are
 * compared, hashed and copied without a string for each request.
 */
export type IdWords = Uint32Array;

export const idWordCount = 5;

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** `text` is 20 bytes; left out, all are 0. */
export function idWordsOf(text: BinaryString = ''): IdWords {
  const words = new Uint32Array(idWordCount);
  if (text !== '') readId(text, words);
  return words;
}

/** Puts 20 bytes into words. */
export function readId(text: BinaryString, into: IdWords): void {
  for (let word = 0; word < idWordCount; word++) {
    const at = word * 4;
    into[word] = joined(
      text.charCodeAt(at),
      text.charCodeAt(at + 1),
      text.charCodeAt(at + 2),
      text.charCodeAt(at + 3),
    );
  }
}

/** Puts the 20 bytes from `at` on into words. */
export function readIdAt(bytes: Uint8Array, at: number, into: IdWords): void {
  for (let word = 0; word < idWordCount; word++) {
    const from = at + word * 4;
    into[word] = joined(
      bytes[from] as number,
      bytes[from + 1] as number,
      bytes[from + 2] as number,
      bytes[from + 3] as number,
    );
  }
}

/** The 20 bytes that the five words from `at` on are. */
export function idText(words: Uint32Array, at = 0): BinaryString {
  const { buffer, byteOffset } = words;
  return Buffer.from(buffer, byteOffset + at * 4, idWordCount * 4).toString('latin1');
}

function joined(b0: number, b1: number, b2: number, b3: number): number {
  return isLittleEndian
    ? b0 | (b1 << 8) | (b2 << 16) | (b3 << 24)
    : (b0 << 24) | (b1 << 16) | (b2 << 8) | b3;
}
