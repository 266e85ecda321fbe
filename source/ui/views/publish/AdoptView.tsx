import { Box } from 'ink';
import { useMemo } from 'react';
import { stripControls } from '../../../format/terminal-text.ts';
import { Lines } from '../../components/Lines.tsx';
import { fieldSpans, type Span } from '../../components/spans.ts';
import { Table } from '../../components/Table.tsx';
import { useTheme } from '../../hooks/use-theme.ts';
import { pathSuggestions, type TypedDirectory } from '../../state/browser-state.ts';
import type { TextState } from '../../state/text-state.ts';
import { truncateStart, wrapText } from '../../terminal/text-width.ts';
import { entryColumns, entryKey } from './entry-columns.ts';
import { formLabelWidth, labelled } from './form-rows.ts';

interface AdoptViewProps {
  readonly torrent: string;
  readonly data: TextState;
  readonly typedDirectory: TypedDirectory | null;
  readonly width: number;
  readonly height: number;
}

const indent = 3;
const explanation =
  'What the torrent is of, or the folder that holds it. It is compared with the torrent first, and seeded only if it is whole. Tab completes the path.';
const nothingChosen: ReadonlySet<string> = new Set();

/** Content that has a torrent already: where is it? Below, what the typed path could become. */
export function AdoptView({ torrent, data, typedDirectory, width, height }: AdoptViewProps) {
  const { glyphs } = useTheme();
  const columns = useMemo(() => entryColumns(glyphs, '', nothingChosen), [glyphs]);
  const room = width - formLabelWidth - indent - 1;
  const lines = [
    [{ text: ' Adopt', as: 'strong' as const }],
    labelled('Torrent', [{ text: truncateStart(stripControls(torrent), room, glyphs.ellipsis) }]),
    null,
    [
      { text: `${glyphs.cursor}  ${'Data'.padEnd(formLabelWidth)}`, as: 'key' as const },
      ...fieldSpans(data, room),
    ],
    null,
    ...wrapText(explanation, width - indent - 1).map((line): Span[] => [
      { text: ' '.repeat(indent) + line, as: 'muted' },
    ]),
    null,
  ];
  const suggestions = pathSuggestions({ path: data, typedDirectory });
  const rowsLeft = height - lines.length;
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Lines lines={lines} width={width} height={Math.min(height, lines.length)} />
      {rowsLeft > 1 && (
        <Table
          data={suggestions}
          columns={columns}
          rowKey={entryKey}
          cursor={null}
          width={width}
          height={rowsLeft}
        />
      )}
    </Box>
  );
}
