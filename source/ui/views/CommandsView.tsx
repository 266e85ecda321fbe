import { Box } from 'ink';
import { useMemo } from 'react';
import type { Column } from '../components/column.ts';
import { Line } from '../components/Line.tsx';
import { Lines } from '../components/Lines.tsx';
import { fieldSpans, type Span, spansWidth } from '../components/spans.ts';
import { Table } from '../components/Table.tsx';
import { useDashboard, useEngine, useUi } from '../hooks/use-dashboard.ts';
import type { Command, CommandRow } from '../keys/command.ts';
import { paletteName } from '../keys/command-rows.ts';
import { boundTable, commandsOf } from '../keys/command-table.ts';
import { focusOfHelp } from '../keys/focus.ts';
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
  const focus = useUi(focusOfHelp);
  // What can run depends on the engine too.
  useEngine((state) => state);
  const rows = commandContext().commandRows();
  const bindings = useUi((state) => state.preferences.bindings);
  const columns = useMemo(() => {
    const listed = kind === 'help' ? commandsOf(focus, bindings) : boundTable(bindings);
    return columnsOf(kind, listed, width);
  }, [kind, focus, bindings, width]);
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

const mostKeys = 24;
const fewestKeys = 9;
/** From so many columns on names and keys are shown in full. */
const wideFrom = 70;
/** From so many on the palette has room for all keys. */
const roomyFrom = 100;
const narrowName = 16;

/**
 * As wide as what is in them, whatever is typed, so that what a command does gets the rest. `listed`
 * are the commands that there can be.
 */
function columnsOf(
  kind: CommandsViewProps['kind'],
  listed: readonly Command[],
  width: number,
): Column<CommandRow>[] {
  const isWide = width >= wideFrom;
  const widest = (textOf: (command: Command) => string) =>
    Math.max(0, ...listed.map((command) => textOf(command).length));
  const keys = widest(({ keys }) => fittingKeys(keys, mostKeysOf(kind, width)));
  const keysColumn: Column<CommandRow> = {
    key: 'keys',
    title: 'Keys',
    align: 'left',
    minWidth: Math.max(fewestKeys, keys),
    grow: 0,
    priority: 0,
    value: ({ command }, cells) => fittingKeys(command.keys, cells),
    look: ({ reason }) => (reason === null ? 'key' : 'muted'),
  };
  const titleColumn: Column<CommandRow> = {
    key: 'title',
    title: 'What it does',
    align: 'left',
    minWidth: 12,
    grow: 1,
    priority: 1,
    value({ command: { title }, reason }) {
      if (reason === null) return title;
      // the palette is to do something, help is to learn what there is
      return kind === 'palette' ? shortReason(reason) : `${title} (not now)`;
    },
    look: ({ reason }) => (reason === null ? 'text' : 'muted'),
  };
  if (kind === 'help') return [keysColumn, titleColumn];
  const nameOf = (command: Command) => paletteName(command) ?? '';
  const nameColumn: Column<CommandRow> = {
    key: 'name',
    title: 'Command',
    align: 'left',
    minWidth: isWide ? Math.max(narrowName, widest(nameOf)) : narrowName,
    grow: 0,
    priority: 0,
    value: ({ command }) => nameOf(command),
    look: ({ reason }) => (reason === null ? 'text' : 'muted'),
  };
  return [nameColumn, titleColumn, keysColumn];
}

/** Between a name and keys, what a command does needs the room more than its further keys do. */
function mostKeysOf(kind: CommandsViewProps['kind'], width: number): number {
  return width >= (kind === 'help' ? wideFrom : roomyFrom) ? mostKeys : fewestKeys;
}

/** Where a command is for, in a list in which most are for elsewhere. */
function shortReason(reason: string): string {
  return reason.replace(/^Not here: it is /, '');
}

/** As many of a command's keys as fit; the first are the ones to know. */
function fittingKeys(keys: readonly string[], width: number): string {
  return keys.map(keyLabel).reduce((shown, key) => {
    const longer = shown === '' ? key : `${shown} ${key}`;
    return longer.length <= width ? longer : shown;
  }, '');
}
