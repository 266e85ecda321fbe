import type { Glyphs } from '../theme/glyphs.ts';

const labels: Readonly<Record<string, string>> = {
  enter: 'Enter',
  escape: 'Esc',
  space: 'Space',
  tab: 'Tab',
  'shift+tab': 'Shift-Tab',
  backspace: 'Backspace',
  delete: 'Del',
  up: 'Up',
  down: 'Down',
  left: 'Left',
  right: 'Right',
  pageup: 'PgUp',
  pagedown: 'PgDn',
  home: 'Home',
  end: 'End',
};

/** The keys that have names; `,` has one because it parts what is listed. */
export const namedKeys: ReadonlySet<string> = new Set([...Object.keys(labels), 'comma']);

/** A key as people know it: `Esc`, `Ctrl-C`. */
export function keyLabel(key: string): string {
  const known = labels[key];
  if (known) return known;
  return key.startsWith('ctrl+') ? `Ctrl-${key.slice(5).toUpperCase()}` : key;
}

/** In the hint bar the down key stands for both directions. */
export function hintLabel(key: string, glyphs: Glyphs): string {
  return key === 'down' ? glyphs.moveKeys : keyLabel(key);
}
