import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fitText,
  textWidth,
  truncate,
  truncateStart,
  wrapText,
} from '../../../source/ui/terminal/text-width.ts';

describe('fitting text to cells', () => {
  it('counts wide and combining characters', () => {
    expect(textWidth('日本')).toBe(4);
    expect(textWidth('e\u0301')).toBe(1);
  });

  it('does not cut a wide character in half', () => {
    expect(fitText('日本語', 4, 'left', '…')).toBe('日… ');
    expect(fitText('日本語', 6, 'left', '…')).toBe('日本語');
  });

  it('aligns', () => {
    expect(fitText('ab', 4, 'left', '…')).toBe('ab  ');
    expect(fitText('ab', 4, 'right', '…')).toBe('  ab');
  });

  it('keeps the end of a path', () => {
    expect(truncateStart('/srv/images/debian', 9, '…')).toBe('…s/debian');
    expect(truncate('/srv/images/debian', 9, '…')).toBe('/srv/ima…');
  });

  it('is exactly as wide as asked, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 0, max: 40 }),
        (text, width) => {
          expect(textWidth(fitText(text, width, 'left', '…'))).toBe(width);
        },
      ),
    );
  });
});

describe('wrapping', () => {
  it('breaks between words, and words that are too long', () => {
    expect(wrapText('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrapText('abcdefgh ij', 4)).toEqual(['abcd', 'efgh', 'ij']);
    expect(wrapText('', 4)).toEqual([]);
  });
});
