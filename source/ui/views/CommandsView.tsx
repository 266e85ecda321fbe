import { Box } from 'ink';
import { useMemo } from 'react';
import type { Column } from '../components/column.ts';
import { Line } from '../components/Line.tsx';
import { Lines } from '../components/Lines.tsx';
import { fieldSpans, type Span, spansWidth } from '../components/spans.ts';
import { Table } from '../components/Table.tsx';
import { useDashboard, useEngine, useUi } from '../hooks/use-dashboard.ts';
import type { CommandRow } from '../keys/command.ts';
import { paletteName } from '../keys/command-rows.ts';
import { focusBehindOverlay } from '../keys/focus.ts';
import { focusTitles } from '../keys/focus-titles.ts';
import { keyLabel } from '../keys/key-labels.ts';
import type { CommandSearch } from '../state/ui-state.ts';

interface CommandsViewProps {
  /** Help is about the keys of the view behind, the palette about every action. */
  readonly kind: 'help' | 'palette';
  readonly search: CommandSearch;
  readonly width: number;
  readonly height: number;
}

/** A list of commands, narrowed down by typing; Enter runs the one under the cursor. */
export function CommandsView({ kind, search, width, height }: CommandsViewProps) {
  const { commandContext } = useDashboard();
  const focus = useUi(focusBehindOverlay);
  // What can run depends on the engine too.
  useEngine((state) => state);
  const columns = useMemo(() => (kind === 'help' ? helpColumns : paletteColumns), [kind]);
  const rows = commandContext().commandRows();
  const title: Span =
    kind === 'help'
      ? { text: ` Keys of ${focusTitles[focus]} `, as: 'strong' }
      : { text: ' : ', as: 'key' };
  const room = Math.max(1, width - spansWidth([title]) - 1);
  const typed: Span[] =
    search.query.value === '' && kind === 'help'
      ? [{ text: ' type to narrow down', as: 'muted' }]
      : fieldSpans(search.query, room);
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Line width={width} spans={[title, ...typed]} />
      {rows.length === 0 ? (
        <Lines
          lines={[[{ text: ' No command fits.', as: 'muted' }]]}
          width={width}
          height={height - 1}
        />
      ) : (
        <Table
          data={rows}
          columns={columns}
          rowKey={rowKey}
          cursor={Math.min(search.place, rows.length - 1)}
          width={width}
          height={height - 1}
        />
      )}
    </Box>
  );
}

function rowKey({ command }: CommandRow): string {
  return command.id;
}

const keysColumn: Column<CommandRow> = {
  key: 'keys',
  title: 'Keys',
  align: 'left',
  minWidth: 9,
  wantedWidth: 9,
  grow: 0,
  priority: 0,
  value: ({ command }, width) => fittingKeys(command.keys, width),
  look: ({ reason }) => (reason === null ? 'key' : 'muted'),
};

const titleColumn: Column<CommandRow> = {
  key: 'title',
  title: 'What it does',
  align: 'left',
  minWidth: 12,
  grow: 4,
  priority: 1,
  value: ({ command }) => command.title,
  look: ({ reason }) => (reason === null ? 'text' : 'muted'),
};

const helpColumns: Column<CommandRow>[] = [{ ...keysColumn, grow: 1 }, titleColumn];

const paletteColumns: Column<CommandRow>[] = [
  {
    key: 'name',
    title: 'Command',
    align: 'left',
    minWidth: 16,
    grow: 0,
    priority: 0,
    value: ({ command }) => paletteName(command) ?? '',
    look: ({ reason }) => (reason === null ? 'text' : 'muted'),
  },
  // What cannot run says why instead.
  { ...titleColumn, value: ({ command, reason }) => reason ?? command.title },
  keysColumn,
];

/** As many of a command's keys as fit; the first are the ones to know. */
function fittingKeys(keys: readonly string[], width: number): string {
  return keys.map(keyLabel).reduce((shown, key) => {
    const longer = shown === '' ? key : `${shown} ${key}`;
    return longer.length <= width ? longer : shown;
  }, '');
}
