import { Box } from 'ink';
import { type ComponentType, useMemo } from 'react';
import { useScrollTop } from '../hooks/use-scroll-top.ts';
import { useTheme } from '../hooks/use-theme.ts';
import type { Column } from './column.ts';
import { fitColumns } from './fit-columns.ts';
import { scrollThumb } from './scroll-window.ts';
import { type CellProps, TableRow, TextCell, TitleRow } from './TableRow.tsx';

interface TableProps<Item> {
  readonly data: readonly Item[];
  readonly columns: readonly Column<Item>[];
  /** Draws a column's title. */
  readonly header?: ComponentType<CellProps>;
  /** Draws a cell. */
  readonly cell?: ComponentType<CellProps>;
  /** What tells one row from another. */
  rowKey(item: Item): string | number;
  readonly width: number;
  /** With the titles; only the rows that fit are drawn. */
  readonly height: number;
  /** The selected row, kept in view; null when rows are not selected. */
  readonly cursor: number | null;
  /** The first row to show, when there is no cursor. */
  readonly top?: number;
  /** Where `data` is a part of more: the place of its first, and how many there are in all. */
  readonly offset?: number;
  readonly total?: number;
  /** The keys of rows that are marked. */
  readonly marked?: ReadonlySet<string | number>;
}

const noMarks: ReadonlySet<string | number> = new Set();

const narrowGap = 1;
const wideGap = 2;
const wideFrom = 70;

/**
 * ink-table's successor: the same `data`, `columns`, `header` and `cell`, but it draws only the
 * rows in view, drops columns that do not fit, and draws only rows that changed.
 */
export function Table<Item>(props: TableProps<Item>) {
  const { data, columns, rowKey, width, height, cursor } = props;
  const { header = TextCell, cell = TextCell, marked = noMarks } = props;
  const { offset = 0, total = data.length } = props;
  const { glyphs } = useTheme();
  const isSelecting = cursor !== null;
  const gap = width < wideFrom ? narrowGap : wideGap;
  const cursorWidth = isSelecting ? glyphs.cursor.length : 0;
  const markWidth = marked.size > 0 ? glyphs.marked.length : 0;
  const margin = cursorWidth + markWidth + 1;
  const rows = Math.max(0, height - 1);
  const edgeWidth = edgeWidthOf(width, total > rows);
  const fitted = useMemo(
    () => fitColumns(columns, width - margin - edgeWidth, gap),
    [columns, width, margin, edgeWidth, gap],
  );
  const followedTop = useScrollTop(cursor ?? 0, total, rows);
  const top = isSelecting ? followedTop : (props.top ?? 0);
  const thumb = scrollThumb(top, rows, total);
  const edgeOf = (position: number) => {
    const isThumb = thumb && position >= thumb.from && position < thumb.to;
    return (isThumb ? glyphs.scrollThumb : '').padStart(edgeWidth);
  };
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      <TitleRow columns={fitted} header={header} gap={gap} margin={margin} />
      {data
        .slice(Math.max(0, top - offset), Math.max(0, top - offset + rows))
        .map((item, position) => (
          <TableRow
            key={rowKey(item)}
            item={item}
            columns={fitted}
            cell={cell}
            gap={gap}
            margin={margin}
            edge={edgeOf(position)}
            isMarked={marked.has(rowKey(item))}
            isSelected={isSelecting && top + position === cursor}
          />
        ))}
    </Box>
  );
}

/** Whether a table without a cursor has room for a column, by its key. */
export function hasRoomFor<Item>(
  key: string,
  { columns, width, height, data }: Pick<TableProps<Item>, 'columns' | 'width' | 'height' | 'data'>,
): boolean {
  const around = 1 + edgeWidthOf(width, data.length > height - 1);
  const gap = width < wideFrom ? narrowGap : wideGap;
  return fitColumns(columns, width - around, gap).some(({ column }) => column.key === key);
}

/** A cell is kept free at the end of each row; beside a scroll mark another, where there is room. */
function edgeWidthOf(width: number, isScrolled: boolean): number {
  return isScrolled && width >= wideFrom ? 2 : 1;
}
