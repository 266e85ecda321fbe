import fc from 'fast-check';
import { expect, test } from 'vitest';
import npmBencode, { decode, encode } from '../../../source/discovery/dht/npm-bencode.ts';

test('plain values come back as they were', () => {
  const key = fc.string({ unit: fc.constantFrom('a', 'b', 'z', '_'), minLength: 1 });
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.maxSafeInteger(),
      fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
      fc.array(tie('any'), { maxLength: 4 }),
      fc.dictionary(key, tie('any'), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(value, (one) => {
      const bytes = encode(one as never);
      expect(Buffer.isBuffer(bytes)).toBe(true);
      expect(decode(bytes)).toEqual(one);
    }),
  );
});

test('packages get it by default import, and by require()', () => {
  expect(npmBencode).toEqual({ decode, encode });
});

test('strings are buffers, and a key may be called __proto__', () => {
  const decoded = decode(Buffer.from('d9:__proto__i1e1:t2:aae')) as { [key: string]: unknown };
  expect(decoded['t']).toEqual(Buffer.from('aa'));
  expect(Object.keys(decoded)).toEqual(['__proto__', 't']);
});

test("the bytes that npm's never returns from are an error", () => {
  for (const text of ['d-3:', 'l-3:e', '-3:', 'd1:a']) {
    expect(() => decode(Buffer.from(text))).toThrow();
  }
});
