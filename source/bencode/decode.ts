import { BencodeError } from './error.ts';
import { type BencodeValue, type Dictionary, maxDepth, maxIntegerDigits } from './value.ts';

interface DecodeOptions {
  /**
   * Accept dictionaries whose keys are not sorted, and line ends after the value, as files found in
   * the wild and network messages have them. Everything else stays an error.
   */
  tolerant?: boolean;
  /**
   * How many values the input may hold, a dictionary counted as `dictionaryCost`; at most one for
   * every two bytes, in whatever is not small. A value of a few bytes takes many times as much
   * memory once decoded; this bounds what a stranger's bytes can cost. One million unless set.
   */
  maxValues?: number;
}

/**
 * Decodes one value that fills `bytes`. Byte strings in it are views of `bytes`, not copies.
 *
 * @throws BencodeError when `bytes` is anything but one canonically encoded value
 */
export function decode(bytes: Uint8Array, options?: DecodeOptions): BencodeValue {
  const decoder = new Decoder(bytes, options);
  const value = decoder.readValue(0);
  decoder.expectEnd();
  return value;
}

/**
 * Decodes the value that `bytes` begins with and says where it ends, for messages that carry raw
 * data behind it (ut_metadata, BEP 9).
 *
 * @throws BencodeError when `bytes` does not begin with a value
 */
export function decodePrefix(
  bytes: Uint8Array,
  options?: DecodeOptions,
): { value: BencodeValue; end: number } {
  const decoder = new Decoder(bytes, options);
  const value = decoder.readValue(0);
  return { value, end: decoder.offset };
}

export interface DecodedDictionary {
  dictionary: Dictionary;
  /** The very bytes each value of the dictionary was written with, as views of the input. */
  raw: Map<string, Uint8Array>;
  /** The first of what was tolerated: what strict decoding throws; null when there is nothing. */
  tolerated: BencodeError | null;
}

/**
 * Decodes a dictionary that fills `bytes`, keeping the raw bytes of its values: an info hash is
 * taken of the bytes that were there, never of what they would be encoded again.
 *
 * @throws BencodeError when `bytes` is anything but one canonically encoded dictionary
 */
export function decodeDictionary(bytes: Uint8Array, options?: DecodeOptions): DecodedDictionary {
  const decoder = new Decoder(bytes, options);
  if (bytes[0] !== letterD) throw new BencodeError('expected a dictionary', 0);
  const raw = new Map<string, Uint8Array>();
  const dictionary = decoder.readDictionary(0, raw);
  decoder.expectEnd();
  return { dictionary, raw, tolerated: decoder.tolerated };
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const digit0 = 0x30;
const digit9 = 0x39;
const colon = 0x3a;
const minus = 0x2d;
const letterD = 0x64;
const letterE = 0x65;
const letterI = 0x69;
const letterL = 0x6c;

/** Digits whose value a number holds exactly, whatever they are. */
const exactDigits = 15;
/** No input is as long as the lengths this many digits can say. */
const maxLengthDigits = 12;

/** What a dictionary takes in memory, compared with other values. */
const dictionaryCost = 4;
/** So many values cost nobody anything, however few bytes they have. */
const harmlessValues = 10_000;

const emptyString = new Uint8Array();

/** A cursor over the input; each read leaves it behind what was read. */
class Decoder {
  offset = 0;
  tolerated: BencodeError | null = null;
  readonly #bytes: Uint8Array;
  readonly #text: Buffer;
  readonly #tolerant: boolean;
  #valuesLeft: number;

  constructor(bytes: Uint8Array, options: DecodeOptions = {}) {
    this.#bytes = bytes;
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#tolerant = options.tolerant ?? false;
    this.#valuesLeft = Math.min(
      options.maxValues ?? 1_000_000,
      Math.max(harmlessValues, bytes.length / 2),
    );
  }

  expectEnd(): void {
    if (this.offset === this.#bytes.length) return;
    const problem = 'bytes after the end of the value';
    if (
      !this.#bytes
        .subarray(this.offset)
        .every((byte) => byte === lineFeed || byte === carriageReturn)
    ) {
      throw new BencodeError(problem, this.offset);
    }
    this.#tolerate(problem, this.offset);
  }

  /** Reads the value at the cursor, which `depth` lists and dictionaries enclose. */
  readValue(depth: number): BencodeValue {
    const first = this.#bytes[this.offset];
    this.#valuesLeft -= first === letterD ? dictionaryCost : 1;
    if (this.#valuesLeft < 0) throw new BencodeError('too many values', this.offset);
    if (first === letterI) return this.#readInteger();
    if (first === letterL) return this.#readList(depth);
    if (first === letterD) return this.readDictionary(depth);
    if (first !== undefined && first >= digit0 && first <= digit9) return this.#readString();
    throw new BencodeError(
      first === undefined ? 'the input ends where a value was expected' : 'not a value',
      this.offset,
    );
  }

  /** Reads the dictionary at the cursor; `raw`, if given, takes the bytes of its values. */
  readDictionary(depth: number, raw?: Map<string, Uint8Array>): Dictionary {
    if (depth === maxDepth) throw new BencodeError('nested too deeply', this.offset);
    const dictionary: Dictionary = new Map();
    this.offset++;
    let previous: string | undefined;
    while (!this.#skipEnd()) {
      const keyOffset = this.offset;
      const key = this.#readKey();
      if (previous !== undefined && key <= previous) {
        if (key === previous || dictionary.has(key)) {
          throw new BencodeError('the same key twice', keyOffset);
        }
        this.#tolerate('keys not sorted', keyOffset);
      } else {
        // Only the greatest key so far proves a later one new without looking it up.
        previous = key;
      }
      const start = this.offset;
      dictionary.set(key, this.readValue(depth + 1));
      raw?.set(key, this.#view(start, this.offset));
    }
    return dictionary;
  }

  #readList(depth: number): BencodeValue[] {
    if (depth === maxDepth) throw new BencodeError('nested too deeply', this.offset);
    const list: BencodeValue[] = [];
    this.offset++;
    while (!this.#skipEnd()) list.push(this.readValue(depth + 1));
    // A list that grows takes room for 17 values at once; most paths and tiers have one.
    return list.length < 16 ? list.slice() : list;
  }

  /** Moves over the `e` that ends a list or dictionary, if the cursor is at one. */
  #skipEnd(): boolean {
    if (this.#bytes[this.offset] !== letterE) return false;
    this.offset++;
    return true;
  }

  #readInteger(): number | bigint {
    const start = this.offset;
    const negative = this.#bytes[start + 1] === minus;
    const firstDigit = negative ? start + 2 : start + 1;
    this.offset = firstDigit;
    const magnitude = this.#readDigits(maxIntegerDigits, 'integer');
    const end = this.offset;
    if (this.#bytes[end] !== letterE) throw new BencodeError('expected e after an integer', end);
    if (negative && magnitude === 0) throw new BencodeError('minus zero', start);
    this.offset = end + 1;
    if (end - firstDigit <= exactDigits) return negative ? -magnitude : magnitude;
    const exact = BigInt(this.#text.toString('latin1', start + 1, end));
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
  }

  #tolerate(problem: string, offset: number): void {
    const error = new BencodeError(problem, offset);
    if (!this.#tolerant) throw error;
    this.tolerated ??= error;
  }

  #readString(): Uint8Array {
    const end = this.#readLength();
    const view = end === this.offset ? emptyString : this.#view(this.offset, end);
    this.offset = end;
    return view;
  }

  #readKey(): string {
    const first = this.#bytes[this.offset];
    if (first === undefined || first < digit0 || first > digit9) {
      throw new BencodeError(
        first === undefined ? 'the input ends inside a dictionary' : 'a key that is not a string',
        this.offset,
      );
    }
    const end = this.#readLength();
    const key = this.#text.toString('latin1', this.offset, end);
    this.offset = end;
    return key;
  }

  /** Moves over a string's length and colon to its first byte; returns where the string ends. */
  #readLength(): number {
    const start = this.offset;
    const length = this.#readDigits(maxLengthDigits, 'string length');
    if (this.#bytes[this.offset] !== colon) {
      throw new BencodeError('expected a colon after a string length', this.offset);
    }
    this.offset++;
    const end = this.offset + length;
    if (end > this.#bytes.length) throw new BencodeError('string longer than the input', start);
    return end;
  }

  /**
   * Moves over digits, at least one and at most `most`, without a leading zero. The value is exact
   * up to `exactDigits` of them.
   */
  #readDigits(most: number, what: string): number {
    const bytes = this.#bytes;
    const start = this.offset;
    let end = start;
    let value = 0;
    for (; ; end++) {
      const byte = bytes[end];
      if (byte === undefined || byte < digit0 || byte > digit9) break;
      if (end - start === most) throw new BencodeError(`${what} out of range`, start);
      value = value * 10 + (byte - digit0);
    }
    if (end === start) throw new BencodeError(`${what} without digits`, start);
    if (end - start > 1 && bytes[start] === digit0) {
      throw new BencodeError(`${what} with a leading zero`, start);
    }
    this.offset = end;
    return value;
  }

  #view(start: number, end: number): Uint8Array {
    return new Uint8Array(this.#bytes.buffer, this.#bytes.byteOffset + start, end - start);
  }
}
