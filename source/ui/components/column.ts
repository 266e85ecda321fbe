import type { Token } from '../theme/theme.ts';
import type { ColumnWidth } from './fit-columns.ts';

/** A column of a table: where its text comes from and how it is laid out. */
export interface Column<Item> extends ColumnWidth {
  key: string;
  title: string;
  align: 'left' | 'right';
  /** The text of a cell that is `width` cells wide; longer ones are cut. */
  value(item: Item, width: number): string;
  /** How a cell looks; plain when left out. */
  look?(item: Item): Token;
  /** What it shows is drawn, not written: it keeps its look under the cursor, as its negative misleads. */
  isGraph?: boolean;
}
