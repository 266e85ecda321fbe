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
  /** The last cells of the row: blank, or with a scroll mark. */
  readonly edge: string;
}

function PlainRow<Item>(props: RowProps<Item>) {
  const { item, columns, cell: Cell, gap, margin, isSelected, isMarked, edge } = props;
  const { glyphs } = useTheme();
  const cursor = isSelected ? glyphs.cursor : ' '.repeat(glyphs.cursor.length);
  const mark = isMarked ? cursor + glyphs.marked : cursor;
  const looking = (look: Token) => (isSelected ? 'selected' : look);
  const cells: CellProps[] = [
    { text: mark.padEnd(margin).slice(0, margin), as: looking(isMarked ? 'key' : 'text') },
    ...columns.map(({ column, width }, position) => {
      const look = column.look?.(item) ?? 'text';
      const value = column.value(item, width);
      // where nothing is drawn, the row is one bar
      const isDrawn = column.isGraph && value.trim() !== '';
      return {
        text: gapBefore(position, gap) + fitText(value, width, column.align, glyphs.ellipsis),
        as: isDrawn ? look : looking(look),
      };
    }),
    { text: edge, as: looking(edge.trim() === '' ? 'text' : 'muted') },
  ];
  return <Cells cells={cells} cell={Cell} />;
}

interface CellsProps {
  readonly cells: readonly CellProps[];
  readonly cell: ComponentType<CellProps>;
}

/**
 * The cells of one line. Neighbours that look alike are drawn as one, where a cell is nothing but its
 * text: a frame takes Ink the longer, the more pieces it is made of.
 */
function Cells({ cells, cell: Cell }: CellsProps) {
  const pieces = Cell === TextCell ? joinAlike(cells) : cells;
  return (
    <Box height={1} flexShrink={0}>
      {pieces.map((piece, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the line.
        <Cell key={place} {...piece} />
      ))}
    </Box>
  );
}

function joinAlike(cells: readonly CellProps[]): CellProps[] {
  const pieces: { text: string; as: Token }[] = [];
  for (const { text, as } of cells) {
    const last = pieces.at(-1);
    if (last?.as === as) last.text += text;
    else pieces.push({ text, as });
  }
  return pieces;
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
  const cells: CellProps[] = [
    { text: ' '.repeat(margin), as: 'heading' },
    ...columns.map(({ column, width }, position) => ({
      text: gapBefore(position, gap) + fitText(column.title, width, column.align, glyphs.ellipsis),
      as: 'heading' as const,
    })),
  ];
  return <Cells cells={cells} cell={Header} />;
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
