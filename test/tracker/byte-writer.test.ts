import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByteWriter } from '../../source/tracker/byte-writer.ts';

test('what is written is there in its order, however much it is', () => {
  const latin1 = fc.string({
    unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)),
  });
  const piece = fc.oneof(latin1, fc.maxSafeNat());
  const writer = new ByteWriter(8);
  fc.assert(
    fc.property(fc.array(fc.tuple(piece, fc.constantFrom('text', 'word', 'bytes'))), (pieces) => {
      writer.clear();
      for (const [one, how] of pieces) {
        if (typeof one === 'number') writer.number(one);
        else if (how === 'text') writer.text(one);
        else writer[how as 'word' | 'bytes'](Buffer.from(one, 'latin1'));
      }
      const written = writer.slice(0, writer.length).toString('latin1');
      expect(written).toBe(pieces.map(([one]) => String(one)).join(''));
    }),
  );
});
