import fc from 'fast-check';
import stringWidthOfAnything from 'string-width';
import { expect, it } from 'vitest';
import stringWidth from '../../../source/ui/terminal/string-width.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../source/ui/theme/glyphs.ts';

it('is as wide as string-width says, for every character and beside others', () => {
  for (let code = 0; code < 0x3100; code++) {
    const character = String.fromCharCode(code);
    for (const text of [character, `a${character}`, `${character}\u0301`, `1${character}●`]) {
      expect([text, stringWidth(text)]).toEqual([text, stringWidthOfAnything(text)]);
    }
  }
});

it('is as wide as string-width says, whatever the text', () => {
  const style = fc.constantFrom(
    '\u001b[1m',
    '\u001b[38;5;3m',
    '\u001b[0m',
    '\u001b]8;;x\u0007',
    '\u001b[2J',
  );
  const glyphs = fc.constantFrom(
    ...Object.values({ ...unicodeGlyphs, ...asciiGlyphs }).map(String),
  );
  const part = fc.oneof(
    style,
    glyphs,
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const text = parts.join('');
      expect(stringWidth(text)).toBe(stringWidthOfAnything(text));
    }),
    { numRuns: 2000 },
  );
});
