import type { Key } from 'ink';
import { graphemes } from '../terminal/text-width.ts';

/** One key press. */
export interface Keystroke {
  /** As bindings name it: `j`, `G`, `enter`, `escape`, `space`, `ctrl+c`, `shift+tab`. */
  name: string;
  /** What it types into a field; empty for keys that type nothing. */
  text: string;
}

type NamedKey = Exclude<
  keyof Key,
  'ctrl' | 'shift' | 'meta' | 'super' | 'hyper' | 'capsLock' | 'numLock' | 'eventType'
>;

const namedKeys: readonly (readonly [NamedKey, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

const escapeKey: Keystroke = { name: 'escape', text: '' };

/**
 * The key presses in one input event. Whatever a terminal sends in one read is one event, so a
 * held key or type-ahead over a slow line comes as `jjj` or as `gg\r` without any flag set.
 */
export function splitInput(input: string, key: Key): Keystroke[] {
  if (key.eventType === 'release') return [];
  if (key.escape && key.meta) return [escapeKey, escapeKey];
  const named = namedKeys.find(([flag]) => key[flag]);
  if (named) return [{ name: modified(named[1], key), text: '' }];
  if (key.ctrl) return input === '' ? [] : [{ name: `ctrl+${input}`, text: '' }];
  const strokes = graphemes(input).map(keystrokeOf);
  const [only] = strokes;
  if (key.meta && only && strokes.length === 1) return [{ name: `alt+${only.name}`, text: '' }];
  return strokes;
}

function modified(name: string, key: Key): string {
  if (key.shift && name === 'tab') return 'shift+tab';
  if (key.meta) return `alt+${name}`;
  return name;
}

function keystrokeOf(grapheme: string): Keystroke {
  if (grapheme === '\r' || grapheme === '\n' || grapheme === '\r\n') {
    return { name: 'enter', text: '' };
  }
  if (grapheme === '\t') return { name: 'tab', text: '' };
  if (grapheme === ' ') return { name: 'space', text: ' ' };
  if (grapheme === '\u007f' || grapheme === '\b') return { name: 'backspace', text: '' };
  if (grapheme === '\u001b') return { name: 'escape', text: '' };
  const code = grapheme.codePointAt(0) ?? 0;
  if (code < 0x20) return { name: `ctrl+${String.fromCharCode(code + 0x60)}`, text: '' };
  return { name: grapheme, text: grapheme };
}

/**
 * Esc and a key within 20 ms are the same bytes as Alt and that key: the two presses that an
 * `alt+…` may have been, or null of any other key.
 */
export function withoutAlt({ name }: Keystroke): readonly [Keystroke, Keystroke] | null {
  if (!name.startsWith('alt+')) return null;
  const key = name.slice('alt+'.length);
  const isTyped = graphemes(key).length === 1;
  return [escapeKey, { name: key, text: key === 'space' ? ' ' : isTyped ? key : '' }];
}

/**
 * Whether an event is a paste from a terminal without bracketed paste. What somebody has typed ahead
 * on a slow line is shorter, or is a few keys again and again.
 */
export function looksPasted(strokes: readonly Keystroke[]): boolean {
  // The filter and what is typed into it; as a paste it would do no harm either.
  if (strokes[0]?.name === '/' && !strokes.some(({ name }) => name === 'enter')) return false;
  return strokes.length >= 40 && new Set(strokes.map(({ name }) => name)).size > 8;
}
