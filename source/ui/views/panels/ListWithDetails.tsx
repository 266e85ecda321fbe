import { Box } from 'ink';
import type { Column } from '../../components/column.ts';
import { Line } from '../../components/Line.tsx';
import { Lines } from '../../components/Lines.tsx';
import type { Span } from '../../components/spans.ts';
import { Table } from '../../components/Table.tsx';
import { useTheme } from '../../hooks/use-theme.ts';
import { textWidth } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';

interface ListWithDetailsProps<Item> {
  readonly data: readonly Item[];
  readonly columns: readonly Column<Item>[];
  rowKey(item: Item): string | number;
  readonly cursor: number;
  /** All there is to say of the item under the cursor; cut where there is no room. */
  readonly details: readonly (readonly Span[])[];
  /** In the rule above the details. */
  readonly title?: string;
  readonly width: number;
  readonly height: number;
}

/** With the rule above them; always so many, so that the list does not jump. */
const mostDetailRows = 8;
const leastListRows = 4;
/** Below that the rule is a row of details instead. */
const roomyRows = 12;

/** A list, and below it what is under its cursor in full. */
export function ListWithDetails<Item>(props: ListWithDetailsProps<Item>) {
  const { data, columns, rowKey, cursor, details, title = '', width, height } = props;
  const { glyphs } = useTheme();
  const wanted = Math.min(mostDetailRows, Math.floor(height / 2));
  const detailRows = height - wanted >= leastListRows ? wanted : 0;
  const hasRule = height >= roomyRows;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Table
        data={data}
        columns={columns}
        rowKey={rowKey}
        cursor={cursor}
        width={width}
        height={height - detailRows}
      />
      {detailRows > 0 && (
        <>
          {hasRule && <Line width={width} spans={ruleSpans(title, width, glyphs)} />}
          <Lines lines={details} width={width} height={detailRows - Number(hasRule)} />
        </>
      )}
    </Box>
  );
}

function ruleSpans(title: string, width: number, { rule }: Glyphs): Span[] {
  if (title === '') return [{ text: rule.repeat(width), as: 'rule' }];
  const words = ` ${title} `;
  return [
    { text: rule, as: 'rule' },
    { text: words, as: 'heading' },
    { text: rule.repeat(Math.max(0, width - textWidth(words) - 1)), as: 'rule' },
  ];
}
