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

describe('preferences', () => {
  const prefer = (
    theme: 'auto' | 'dark' | 'light' | 'mono',
    glyphs: 'auto' | 'unicode' | 'ascii',
  ) => chooseTheme({ NO_COLOR: '1', LANG: 'C' }, { theme, glyphs });

  it('count more than the environment', () => {
    expect(prefer('auto', 'auto')).toMatchObject({ name: 'mono', glyphs: { rule: '-' } });
    expect(prefer('dark', 'unicode')).toMatchObject({ name: 'dark', glyphs: { rule: '─' } });
    expect(chooseTheme({ LANG: 'C.UTF-8' }, { theme: 'mono', glyphs: 'ascii' })).toMatchObject({
      name: 'mono',
      glyphs: { rule: '-' },
    });
  });

  it.each(['dark', 'light'] as const)('have colours of their own for %s', (name) => {
    const { styles } = prefer(name, 'auto');
    const tokens = ['good', 'fair', 'warning', 'bad', 'accent', 'muted', 'rule'] as const;
    const colours = tokens.map((token) => styles[token].color);
    expect(new Set(colours).size).toBe(tokens.length);
    for (const colour of colours) expect(colour).toMatch(/^#[0-9a-f]{6}$/);
  });

  it('can be read on their backgrounds', () => {
    for (const [name, background] of [
      ['dark', '#000000'],
      ['light', '#ffffff'],
    ] as const) {
      const { styles } = prefer(name, 'auto');
      for (const token of ['good', 'fair', 'warning', 'bad', 'accent', 'muted'] as const) {
        const contrast = contrastOf(styles[token].color ?? '', background);
        expect(contrast, `${name} ${token}`).toBeGreaterThan(4.5);
      }
    }
  });
});

/** The contrast ratio of two colours, as the web's accessibility guidelines count it. */
function contrastOf(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
      const value = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
      return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (lighter + 0.05) / (darker + 0.05);
}
