/**
 * Bytes held as a string of which each character is one byte (latin1). Such a string is compared
 * by value and hashed by the engine, which a Buffer is not: so info hashes, peer ids and endpoints
 * are keys of maps as they are.
 */
export type BinaryString = string;

/** Reads hex digits, two a byte. */
export function fromHex(hex: string): BinaryString {
  return Buffer.from(hex, 'hex').toString('latin1');
}

/** Writes lower case hex digits, two a byte. */
export function toHex(bytes: BinaryString): string {
  return Buffer.from(bytes, 'latin1').toString('hex');
}
