import type { BinaryString } from './binary-string.ts';

const percent = 0x25;
const plus = 0x2b;
const space = 0x20;
const letterU = 0x75;

/**
 * Decodes the value of a query parameter to the exact bytes it stands for. `text` holds one byte
 * a character. Null when an escape is broken (`%zz`, `%a`, `%` at the end).
 *
 * `+` is a space, the rule of HTML forms: those trackers and clients that do not think so always
 * send both escaped. `%uXXXX`, which only the `escape` of old browsers makes, is no escape: it
 * stands for itself.
 */
export function percentDecode(text: string): BinaryString | null {
  // Written to a buffer and read as a whole, so that the result keeps no request alive as a slice.
  const bytes = Buffer.allocUnsafe(text.length);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let byte = text.charCodeAt(i);
    if (byte === plus) {
      byte = space;
    } else if (byte === percent && text.charCodeAt(i + 1) !== letterU) {
      const high = hexDigit(text.charCodeAt(i + 1));
      const low = hexDigit(text.charCodeAt(i + 2));
      if (high < 0 || low < 0) return null;
      byte = high * 16 + low;
      i += 2;
    }
    bytes[length++] = byte;
  }
  return bytes.toString('latin1', 0, length);
}

/** The value of a hexadecimal digit, or -1. NaN, the code past the end of a string, is none. */
function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  if (lower >= 0x61 && lower <= 0x66) return lower - 0x61 + 10;
  return -1;
}
