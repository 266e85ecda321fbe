import type { TextProps } from 'ink';
import { asciiGlyphs, type Glyphs, unicodeGlyphs } from './glyphs.ts';

/** What a piece of text is, which decides how it looks. */
export type Token =
  | 'text'
  | 'strong'
  | 'brand'
  | 'heading'
  | 'muted'
  | 'accent'
  | 'key'
  | 'selected'
  | 'caret'
  | 'good'
  | 'fair'
  | 'warning'
  | 'bad'
  | 'banner'
  | 'rule'
  /** Dark on light, whatever the terminal is. */
  | 'qr';

/** How a token looks: only what every terminal can do. */
export type TextStyle = Pick<
  TextProps,
  'color' | 'backgroundColor' | 'bold' | 'dimColor' | 'inverse' | 'underline' | 'italic'
>;

export interface Theme {
  name: 'colour' | 'mono';
  styles: Record<Token, TextStyle>;
  glyphs: Glyphs;
}

/** The terminal's own 16 colours, so that light, dark and the user's own palette all work. */
const colourStyles: Record<Token, TextStyle> = {
  text: {},
  strong: { bold: true },
  brand: { color: 'green', bold: true },
  heading: { bold: true, dimColor: true },
  muted: { dimColor: true },
  accent: { color: 'cyan' },
  key: { color: 'cyan', bold: true },
  selected: { inverse: true },
  caret: { inverse: true },
  good: { color: 'green' },
  fair: { color: 'cyan' },
  warning: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  banner: { color: 'yellow', inverse: true, bold: true },
  rule: { dimColor: true },
  qr: { color: 'black', backgroundColor: 'whiteBright' },
};

/** NO_COLOR: weight, dimness and inversion instead of colour. */
const monoStyles: Record<Token, TextStyle> = {
  text: {},
  strong: { bold: true },
  brand: { bold: true },
  heading: { bold: true, dimColor: true },
  muted: { dimColor: true },
  accent: { bold: true },
  key: { bold: true },
  selected: { inverse: true },
  caret: { inverse: true },
  good: {},
  fair: {},
  warning: { bold: true },
  bad: { bold: true, underline: true },
  banner: { inverse: true, bold: true },
  rule: { dimColor: true },
  qr: { inverse: true },
};

/** Chooses colours and glyphs by NO_COLOR, TERM and the locale. */
export function chooseTheme(environment: NodeJS.ProcessEnv): Theme {
  // chalk does not honour NO_COLOR, and its level 0 would take bold and inverse away too.
  const mono = Boolean(environment['NO_COLOR']);
  return {
    name: mono ? 'mono' : 'colour',
    styles: mono ? monoStyles : colourStyles,
    glyphs: canShowUnicode(environment) ? unicodeGlyphs : asciiGlyphs,
  };
}

function canShowUnicode(environment: NodeJS.ProcessEnv): boolean {
  if (environment['TERM'] === 'linux' || environment['TERM'] === 'dumb') return false;
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || '';
  return /utf-?8/i.test(locale);
}

/** Everything dimmed: what is shown is no longer known to be true. */
export function staleTheme(theme: Theme): Theme {
  const { caret, selected, qr } = theme.styles;
  const dimmed = { dimColor: true };
  return {
    ...theme,
    styles: {
      text: dimmed,
      strong: dimmed,
      brand: dimmed,
      heading: dimmed,
      muted: dimmed,
      accent: dimmed,
      key: dimmed,
      selected: { ...selected, ...dimmed },
      caret,
      good: dimmed,
      fair: dimmed,
      warning: dimmed,
      bad: dimmed,
      banner: dimmed,
      rule: dimmed,
      qr,
    },
  };
}
