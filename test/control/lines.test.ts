import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeLine, LineDecoder } from '../../source/control/lines.ts';

test('messages come out whole, however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ text: fc.string({ unit: 'grapheme' }) })),
      fc.array(fc.nat({ max: 40 })),
      (messages, cuts) => {
        const bytes = Buffer.from(messages.map(encodeLine).join(''));
        const decoder = new LineDecoder(1_000_000);
        const lines: string[] = [];
        let start = 0;
        for (const cut of [...cuts, bytes.length]) {
          lines.push(...decoder.push(bytes.subarray(start, start + cut)));
          start = Math.min(bytes.length, start + cut);
        }
        expect(lines.map((line) => JSON.parse(line))).toEqual(messages);
      },
    ),
  );
});

test('a line over the limit is an error before it is whole', () => {
  const decoder = new LineDecoder(10);
  decoder.push(Buffer.from('12345'));
  expect(() => decoder.push(Buffer.from('678901'))).toThrow(RangeError);
});

test('bytes that are kept do not change with the buffer they came in', () => {
  const decoder = new LineDecoder(100);
  const buffer = Buffer.from('first');
  decoder.push(buffer);
  buffer.fill(0x78);
  expect(decoder.push(Buffer.from('\n'))).toEqual(['first']);
});
