import stringWidth from 'string-width';
import { stripControls } from '../format/terminal-text.ts';

/** A column of a printed table. */
interface Column {
  title: string;
  align?: 'left' | 'right';
  /** Can be done without where there is no room. */
  minor?: true;
}

const gap = '  ';

/**
 * Rows as lines of text, columns aligned, two spaces apart; the titles are the first line. In a
 * terminal of `width` cells, minor columns are left out from the last on until lines fit.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = Number.POSITIVE_INFINITY,
): string {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => row.map(stripControls))];
  const widths = columns.map((_, index) =>
    Math.max(...lines.map((cells) => stringWidth(cells[index] ?? ''))),
  );
  const shown = columns.map((_, index) => index);
  const total = () =>
    shown.reduce((sum, index) => sum + (widths[index] ?? 0) + gap.length, -gap.length);
  for (let index = columns.length - 1; index >= 0 && total() > width; index--) {
    if (columns[index]?.minor) shown.splice(shown.indexOf(index), 1);
  }
  return lines
    .map((cells) => {
      const padded = shown.map((index) => {
        const cell = cells[index] ?? '';
        const padding = ' '.repeat((widths[index] ?? 0) - stringWidth(cell));
        return columns[index]?.align === 'right' ? padding + cell : cell + padding;
      });
      return `${padded.join(gap).trimEnd()}\n`;
    })
    .join('');
}
