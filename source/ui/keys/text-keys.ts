import type { TextEdit } from '../state/text-state.ts';
import type { Keystroke } from './keystroke.ts';

/** The keys of a shell's line. */
const edits: Readonly<Record<string, TextEdit>> = {
  backspace: { type: 'delete-backward' },
  delete: { type: 'delete-forward' },
  left: { type: 'move-left' },
  right: { type: 'move-right' },
  home: { type: 'move-to-start' },
  end: { type: 'move-to-end' },
  'ctrl+a': { type: 'move-to-start' },
  'ctrl+e': { type: 'move-to-end' },
  'ctrl+u': { type: 'delete-to-start' },
  'ctrl+k': { type: 'delete-to-end' },
  'ctrl+w': { type: 'delete-word' },
  'alt+backspace': { type: 'delete-word' },
  'alt+b': { type: 'move-word-left' },
  'alt+left': { type: 'move-word-left' },
  'alt+f': { type: 'move-word-right' },
  'alt+right': { type: 'move-word-right' },
};

/** What a key does to a field that is being typed into, or null if nothing. */
export function textEditFor(stroke: Keystroke): TextEdit | null {
  if (stroke.text !== '') return { type: 'insert', text: stroke.text };
  return edits[stroke.name] ?? null;
}

/** Pasted text as one line: what a field can hold. */
export function pastedLine(text: string): string {
  return text.trim().replace(/\p{Cc}+/gu, ' ');
}
