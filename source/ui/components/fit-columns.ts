/** How wide a column wants to be and when it goes. */
export interface ColumnWidth {
  /** It never gets less. */
  minWidth: number;
  /**
   * What it needs to read well: columns of a priority above 1 go before it gets less, and it comes
   * to so much before any column grows further.
   */
  wantedWidth?: number;
  /** Its share of the room that is left; 0 keeps it at its minimum. */
  grow: number;
  /** When the room is short the highest goes first; 0 stays always. */
  priority: number;
}

/**
 * Chooses the columns that fit into `width` cells and how wide each is. What is left over goes to
 * the growing columns, so that together they are exactly as wide as asked.
 */
export function fitColumns<Column extends ColumnWidth>(
  columns: readonly Column[],
  width: number,
  gap: number,
): { column: Column; width: number }[] {
  let kept = dropUntil(columns, 1, (some) => wantedWidth(some, gap) <= width);
  kept = dropUntil(kept, 0, (some) => neededWidth(some, gap) <= width);
  const isAsWanted = wantedWidth(kept, gap) <= width;
  const taken = isAsWanted ? wantedWidth(kept, gap) : neededWidth(kept, gap);
  let room = Math.max(0, width - taken);
  let shares = kept.reduce((sum, column) => sum + column.grow, 0);
  return kept.map((column) => {
    const extra = column.grow === 0 ? 0 : Math.floor((room * column.grow) / shares);
    room -= extra;
    shares -= column.grow;
    return { column, width: (isAsWanted ? wantedOf(column) : column.minWidth) + extra };
  });
}

function wantedOf({ wantedWidth, minWidth }: ColumnWidth): number {
  return wantedWidth ?? minWidth;
}

/** Drops the columns above a priority, the highest first, until the others fit. */
function dropUntil<Column extends ColumnWidth>(
  columns: readonly Column[],
  keepTo: number,
  isFitting: (columns: readonly Column[]) => boolean,
): Column[] {
  let kept = [...columns];
  while (!isFitting(kept)) {
    const highest = Math.max(...kept.map(({ priority }) => priority));
    if (highest <= keepTo) break;
    kept = kept.filter(({ priority }) => priority !== highest);
  }
  return kept;
}

function wantedWidth(columns: readonly ColumnWidth[], gap: number): number {
  return columns.reduce((sum, column) => sum + wantedOf(column), gap * (columns.length - 1));
}

function neededWidth(columns: readonly ColumnWidth[], gap: number): number {
  return columns.reduce((sum, column) => sum + column.minWidth, gap * (columns.length - 1));
}
