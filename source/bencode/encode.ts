import { maxDepth, maxIntegerDigits } from './value.ts';

/**
 * What can be encoded. Text is written as UTF-8. Keys are binary strings as in Dictionary; those
 * of plain objects whose value is undefined are left out.
 */
export type Encodable =
  | number
  | bigint
  | string
  | Uint8Array
  | Encoded
  | readonly Encodable[]
  | ReadonlyMap<string, Encodable>
  | { readonly [key: string]: Encodable | undefined };

/** A value that is bencoded already, such as a raw info dictionary; written as it is. */
export class Encoded {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
}

/**
 * Encodes a value canonically: dictionary keys in the order of their raw bytes (BEP 3).
 *
 * @throws TypeError for what bencode cannot hold: fractions, numbers beyond the safe integers,
 *   integers of more than 20 digits, keys with characters that are not one byte, endless nesting
 */
export function encode(value: Encodable): Uint8Array<ArrayBuffer> {
  const writer = new Writer();
  writeValue(writer, value, 0);
  return writer.finish();
}

function writeValue(writer: Writer, value: Encodable, depth: number): void {
  if (typeof value === 'number' || typeof value === 'bigint') {
    writer.ascii(`i${integerDigits(value)}e`);
  } else if (typeof value === 'string') {
    writer.text(value);
  } else if (value instanceof Uint8Array) {
    writer.ascii(`${value.length}:`);
    writer.bytes(value);
  } else if (value instanceof Encoded) {
    writer.bytes(value.bytes);
  } else if (depth === maxDepth) {
    throw new TypeError(`bencode nested deeper than ${maxDepth}`);
  } else if (isList(value)) {
    writer.ascii('l');
    for (const item of value) writeValue(writer, item, depth + 1);
    writer.ascii('e');
  } else {
    writer.ascii('d');
    for (const [key, item] of sortedEntries(value)) {
      writer.binaryText(key);
      writeValue(writer, item, depth + 1);
    }
    writer.ascii('e');
  }
}

// Array.isArray alone does not narrow readonly arrays.
function isList(value: Encodable): value is readonly Encodable[] {
  return Array.isArray(value);
}

type DictionaryInput =
  | ReadonlyMap<string, Encodable>
  | { readonly [key: string]: Encodable | undefined };

function sortedEntries(dictionary: DictionaryInput): [string, Encodable][] {
  const entries: [string, Encodable][] = [];
  const all = dictionary instanceof Map ? dictionary : Object.entries(dictionary);
  for (const [key, value] of all) if (value !== undefined) entries.push([key, value]);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

function integerDigits(value: number | bigint): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw new TypeError(`not an integer that a number holds exactly: ${value}`);
  }
  const digits = String(value);
  if (digits.length > maxIntegerDigits + (value < 0 ? 1 : 0)) {
    throw new TypeError(`an integer of more than ${maxIntegerDigits} digits`);
  }
  return digits;
}

/** A buffer that grows as it is written to. */
class Writer {
  #buffer = Buffer.allocUnsafe(1024);
  #length = 0;

  finish(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer.subarray(0, this.#length));
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes text of which each character is one byte, and which is short. */
  ascii(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#buffer[this.#length++] = text.charCodeAt(i);
  }

  /** Writes a string of UTF-8. */
  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.ascii(`${length}:`);
    this.#reserve(length);
    this.#length += this.#buffer.write(text, this.#length, 'utf8');
  }

  /** Writes a string of which each character is one byte. */
  binaryText(text: string): void {
    for (let i = 0; i < text.length; i++) {
      if (text.charCodeAt(i) > 0xff) {
        throw new TypeError(`not a binary string, so no key: ${JSON.stringify(text)}`);
      }
    }
    this.ascii(`${text.length}:`);
    this.ascii(text);
  }

  #reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
