import { Box, Text } from 'ink';
import { type ComponentType, memo, useMemo } from 'react';
import { useScrollTop } from '../hooks/use-scroll-top.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { fitText } from '../terminal/text-width.ts';
import type { Token } from '../theme/theme.ts';
import { type ColumnWidth, fitColumns } from './fit-columns.ts';

/** A column: where its text comes from and how it is laid out. */
export interface Column<Item> extends ColumnWidth {
  key: string;
  title: string;
  align: 'left' | 'right';
  /** The text of a cell that is `width` cells wide; longer ones are cut. */
  value(item: Item, width: number): string;
  /** How a cell looks; plain when left out. */
  look?(item: Item): Token;
}

interface CellProps {
  /** Fitted to its column, with the gap before it. */
  readonly text: string;
  readonly as: Token;
}

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
}

interface FittedColumn<Item> {
  column: Column<Item>;
  width: number;
}

const narrowGap = 1;
const wideGap = 2;
const wideFrom = 70;
const rightMargin = ' ';

/**
 * ink-table's successor: the same `data`, `columns`, `header` and `cell`, but it draws only the
 * rows in view, drops columns that do not fit, and draws only rows that changed.
 */
export function Table<Item>(props: TableProps<Item>) {
  const {
    data,
    columns,
    rowKey,
    width,
    height,
    cursor,
    header = TextCell,
    cell = TextCell,
  } = props;
  const { glyphs } = useTheme();
  const isSelecting = cursor !== null;
  const gap = width < wideFrom ? narrowGap : wideGap;
  const margin = isSelecting ? glyphs.cursor.length + 1 : 1;
  const fitted = useMemo(
    () => fitColumns(columns, width - margin - rightMargin.length, gap),
    [columns, width, margin, gap],
  );
  const rows = Math.max(0, height - 1);
  const followedTop = useScrollTop(cursor ?? 0, data.length, rows);
  const top = isSelecting ? followedTop : (props.top ?? 0);
  return (
    <Box flexDirection="column" width={width} height={height} flexShrink={0} overflow="hidden">
      <TitleRow columns={fitted} header={header} gap={gap} margin={margin} />
      {data.slice(top, top + rows).map((item, position) => (
        <TableRow
          key={rowKey(item)}
          item={item}
          columns={fitted}
          cell={cell}
          gap={gap}
          margin={margin}
          isSelected={isSelecting && top + position === cursor}
        />
      ))}
    </Box>
  );
}

interface RowProps<Item> {
  readonly item: Item;
  readonly columns: readonly FittedColumn<Item>[];
  readonly cell: ComponentType<CellProps>;
  readonly gap: number;
  readonly margin: number;
  readonly isSelected: boolean;
}

function PlainRow<Item>({ item, columns, cell: Cell, gap, margin, isSelected }: RowProps<Item>) {
  const { glyphs } = useTheme();
  const mark = isSelected ? glyphs.cursor : '';
  return (
    <Box height={1} flexShrink={0}>
      <Cell text={mark.padEnd(margin)} as={isSelected ? 'selected' : 'text'} />
      {columns.map(({ column, width }, position) => (
        <Cell
          key={column.key}
          text={
            gapBefore(position, gap) +
            fitText(column.value(item, width), width, column.align, glyphs.ellipsis)
          }
          as={isSelected ? 'selected' : (column.look?.(item) ?? 'text')}
        />
      ))}
      <Cell text={rightMargin} as={isSelected ? 'selected' : 'text'} />
    </Box>
  );
}

// memo() forgets the type parameter.
const TableRow = memo(PlainRow) as typeof PlainRow;

interface TitleRowProps<Item> extends Pick<RowProps<Item>, 'columns' | 'gap' | 'margin'> {
  readonly header: ComponentType<CellProps>;
}

function TitleRow<Item>({ columns, header: Header, gap, margin }: TitleRowProps<Item>) {
  const { glyphs } = useTheme();
  return (
    <Box height={1} flexShrink={0}>
      <Header text={' '.repeat(margin)} as="heading" />
      {columns.map(({ column, width }, position) => (
        <Header
          key={column.key}
          text={
            gapBefore(position, gap) + fitText(column.title, width, column.align, glyphs.ellipsis)
          }
          as="heading"
        />
      ))}
    </Box>
  );
}

function gapBefore(position: number, gap: number): string {
  return position === 0 ? '' : ' '.repeat(gap);
}

function TextCell({ text, as }: CellProps) {
  const { styles } = useTheme();
  return (
    <Text wrap="hard" {...styles[as]}>
      {text}
    </Text>
  );
}
