import type { Screen } from './screen.ts';

type Cell = ReturnType<Screen['stdout']['cells']>[number];

/** How a cell looks, in words: `bold fg2`; empty when it looks like any other. */
function lookOf(cell: Cell): string {
  const colour = (name: string, isDefault: boolean, isRgb: boolean, value: number) =>
    isDefault ? '' : `${name}${isRgb ? `#${value.toString(16)}` : value}`;
  return [
    cell.isBold() ? 'bold' : '',
    cell.isDim() ? 'dim' : '',
    cell.isInverse() ? 'inverse' : '',
    cell.isUnderline() ? 'underline' : '',
    colour('fg', cell.isFgDefault(), cell.isFgRGB(), cell.getFgColor()),
    colour('bg', cell.isBgDefault(), cell.isBgRGB(), cell.getBgColor()),
  ]
    .filter(Boolean)
    .join(' ');
}

/** The runs of a row that look like something: `1-9 bold fg2`. */
function runsOf(cells: readonly Cell[]): string {
  const runs: { from: number; to: number; look: string }[] = [];
  for (const [column, cell] of cells.entries()) {
    // of a blank only what fills it can be seen
    const isBlank = cell.getChars().trim() === '';
    const look = isBlank && !cell.isInverse() && cell.isBgDefault() ? '' : lookOf(cell);
    const last = runs.at(-1);
    if (last?.look === look) last.to = column;
    else runs.push({ from: column, to: column, look });
  }
  return runs
    .filter(({ look }) => look !== '')
    .map(({ from, to, look }) => `${from}-${to} ${look}`)
    .join(', ');
}

/** All that a person sees of a screen: its letters, and below them how each row looks. */
export function painted(screen: Screen): string {
  const { stdout } = screen;
  const rows = stdout.lines().map((line) => `|${line}`);
  const looks = stdout.lines().map((_, row) => `${row}: ${runsOf(stdout.cells(row))}`.trimEnd());
  return `${[...rows, '', ...looks].join('\n')}\n`;
}
