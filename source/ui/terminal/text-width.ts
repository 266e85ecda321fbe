import stringWidth from './string-width.ts';

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** What a person sees as the characters of a text. */
export function graphemes(text: string): string[] {
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** How many terminal cells a text takes. */
export function textWidth(text: string): number {
  return stringWidth(text);
}

/** Cuts a text to at most `width` cells; what was cut is marked by `ellipsis`. */
export function truncate(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text;
  if (width < textWidth(ellipsis)) return takeCells(graphemes(text), width);
  return takeCells(graphemes(text), width - textWidth(ellipsis)) + ellipsis;
}

/** Like `truncate`, but keeps the end: of a path, the end says more than the beginning. */
export function truncateStart(text: string, width: number, ellipsis: string): string {
  if (textWidth(text) <= width) return text;
  const kept: string[] = [];
  let room = width - textWidth(ellipsis);
  for (const grapheme of graphemes(text).reverse()) {
    room -= textWidth(grapheme);
    if (room < 0) break;
    kept.unshift(grapheme);
  }
  return truncate(ellipsis + kept.join(''), width, '');
}

/** Makes a text exactly `width` cells wide: cut if longer, filled with spaces if shorter. */
export function fitText(
  text: string,
  width: number,
  align: 'left' | 'right',
  ellipsis: string,
): string {
  const cut = truncate(text, width, ellipsis);
  const fill = ' '.repeat(Math.max(0, width - textWidth(cut)));
  return align === 'left' ? cut + fill : fill + cut;
}

/** Breaks a text into lines of at most `width` cells, between words where it can. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((part) => part !== '')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    const pieces = breakWord(word, width);
    lines.push(...pieces.slice(0, -1));
    line = pieces.at(-1) ?? '';
  }
  if (line !== '') lines.push(line);
  return lines;
}

function breakWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  for (const grapheme of graphemes(word)) {
    if (piece !== '' && textWidth(piece + grapheme) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += grapheme;
  }
  return [...pieces, piece];
}

function takeCells(parts: readonly string[], width: number): string {
  let taken = '';
  let room = width;
  for (const part of parts) {
    room -= textWidth(part);
    if (room < 0) break;
    taken += part;
  }
  return taken;
}
