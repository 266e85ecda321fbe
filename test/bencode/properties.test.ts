import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decode, decodeDictionary, decodePrefix } from '../../source/bencode/decode.ts';
import { encode } from '../../source/bencode/encode.ts';
import { BencodeError } from '../../source/bencode/error.ts';
import type { BencodeValue } from '../../source/bencode/value.ts';

const binaryText = fc
  .uint8Array({ maxLength: 12 })
  .map((bytes) => Buffer.from(bytes).toString('latin1'));

const integer = fc.oneof(
  fc.maxSafeInteger().map((value) => value + 0),
  fc
    .bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n })
    .map((value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value)),
);

const { value } = fc.letrec<{ value: BencodeValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    integer,
    fc.uint8Array({ maxLength: 40 }),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.array(fc.tuple(binaryText, tie('value')), { maxLength: 5 }).map((pairs) => new Map(pairs)),
  ),
}));

/** Maps are equal whatever their order; encoding sorts. */
function withoutOrder(one: BencodeValue): unknown {
  if (Array.isArray(one)) return one.map(withoutOrder);
  if (!(one instanceof Map)) return one;
  const entries = [...one].map(([key, item]) => [key, withoutOrder(item)] as const);
  return entries.sort(([a], [b]) => (a < b ? -1 : 1));
}

function decodesOrSaysWhere(bytes: Uint8Array): void {
  for (const read of [decode, decodePrefix, decodeDictionary]) {
    for (const options of [{}, { tolerant: true }]) {
      try {
        read(bytes, options);
      } catch (error) {
        expect(error).toBeInstanceOf(BencodeError);
        const { offset } = error as BencodeError;
        expect(offset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(bytes.length);
      }
    }
  }
}

test('what is encoded decodes to the same value', () => {
  fc.assert(
    fc.property(value, (original) => {
      expect(withoutOrder(decode(encode(original)))).toEqual(withoutOrder(original));
    }),
  );
});

test('what decodes strictly is encoded to the same bytes', () => {
  const alphabet = [...'dlei0123:-ab'].map((character) => character.charCodeAt(0));
  const plausible = fc
    .array(fc.constantFrom(...alphabet), { maxLength: 24 })
    .map((codes) => Uint8Array.from(codes));
  fc.assert(
    fc.property(plausible, (bytes) => {
      let decoded: BencodeValue;
      try {
        decoded = decode(bytes);
      } catch {
        return;
      }
      expect(encode(decoded)).toEqual(bytes);
    }),
    { numRuns: 2000 },
  );
});

test('arbitrary bytes never cause anything but a BencodeError', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), decodesOrSaysWhere));
});

test('damaged values never cause anything but a BencodeError', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
  fc.assert(
    fc.property(value, damage, fc.nat(), (original, changes, cut) => {
      const bytes = encode(original);
      for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
      decodesOrSaysWhere(bytes);
      decodesOrSaysWhere(bytes.subarray(0, cut % bytes.length));
    }),
  );
});
