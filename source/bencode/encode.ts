import { maxDepth, maxIntegerDigits } from './value.ts';

/**
 * What can be encoded. Text is written as UTF-8. Whatever can be iterated is a list, so that a long
 * one need not be in memory at once. Keys are binary strings as in Dictionary; those of plain
 * objects whose value is undefined are left out.
 */
export type Encodable =
  | number
  | bigint
  | string
  | Uint8Array
  | Encoded
  | SortedEntries
  | Iterable<Encodable>
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
 * A dictionary whose entries are made as they are written, so that a large one need not be in
 * memory at once; they must come in the order of their keys. It can be encoded once.
 */
export class SortedEntries {
  readonly entries: Iterable<readonly [key: string, value: Encodable]>;

  constructor(entries: Iterable<readonly [key: string, value: Encodable]>) {
    this.entries = entries;
  }
}

/**
 * Encodes a value canonically: dictionary keys in the order of their raw bytes (BEP 3).
 *
 * @throws TypeError for what bencode cannot hold: fractions, numbers beyond the safe integers,
 *   integers of more than 20 digits, keys with characters that are not one byte or out of order,
 *   endless nesting
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
  } else if (value instanceof SortedEntries) {
    writer.ascii('d');
    let last: string | undefined;
    for (const [key, item] of value.entries) {
      if (last !== undefined && key <= last) {
        throw new TypeError(`a key out of order: ${JSON.stringify(key)}`);
      }
      writeEntry(writer, key, item, depth + 1);
      last = key;
    }
    writer.ascii('e');
  } else if (isMap(value)) {
    writer.ascii('d');
    for (const key of [...value.keys()].sort()) writeEntry(writer, key, value.get(key), depth + 1);
    writer.ascii('e');
  } else if (isList(value)) {
    writer.ascii('l');
    for (const item of value) writeValue(writer, item, depth + 1);
    writer.ascii('e');
  } else {
    writer.ascii('d');
    for (const key of Object.keys(value).sort()) writeEntry(writer, key, value[key], depth + 1);
    writer.ascii('e');
  }
}

function writeEntry(
  writer: Writer,
  key: string,
  value: Encodable | undefined,
  depth: number,
): void {
  if (value === undefined) return;
  writer.binaryText(key);
  writeValue(writer, value, depth);
}

// instanceof alone does not narrow readonly maps.
function isMap(value: object): value is ReadonlyMap<string, Encodable> {
  return value instanceof Map;
}

function isList(value: object): value is Iterable<Encodable> {
  return Symbol.iterator in value;
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

const firstChunkBytes = 1024;
const largestChunkBytes = 1024 * 1024;

/** Bytes that grow as they are written to: in chunks, which are not copied before the end. */
class Writer {
  #chunk = Buffer.allocUnsafe(firstChunkBytes);
  /** How much of the chunk is written. */
  #length = 0;
  readonly #full: Uint8Array[] = [];
  #fullLength = 0;

  finish(): Uint8Array<ArrayBuffer> {
    const whole = new Uint8Array(this.#fullLength + this.#length);
    let offset = 0;
    for (const chunk of this.#full) {
      whole.set(chunk, offset);
      offset += chunk.length;
    }
    whole.set(this.#chunk.subarray(0, this.#length), offset);
    return whole;
  }

  bytes(bytes: Uint8Array): void {
    if (bytes.length > largestChunkBytes) {
      this.#seal();
      this.#add(bytes);
      return;
    }
    this.#reserve(bytes.length);
    this.#chunk.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** Writes text of which each character is one byte, and which is short. */
  ascii(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#chunk[this.#length++] = text.charCodeAt(i);
  }

  /** Writes a string of UTF-8. */
  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.ascii(`${length}:`);
    this.#reserve(length);
    this.#length += this.#chunk.write(text, this.#length, 'utf8');
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

  /** Makes room for so many bytes in one chunk. */
  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#chunk.length) return;
    this.#seal();
    const doubled = Math.max(this.#fullLength, firstChunkBytes);
    this.#chunk = Buffer.allocUnsafe(Math.max(bytes, Math.min(doubled, largestChunkBytes)));
  }

  /** Ends what is written of the chunk; the rest of it takes what comes next. */
  #seal(): void {
    this.#add(this.#chunk.subarray(0, this.#length));
    this.#chunk = this.#chunk.subarray(this.#length);
    this.#length = 0;
  }

  #add(chunk: Uint8Array): void {
    this.#full.push(chunk);
    this.#fullLength += chunk.length;
  }
}
