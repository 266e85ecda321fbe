import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  asciiGraph,
  brailleGraph,
  resample,
  roundUp,
  roundUpCount,
} from '../../../source/ui/components/braille.ts';
import { sparkline } from '../../../source/ui/components/sparkline.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../source/ui/theme/glyphs.ts';

const values = fc.array(fc.option(fc.double({ min: 0, max: 1e12, noNaN: true })), {
  maxLength: 400,
});

describe('graphs', () => {
  it('fill their dots from the bottom', () => {
    expect(brailleGraph([0, 1, 2, 3, 4, 8], { width: 3, height: 2, most: 8 })).toEqual([
      '⠀⠀⢸',
      '⢀⣴⣿',
    ]);
    expect(asciiGraph([0, 1, 3, 6], { width: 4, height: 2, most: 6 })).toEqual(['   #', ' .##']);
  });

  it('are blank where nothing is known', () => {
    expect(brailleGraph([null, null, 5, 5], { width: 2, height: 1, most: 5 })).toEqual(['⠀⣿']);
    expect(brailleGraph([], { width: 2, height: 1, most: 5 })).toEqual(['⠀⠀']);
  });

  it('are as large as asked, whatever is drawn', () => {
    fc.assert(
      fc.property(
        values,
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 1, max: 20 }),
        (some, width, height) => {
          for (const draw of [brailleGraph, asciiGraph]) {
            const lines = draw(some, { width, height, most: 1e6 });
            expect(lines.map((line) => line.length)).toEqual(new Array(height).fill(width));
          }
        },
      ),
    );
  });

  it('show whatever is above nothing', () => {
    expect(brailleGraph([1, 0], { width: 1, height: 3, most: 1e9 }).at(-1)).toBe('⡀');
  });

  it('take the mean of what falls into one column, and repeat what is too little', () => {
    expect(resample([1, 3, null, 8, null, null], 3)).toEqual([2, 8, null]);
    expect(resample([1, 2], 4)).toEqual([1, 1, 2, 2]);
  });

  it('end at a round number', () => {
    expect(roundUp(0, 1024)).toBe(1);
    expect(roundUp(4800, 1024)).toBe(5 * 1024);
    expect(roundUp(3.3 * 1024 ** 2, 1024)).toBe(4 * 1024 ** 2);
    expect(roundUp(600 * 1024, 1024)).toBe(600 * 1024);
    expect(roundUp(900 * 1024, 1024)).toBe(1024 ** 2);
    expect(roundUp(37, 1000)).toBe(40);
    fc.assert(
      fc.property(fc.double({ min: 0.1, max: 1e15, noNaN: true }), (value) => {
        expect(roundUp(value, 1024)).toBeGreaterThanOrEqual(value * 0.999999);
        expect(roundUp(value, 1000)).toBeGreaterThanOrEqual(value * 0.999999);
        expect(roundUp(value, 1024)).toBeLessThanOrEqual(Math.max(1, value * 2.000001));
      }),
    );
  });

  it('count things on a scale that has a middle', () => {
    expect([1, 2, 3, 5, 9, 23].map(roundUpCount)).toEqual([2, 2, 4, 6, 10, 24]);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), (count) => {
        expect(roundUpCount(count)).toBeGreaterThanOrEqual(count);
        expect(roundUpCount(count) % 2).toBe(0);
      }),
    );
  });
});

describe('sparklines', () => {
  it('are as high as the most of them', () => {
    expect(sparkline([0, 1, 4, 8], 4, unicodeGlyphs)).toBe(' ▁▄▇');
    expect(sparkline([0, 1, 4, 8], 6, unicodeGlyphs)).toBe('   ▁▄▇');
    expect(sparkline([9, 0, 1, 4, 8], 4, unicodeGlyphs)).toBe(' ▁▄▇');
    expect(sparkline([], 3, asciiGlyphs)).toBe('   ');
    expect(sparkline([1, 1e9], 2, asciiGlyphs)).toBe('.#');
  });
});
