import { Box, Text } from 'ink';
import { type ComponentType, memo } from 'react';
import { useTheme } from '../hooks/use-theme.ts';
import { fitText } from '../terminal/text-width.ts';
import type { Token } from '../theme/theme.ts';
import type { Column } from './column.ts';

/** What a table's `header` and `cell` components are given. */
export interface CellProps {
  /** Fitted to its column, with the gap before it. */
  readonly text: string;
  readonly as: Token;
}

interface LayoutProps<Item> {
  readonly columns: readonly { column: Column<Item>; width: number }[];
  /** The cells between two columns. */
  readonly gap: number;
  /** The cells before the first column, where the cursor is drawn. */
  readonly margin: number;
}

interface RowProps<Item> extends LayoutProps<Item> {
  readonly item: Item;
  readonly cell: ComponentType<CellProps>;
  readonly isSelected: boolean;
  readonly isMarked: boolean;
  /** The last cell of the row, where a scroll mark is drawn. */
  readonly edge: string;
}

/** Kept free at the end of each row, unless scroll marks are drawn there. */
export const rightMargin = ' ';

function PlainRow<Item>(props: RowProps<Item>) {
  const { item, columns, cell: Cell, gap, margin, isSelected, isMarked, edge } = props;
  const { glyphs } = useTheme();
  const cursor = isSelected ? glyphs.cursor : ' '.repeat(glyphs.cursor.length);
  const mark = (isMarked ? cursor + glyphs.marked : cursor).padEnd(margin).slice(0, margin);
  return (
    <Box height={1} flexShrink={0}>
      <Cell text={mark} as={isSelected ? 'selected' : 'key'} />
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
      <Cell text={edge} as={isSelected ? 'selected' : edge === rightMargin ? 'text' : 'muted'} />
    </Box>
  );
}

/** One item; drawn again only when something about it changed. */
// memo() forgets the type parameter.
export const TableRow = memo(PlainRow) as typeof PlainRow;

interface TitleRowProps<Item> extends LayoutProps<Item> {
  readonly header: ComponentType<CellProps>;
}

/** The columns' titles. */
export function TitleRow<Item>({ columns, header: Header, gap, margin }: TitleRowProps<Item>) {
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

/** What a cell looks like when a table is given no component of its own. */
export function TextCell({ text, as }: CellProps) {
  const { styles } = useTheme();
  return (
    <Text wrap="hard" {...styles[as]}>
      {text}
    </Text>
  );
}
