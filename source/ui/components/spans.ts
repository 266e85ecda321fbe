import { stripControls } from '../../format/terminal-text.ts';
import type { TextState } from '../state/text-state.ts';
import { graphemes, textWidth, truncate } from '../terminal/text-width.ts';
import type { Token } from '../theme/theme.ts';

/** A piece of a line that looks one way. */
export interface Span {
  text: string;
  as?: Token;
  /** What it leads to, where terminals can follow links. */
  link?: { url: string; id: string };
}

export function spansWidth(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + textWidth(span.text), 0);
}

/** Cuts a line to `width` cells; what was cut is marked by `ellipsis`. */
export function cutSpans(spans: readonly Span[], width: number, ellipsis: string): Span[] {
  if (spansWidth(spans) <= width) return [...spans];
  const kept: Span[] = [];
  let room = width;
  for (const span of spans) {
    const spanWidth = textWidth(span.text);
    // The mark is needed even when this piece fits exactly: more follows.
    if (spanWidth >= room) {
      kept.push({ ...span, text: truncate(`${span.text}${ellipsis}`, room, ellipsis) });
      return kept;
    }
    kept.push(span);
    room -= spanWidth;
  }
  return kept;
}

/**
 * A line of text with its caret, scrolled so that the caret is within `width` cells. What is in the
 * field need not have been typed: the name of a file can be a stranger's.
 */
export function fieldSpans({ value, caret }: TextState, width: number): Span[] {
  const before = graphemes(stripControls(value.slice(0, caret)));
  const [under = ' ', ...after] = graphemes(stripControls(value.slice(caret)));
  while (before.length > 0 && textWidth(before.join('') + under) > width) before.shift();
  return cutSpans(
    [{ text: before.join('') }, { text: under, as: 'caret' }, { text: after.join('') }],
    width,
    '',
  );
}
