import { graphemes } from '../terminal/text-width.ts';

/** A line of text being edited. The caret is an index into `value`, always between graphemes. */
export interface TextState {
  value: string;
  caret: number;
}

export type TextEdit =
  | { type: 'insert'; text: string }
  | { type: 'delete-backward' }
  | { type: 'delete-forward' }
  | { type: 'delete-word' }
  | { type: 'delete-to-start' }
  | { type: 'delete-to-end' }
  | { type: 'move-left' }
  | { type: 'move-right' }
  | { type: 'move-word-left' }
  | { type: 'move-word-right' }
  | { type: 'move-to-start' }
  | { type: 'move-to-end' };

export const emptyText: TextState = { value: '', caret: 0 };

/** A text with the caret at its end. */
export function textOf(value: string): TextState {
  return { value, caret: value.length };
}

/** What a line of text becomes by one edit, with the keys a shell's line has. */
export function editText(state: TextState, edit: TextEdit): TextState {
  const { value, caret } = state;
  const before = value.slice(0, caret);
  const after = value.slice(caret);
  switch (edit.type) {
    case 'insert':
      return { value: before + edit.text + after, caret: caret + edit.text.length };
    case 'delete-backward':
      return {
        value: before.slice(0, -lastLength(before)) + after,
        caret: caret - lastLength(before),
      };
    case 'delete-forward':
      return { value: before + after.slice(firstLength(after)), caret };
    case 'delete-word':
      return { value: before.slice(0, wordStart(before)) + after, caret: wordStart(before) };
    case 'delete-to-start':
      return { value: after, caret: 0 };
    case 'delete-to-end':
      return { value: before, caret };
    case 'move-left':
      return { value, caret: caret - lastLength(before) };
    case 'move-right':
      return { value, caret: caret + firstLength(after) };
    case 'move-word-left':
      return { value, caret: wordStart(before) };
    case 'move-word-right':
      return { value, caret: caret + (/^\s*\S*/.exec(after)?.[0].length ?? 0) };
    case 'move-to-start':
      return { value, caret: 0 };
    case 'move-to-end':
      return { value, caret: value.length };
  }
}

/**
 * As `editText`, of a path in a field that began with `start`: a path of its own, from the root or
 * from home, that is typed right behind that takes its place.
 */
export function editPath(state: TextState, edit: TextEdit, start: string): TextState {
  const { value, caret } = state;
  const isUntouched = value === start && caret === value.length;
  const isOwnPath = edit.type === 'insert' && /^[/~]/.test(edit.text);
  return isUntouched && isOwnPath ? textOf(edit.text) : editText(state, edit);
}

function firstLength(text: string): number {
  return graphemes(text)[0]?.length ?? 0;
}

function lastLength(text: string): number {
  return graphemes(text).at(-1)?.length ?? 0;
}

/** Words end at spaces and, so that a path loses one part at a time, at slashes. */
function wordStart(text: string): number {
  return text.search(/[^\s/]*[\s/]*$/);
}
