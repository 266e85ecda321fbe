import type { BinaryString } from './binary-string.ts';

const percent = 0x25;
const plus = 0x2b;
const space = 0x20;
const letterU = 0x75;

/** The value of a hexadecimal digit by its character code; -1 for what is none. */
export const hexDigits = Int8Array.from({ length: 256 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? -1 : digit;
});

/**
 * Decodes the value of a query parameter to the exact bytes it stands for. `text` holds one byte
 * a character. Null when an escape is broken (`%zz`, `%a`, `%` at the end).
 *
 * `+` is a space, the rule of HTML forms: those trackers and clients that do not think so always
 * send both escaped. `%uXXXX`, which only the `escape` of old browsers makes, is no escape: it
 * stands for itself.
 */
export function percentDecode(text: string): BinaryString | null {
  const bytes = Buffer.from(text, 'latin1');
  const length = percentDecodeBytes(bytes, 0, bytes.length, bytes);
  return length < 0 ? null : bytes.toString('latin1', 0, length);
}

/**
 * The same for the bytes from `at` to `end`, decoded to the beginning of `into`. Returns how many
 * there are, also those for which there was no room; -1 when an escape is broken.
 */
export function percentDecodeBytes(
  bytes: Uint8Array,
  at: number,
  end: number,
  into: Uint8Array,
): number {
  let length = 0;
  for (let i = at; i < end; i++) {
    let byte = bytes[i] as number;
    if (byte === plus) {
      byte = space;
    } else if (byte === percent && (i + 1 === end || bytes[i + 1] !== letterU)) {
      if (i + 2 >= end) return -1;
      const high = hexDigits[bytes[i + 1] as number] as number;
      const low = hexDigits[bytes[i + 2] as number] as number;
      if (high < 0 || low < 0) return -1;
      byte = high * 16 + low;
      i += 2;
    }
    if (length < into.length) into[length] = byte;
    length++;
  }
  return length;
}
