import { decode as decodeValue } from '../../bencode/decode.ts';
import { type Encodable, encode as encodeValue } from '../../bencode/encode.ts';
import type { BencodeValue } from '../../bencode/value.ts';

/**
 * Stands in for npm's `bencode` in what we bundle (scripts/build.mjs), which never returns from
 * decoding `d-3:`: the same functions over the same plain values, on our decoder.
 */

type PlainValue = number | bigint | Buffer | PlainValue[] | { [key: string]: PlainValue };

/** More than any message of the DHT holds. */
const maxValues = 1_000;

/** @throws BencodeError when `bytes` is not one value */
export function decode(bytes: Uint8Array): PlainValue {
  return plain(decodeValue(bytes, { tolerant: true, maxValues }));
}

/** @throws TypeError for what bencode cannot hold */
export function encode(value: Encodable): Buffer {
  return Buffer.from(encodeValue(value).buffer);
}

function plain(value: BencodeValue): PlainValue {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (!(value instanceof Map)) return value;
  // without a prototype: a key may be `__proto__`
  const entries: { [key: string]: PlainValue } = Object.create(null);
  for (const [key, item] of value) entries[key] = plain(item);
  return entries;
}

export default { decode, encode };
