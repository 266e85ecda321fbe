import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from '../../source/bencode/decode.ts';
import { encode } from '../../source/bencode/encode.ts';
import { BencodeJsonError, fromJson, type JsonValue, toJson } from '../../source/bencode/json.ts';
import type { BencodeValue } from '../../source/bencode/value.ts';

const jsonOf = (text: string) =>
  JSON.parse(JSON.stringify(toJson(decode(Buffer.from(text, 'latin1')))));

describe('toJson', () => {
  test.each<[string, unknown]>([
    ['12:hello world!', 'hello world!'],
    ['i12345e', 12345],
    ['l5:apple6:banana4:kiwi5:mangoe', ['apple', 'banana', 'kiwi', 'mango']],
    ['d5:apple3:red6:myname4:johne', { apple: 'red', myname: 'john' }],
    ['d5:applei1e6:bananai2ee', { apple: 1, banana: 2 }],
    ['i18446744073709551615e', { $integer: '18446744073709551615' }],
    ['2:\xff\x00', { $hex: 'ff00' }],
    ['2:\xc3\xa9', 'é'],
    ['d4:$hex1:ae', { $dictionary: [['$hex', 'a']] }],
    ['d4:$hex1:a1:b1:ce', { $hex: 'a', b: 'c' }],
    ['d1:\xff1:ae', { $dictionary: [[{ $hex: 'ff' }, 'a']] }],
    ['d1:$1:ae', { $: 'a' }],
    ['de', {}],
  ])('%j', (text, json) => {
    expect(jsonOf(text)).toEqual(json);
  });

  test('keeps a key that objects have by themselves', () => {
    const bytes = Buffer.from('d9:__proto__d1:ai1eee');
    const json = JSON.parse(JSON.stringify(toJson(decode(bytes))));
    expect(Buffer.from(encode(fromJson(json)))).toEqual(bytes);
  });
});

describe('fromJson', () => {
  test.each<[JsonValue, string]>([
    [null, 'bencode has no null'],
    [[true], 'at 0: bencode has no true'],
    [{ a: [1, 1.5] }, 'at a.1: 1.5'],
    [2 ** 53, '$integer'],
    [{ $integer: '1.5' }, 'digits'],
    [{ $integer: 5 }, 'digits'],
    [{ $integer: '1'.repeat(21) }, 'digits'],
    [{ $hex: 'abc' }, 'hex'],
    [{ $hex: 7 }, 'hex'],
    [{ $dictionary: {} }, 'pairs'],
    [{ $dictionary: [['a']] }, 'pair'],
    [{ $dictionary: [[1, 2]] }, 'pair'],
    [{ $dictionary: [['a', 1, 2]] }, 'pair'],
    [
      {
        $dictionary: [
          ['a', 1],
          [{ $hex: '61' }, 2],
        ],
      },
      'twice',
    ],
  ])('refuses %j', (json, text) => {
    expect(() => fromJson(json)).toThrow(BencodeJsonError);
    expect(() => fromJson(json)).toThrow(text);
  });

  test('refuses nesting without end', () => {
    const nested = (depth: number) => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`);
    expect(encode(fromJson(nested(100))).length).toBe(200);
    const deepest = Buffer.from(`${'l'.repeat(100)}1:\xff${'e'.repeat(100)}`, 'latin1');
    expect(Buffer.from(encode(fromJson(toJson(decode(deepest)))))).toEqual(deepest);
    for (const depth of [101, 5000]) {
      expect(() => fromJson(nested(depth))).toThrow(BencodeJsonError);
    }
  });

  test('JSON of any kind causes nothing but a BencodeJsonError', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        try {
          encode(fromJson(json as JsonValue));
        } catch (error) {
          expect(error).toBeInstanceOf(BencodeJsonError);
        }
      }),
    );
  });
});

const key = fc.oneof(
  fc.constantFrom('$hex', '$integer', '$dictionary', '__proto__', '1', 'a'),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
);
const { value } = fc.letrec<{ value: BencodeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.maxSafeInteger().map((integer) => integer + 0),
    fc.bigInt({ min: 2n ** 53n, max: 2n ** 64n }),
    fc.uint8Array({ maxLength: 12 }),
    fc.string({ unit: 'grapheme' }).map((text) => new Uint8Array(Buffer.from(text))),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((pairs) => new Map(pairs)),
  ),
}));

test('keys that JSON escapes are not mixed up, as V8 does', () => {
  const through = (key: string) => {
    const json = JSON.stringify(
      toJson(
        new Map<string, BencodeValue>([
          ['-', 0],
          [key, 1],
        ]),
      ),
    );
    return [...(fromJson(JSON.parse(json)) as Map<string, BencodeValue>).keys()];
  };
  for (const key of ['G\\', 'G\n', 'G"', 'G\u001f']) expect(through(key)).toEqual(['-', key]);
});

test('there and back again gives the same bytes', () => {
  fc.assert(
    fc.property(value, (original) => {
      const bytes = encode(original);
      const text = JSON.stringify(toJson(decode(bytes)));
      expect(encode(fromJson(JSON.parse(text)))).toEqual(bytes);
    }),
    { numRuns: 1000 },
  );
});
