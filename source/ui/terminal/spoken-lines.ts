import { stripControls } from '../../format/terminal-text.ts';
import type { TextState } from '../state/text-state.ts';
import { graphemes, textWidth } from './text-width.ts';

/** A line that is typed into. */
export interface EditedLine {
  label: string;
  text: TextState;
}

/**
 * A terminal as a screen reader follows it best: lines are added below the last, and nothing that
 * was written changes, other than the line that is typed into, with the terminal's own cursor at its
 * caret.
 */
export interface SpokenLines {
  say(lines: readonly string[]): void;
  /** Shows what is typed; null ends the line that was shown. */
  edit(line: EditedLine | null): void;
}

const toLineEnd = '\u001b[K';

export function createSpokenLines(stdout: NodeJS.WriteStream): SpokenLines {
  /** The line being typed into as it is on the screen, and the cell of its caret. */
  let edited: { label: string; text: string; caret: number } | null = null;

  function draw(next: NonNullable<typeof edited>): void {
    const before = edited?.text ?? '';
    const at = edited?.caret ?? 0;
    const kept = commonStart(before, next.text);
    const from = textWidth(kept);
    const rest = next.text.slice(kept.length);
    const isShorter = textWidth(before) > from;
    const end = from + textWidth(rest);
    stdout.write(moved(at, from) + rest + (isShorter ? toLineEnd : '') + moved(end, next.caret));
    edited = next;
  }

  return {
    say(lines) {
      if (lines.length === 0) return;
      const text = lines.map((line) => `${stripControls(line)}\r\n`).join('');
      stdout.write((edited ? `\r${toLineEnd}` : '') + text);
      edited = null;
    },
    edit(line) {
      if (edited && edited.label !== line?.label) {
        stdout.write('\r\n');
        edited = null;
      }
      if (line) draw(visiblePart(line, (stdout.columns || 80) - 1));
    },
  };
}

/** Moves the cursor along its line, to and from the first column as 0. */
function moved(from: number, to: number): string {
  if (from === to) return '';
  return from > to ? `\u001b[${from - to}D` : `\u001b[${to - from}C`;
}

function commonStart(a: string, b: string): string {
  const [parts, others] = [graphemes(a), graphemes(b)];
  const end = parts.findIndex((part, index) => part !== others[index]);
  return end < 0 ? a : parts.slice(0, end).join('');
}

/** The label, and as much of the text as fits around the caret: a line that wraps cannot be edited. */
function visiblePart({ label, text }: EditedLine, width: number) {
  const begin = `${label}: `;
  const before = graphemes(stripControls(text.value.slice(0, text.caret)));
  const after = graphemes(stripControls(text.value.slice(text.caret)));
  const room = Math.max(1, width - textWidth(begin));
  while (before.length > 0 && textWidth(before.join('')) > room) before.shift();
  while (after.length > 0 && textWidth(before.join('') + after.join('')) > room) after.pop();
  const start = begin + before.join('');
  return { label, text: start + after.join(''), caret: textWidth(start) };
}
