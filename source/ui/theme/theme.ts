import type { TextProps } from 'ink';
import { defaultPreferences, type Preferences } from '../state/preferences.ts';
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
  name: 'colour' | 'mono' | 'dark' | 'light';
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

interface Palette {
  muted: string;
  rule: string;
  accent: string;
  good: string;
  fair: string;
  warning: string;
  bad: string;
  /** On the background of a warning. */
  onWarning: string;
}

/** In true colour; chalk finds the nearest of a terminal that has 256 or 16. */
const darkPalette: Palette = {
  muted: '#9e9e9e',
  rule: '#585858',
  accent: '#5fd7ff',
  good: '#5fd787',
  fair: '#87afff',
  warning: '#ffd75f',
  bad: '#ff8787',
  onWarning: '#000000',
};

const lightPalette: Palette = {
  muted: '#626262',
  rule: '#b2b2b2',
  accent: '#005f87',
  good: '#00703c',
  fair: '#5f5faf',
  warning: '#875f00',
  bad: '#af0000',
  onWarning: '#ffffff',
};

function stylesOf(palette: Palette): Record<Token, TextStyle> {
  const { muted, rule, accent, good, fair, warning, bad, onWarning } = palette;
  return {
    ...colourStyles,
    brand: { color: good, bold: true },
    heading: { color: muted, bold: true },
    muted: { color: muted },
    accent: { color: accent },
    key: { color: accent, bold: true },
    good: { color: good },
    fair: { color: fair },
    warning: { color: warning },
    bad: { color: bad, bold: true },
    banner: { color: onWarning, backgroundColor: warning, bold: true },
    rule: { color: rule },
  };
}

const themes: Record<Theme['name'], Record<Token, TextStyle>> = {
  colour: colourStyles,
  mono: monoStyles,
  dark: stylesOf(darkPalette),
  light: stylesOf(lightPalette),
};

/** Chooses colours and glyphs as the user prefers them, else by NO_COLOR, TERM and the locale. */
export function chooseTheme(
  environment: NodeJS.ProcessEnv,
  { theme, glyphs }: Pick<Preferences, 'theme' | 'glyphs'> = defaultPreferences,
): Theme {
  // chalk does not honour NO_COLOR, and its level 0 would take bold and inverse away too.
  const automatic = environment['NO_COLOR'] ? 'mono' : 'colour';
  const name = theme === 'auto' ? automatic : theme;
  const isUnicode = glyphs === 'auto' ? canShowUnicode(environment) : glyphs === 'unicode';
  return { name, styles: themes[name], glyphs: isUnicode ? unicodeGlyphs : asciiGlyphs };
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
