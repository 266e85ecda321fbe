/**
 * Bencode as JSON and back, without loss:
 *
 * - a string that is UTF-8: a JSON string; any other: `{"$hex": "00ff"}`
 * - an integer that every JSON reader holds exactly: a number; any other: `{"$integer": "…"}`
 * - a list: an array
 * - a dictionary: an object; one with a key that is not UTF-8, or has a backslash, or that would be
 *   taken for one of these forms: `{"$dictionary": [[key, value], …]}`
 */
import { isUtf8 } from 'node:buffer';
import { textOf } from './dictionary.ts';
import { type BencodeValue, type Dictionary, maxDepth, maxIntegerDigits } from './value.ts';

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | JsonValue[]
  | { [key: string]: JsonValue };

/** JSON that is no bencode in the form that this module reads. */
export class BencodeJsonError extends Error {
  override readonly name = 'BencodeJsonError';
}

const forms = ['$hex', '$integer', '$dictionary'] as const;

export function toJson(value: BencodeValue): JsonValue {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return { $integer: String(value) };
  if (value instanceof Uint8Array) return stringToJson(value);
  if (Array.isArray(value)) return value.map(toJson);
  return dictionaryToJson(value);
}

function stringToJson(bytes: Uint8Array): JsonValue {
  return isUtf8(bytes) ? textOf(bytes) : { $hex: Buffer.from(bytes).toString('hex') };
}

function dictionaryToJson(dictionary: Dictionary): JsonValue {
  const entries = Array.from(dictionary, ([key, value]) => {
    return [Buffer.from(key, 'latin1'), toJson(value)] as const;
  });
  const isPlain = entries.every(([key]) => isPlainKey(key)) && !isForm([...dictionary.keys()]);
  if (!isPlain) return { $dictionary: entries.map(([key, value]) => [stringToJson(key), value]) };
  // Without a prototype, __proto__ is a key like any other.
  const object: { [key: string]: JsonValue } = Object.create(null);
  for (const [key, value] of entries) object[textOf(key)] = value;
  return object;
}

/**
 * Whether JSON carries a key. Once V8 13.6, that of Node 24, has parsed an object with the key `a\\`,
 * it takes the key `a\\n` of a similar one for it: so backslashes are for values alone.
 */
function isPlainKey(key: Buffer): boolean {
  return isUtf8(key) && !key.includes('\\');
}

function isForm(keys: readonly string[]): boolean {
  return keys.length === 1 && forms.some((form) => form === keys[0]);
}

/**
 * Reads JSON of that form.
 *
 * @throws BencodeJsonError naming the place: what bencode has not (null, fractions), numbers that
 *   JSON may have rounded, malformed `$` forms, a key twice, nesting without end
 */
export function fromJson(value: JsonValue): BencodeValue {
  return readValue(value, []);
}

type Place = readonly (string | number)[];

function readValue(value: JsonValue, place: Place): BencodeValue {
  if (typeof value === 'string') return bytesOf(value);
  if (typeof value === 'number') return readNumber(value, place);
  if (value === null || typeof value === 'boolean') {
    throw problem(place, `bencode has no ${value}`);
  }
  if (!Array.isArray(value)) return readObject(value, place);
  expectShallow(place);
  return value.map((item, index) => readValue(item, [...place, index]));
}

function readNumber(value: number, place: Place): number {
  // -0 is a number of JSON, not of bencode.
  if (Number.isSafeInteger(value)) return value + 0;
  throw problem(
    place,
    `${value} is not an integer that JSON holds exactly: write it as {"$integer": "…"}`,
  );
}

function readObject(object: { [key: string]: JsonValue }, place: Place): BencodeValue {
  const keys = Object.keys(object);
  if (!isForm(keys)) {
    const pairs = Object.entries(object).map(([key, item]) => [bytesOf(key), item] as const);
    return readPairs(pairs, place);
  }
  const { $hex, $integer, $dictionary } = object;
  if ($hex !== undefined) return readHex($hex, place);
  if ($integer !== undefined) return readInteger($integer, place);
  if (!Array.isArray($dictionary)) throw problem(place, '$dictionary is not a list of pairs');
  const pairs = $dictionary.map((pair, index) => {
    const [key, item, more] = Array.isArray(pair) ? pair : [];
    const bytes = key === undefined ? undefined : readValue(key, [...place, index]);
    if (!(bytes instanceof Uint8Array) || item === undefined || more !== undefined) {
      throw problem([...place, index], 'it is not a pair of a string and a value');
    }
    return [bytes, item] as const;
  });
  return readPairs(pairs, place);
}

function expectShallow(place: Place): void {
  if (place.length >= maxDepth) throw new BencodeJsonError('nested too deeply');
}

function readPairs(pairs: readonly (readonly [Uint8Array, JsonValue])[], place: Place): Dictionary {
  expectShallow(place);
  const dictionary: Dictionary = new Map();
  for (const [bytes, item] of pairs) {
    const key = Buffer.from(bytes).toString('latin1');
    if (dictionary.has(key)) throw problem(place, `the key ${JSON.stringify(key)} is there twice`);
    dictionary.set(key, readValue(item, [...place, textOf(bytes)]));
  }
  return dictionary;
}

function readHex(hex: JsonValue, place: Place): Uint8Array {
  if (typeof hex !== 'string' || !/^(?:[0-9a-f]{2})*$/i.test(hex)) {
    throw problem(place, '$hex is not a string of pairs of hex digits');
  }
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function readInteger(digits: JsonValue, place: Place): number | bigint {
  const pattern = new RegExp(`^-?\\d{1,${maxIntegerDigits}}$`);
  if (typeof digits !== 'string' || !pattern.test(digits)) {
    throw problem(place, `$integer is not a string of at most ${maxIntegerDigits} digits`);
  }
  const exact = BigInt(digits);
  return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact;
}

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.toWellFormed()));
}

function problem(place: Place, text: string): BencodeJsonError {
  const where = place.length > 0 ? `at ${place.join('.')}: ` : '';
  return new BencodeJsonError(`${where}${text}`);
}
