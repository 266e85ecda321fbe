import { stripControls } from '../format/terminal-text.ts';

/** A column of a printed table: its title, and whether it holds numbers. */
export interface Column {
  title: string;
  align?: 'left' | 'right';
}

/** Rows as lines of text, columns aligned, two spaces apart; the titles are the first line. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const safe = rows.map((row) => row.map(stripControls));
  const widths = columns.map((column, index) =>
    Math.max(column.title.length, ...safe.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, index) => {
        const cell = cells[index] ?? '';
        const width = widths[index] ?? 0;
        return align === 'right' ? cell.padStart(width) : cell.padEnd(width);
      })
      .join('  ')
      .trimEnd();
  return [columns.map((column) => column.title), ...safe]
    .map((cells) => `${line(cells)}\n`)
    .join('');
}

/** Labels and values as lines of text, the values under each other. */
export function formatFacts(facts: readonly (readonly [label: string, value: string])[]): string {
  const width = Math.max(...facts.map(([label]) => label.length));
  return facts
    .map(([label, value]) => `${label.padEnd(width)}  ${stripControls(value)}\n`)
    .join('');
}
