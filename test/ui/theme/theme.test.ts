import { describe, expect, it } from 'vitest';
import { textWidth } from '../../../source/ui/terminal/text-width.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../source/ui/theme/glyphs.ts';
import { chooseTheme } from '../../../source/ui/theme/theme.ts';

describe('choosing a theme', () => {
  it('uses no colour when NO_COLOR says so', () => {
    const { styles } = chooseTheme({ NO_COLOR: '1' });
    expect(Object.values(styles).filter((style) => 'color' in style)).toEqual([]);
    expect(chooseTheme({ NO_COLOR: '' }).name).toBe('colour');
  });

  it('uses only the 16 colours of the terminal', () => {
    const { qr, ...styles } = chooseTheme({}).styles;
    expect(qr).toEqual({ color: 'black', backgroundColor: 'whiteBright' });
    for (const { color } of Object.values(styles)) {
      expect([undefined, 'green', 'cyan', 'yellow', 'red']).toContain(color);
    }
  });

  it('chooses glyphs by the locale and the terminal', () => {
    expect(chooseTheme({ LANG: 'de_DE.UTF-8' }).glyphs).toBe(unicodeGlyphs);
    expect(chooseTheme({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }).glyphs).toBe(asciiGlyphs);
    expect(chooseTheme({ LANG: 'C.utf8', TERM: 'linux' }).glyphs).toBe(asciiGlyphs);
    expect(chooseTheme({}).glyphs).toBe(asciiGlyphs);
  });
});

describe('glyphs', () => {
  it('has only ASCII in the ASCII set', () => {
    const all = [...Object.values(asciiGlyphs), ...Object.values(asciiGlyphs.health)];
    for (const glyph of all) {
      if (typeof glyph === 'string') expect(glyph).toMatch(/^[ -~]+$/);
    }
  });

  it('tells the health states apart without colour, in one cell each', () => {
    for (const { health } of [asciiGlyphs, unicodeGlyphs]) {
      const glyphs = Object.values(health);
      expect(new Set(glyphs).size).toBe(glyphs.length);
      for (const glyph of glyphs) expect(textWidth(glyph)).toBe(1);
    }
  });
});
