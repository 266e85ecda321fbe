import type { BencodeValue, Dictionary } from './value.ts';

/**
 * Typed reading of dictionaries. Each returns undefined when the key is missing or its value is of
 * another type; a reader to whom the difference matters asks `dictionary.has(key)`.
 */

/** An integer that a number holds exactly. */
export function getInteger(dictionary: Dictionary, key: string): number | undefined {
  const value = dictionary.get(key);
  return typeof value === 'number' ? value : undefined;
}

export function getBytes(dictionary: Dictionary, key: string): Uint8Array | undefined {
  const value = dictionary.get(key);
  return value instanceof Uint8Array ? value : undefined;
}

/** A string as UTF-8; what is not valid in it becomes U+FFFD. */
export function getText(dictionary: Dictionary, key: string): string | undefined {
  const value = dictionary.get(key);
  return value instanceof Uint8Array ? textOf(value) : undefined;
}

export function getList(dictionary: Dictionary, key: string): BencodeValue[] | undefined {
  const value = dictionary.get(key);
  return Array.isArray(value) ? value : undefined;
}

export function getDictionary(dictionary: Dictionary, key: string): Dictionary | undefined {
  const value = dictionary.get(key);
  return value instanceof Map ? value : undefined;
}

/** A byte string as UTF-8; what is not valid in it becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}
