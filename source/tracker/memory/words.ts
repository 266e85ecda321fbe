import type { BinaryString } from '../binary-string.ts';

const isLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Four bytes, from `at` on, as the word that lies in memory as they do. */
export function wordAt(bytes: BinaryString, at: number): number {
  const b0 = bytes.charCodeAt(at);
  const b1 = bytes.charCodeAt(at + 1);
  const b2 = bytes.charCodeAt(at + 2);
  const b3 = bytes.charCodeAt(at + 3);
  return isLittleEndian
    ? b0 | (b1 << 8) | (b2 << 16) | (b3 << 24)
    : (b0 << 24) | (b1 << 16) | (b2 << 8) | b3;
}
