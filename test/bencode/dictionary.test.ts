import { expect, test } from 'vitest';
import { decode } from '../../source/bencode/decode.ts';
import {
  getBytes,
  getDictionary,
  getInteger,
  getList,
  getText,
} from '../../source/bencode/dictionary.ts';
import { encode } from '../../source/bencode/encode.ts';
import type { Dictionary } from '../../source/bencode/value.ts';

test('typed reading gives the value, or undefined for another type and for nothing', () => {
  const dictionary = decode(
    encode({ integer: 7, huge: 2n ** 60n, text: 'ä', list: [1], dictionary: { a: 1 } }),
  ) as Dictionary;
  expect(getInteger(dictionary, 'integer')).toBe(7);
  expect(getInteger(dictionary, 'huge')).toBeUndefined();
  expect(getInteger(dictionary, 'text')).toBeUndefined();
  expect(getText(dictionary, 'text')).toBe('ä');
  expect(getText(dictionary, 'integer')).toBeUndefined();
  expect(getBytes(dictionary, 'text')).toEqual(new Uint8Array(Buffer.from('ä')));
  expect(getBytes(dictionary, 'list')).toBeUndefined();
  expect(getList(dictionary, 'list')).toEqual([1]);
  expect(getList(dictionary, 'text')).toBeUndefined();
  expect(getDictionary(dictionary, 'dictionary')).toEqual(new Map([['a', 1]]));
  expect(getDictionary(dictionary, 'list')).toBeUndefined();
  expect(getText(dictionary, 'missing')).toBeUndefined();
});
