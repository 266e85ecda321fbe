import fc from 'fast-check';
import { expect, test } from 'vitest';
import { percentDecode } from '../../source/tracker/percent-decoding.ts';

const every = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)).toString('latin1');

test('every byte comes back from its escape, in both cases of the digits', () => {
  const escaped = Array.from(
    every,
    (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  ).join('');
  expect(percentDecode(escaped)).toBe(every);
  expect(percentDecode(escaped.toUpperCase())).toBe(every);
});

test.each(['%', '%a', 'x%', 'x%1', '%zz', '%1g', '%g1', '%-1', '% 1', '%%41'])(
  '40 %s is a broken escape',
  (text) => expect(percentDecode(text)).toBeNull(),
);

test('40 bytes that are not escaped stand for themselves, and %u is no escape', () => {
  expect(percentDecode('\x80\xff~')).toBe('\x80\xff~');
  expect(percentDecode('%u0141')).toBe('%u0141');
});

test('41 a plus is a space', () => {
  expect(percentDecode('a+b%2Bc')).toBe('a b+c');
});

test('it never throws, and never makes text longer', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'%+aF09u\xe9\0') }), (text) => {
      expect(percentDecode(text)?.length ?? 0).toBeLessThanOrEqual(text.length);
    }),
  );
});
