import type { Preferences } from '../state/preferences.ts';
import type { Command, CommandContext, Hint } from './command.ts';
import { detailTabCommands } from './commands/detail-commands.ts';
import { askToStop, dialogCommands } from './commands/dialog-commands.ts';
import { backCommands, detailMoves, globalCommands } from './commands/global-commands.ts';
import { jobCommands, openJob } from './commands/job-commands.ts';
import {
  copyMagnet,
  copyMagnetFromList,
  linkCommands,
  qrCommands,
} from './commands/link-commands.ts';
import {
  filterCommands,
  listMoves,
  listViewCommands,
  markCommands,
  openAdopt,
  openPublish,
  openPublishFromDetail,
} from './commands/list-commands.ts';
import { openPanelCommands, panelCommands } from './commands/panel-commands.ts';
import {
  limitCommands,
  movePublication,
  openPublication,
  pausePublication,
  removePublication,
  resumePublication,
  superSeed,
  undo,
  verifyPublication,
} from './commands/publication-commands.ts';
import { adoptCommands, browserCommands, formCommands } from './commands/publish-commands.ts';
import { searchCommands } from './commands/search-commands.ts';
import { openSettings, settingsCommands } from './commands/settings-commands.ts';
import { settingsFilterCommands } from './commands/settings-filter-commands.ts';
import { type Focus, focusOf } from './focus.ts';
import { keyLabel } from './key-labels.ts';

/**
 * Every command, in the order the hint bar and help show them. Of two commands for one key, the
 * first that is available wins.
 */
export const commandTable: readonly Command[] = [
  copyMagnet,
  openPublication,
  openPublish,
  openPublishFromDetail,
  openAdopt,
  openJob,
  pausePublication,
  resumePublication,
  removePublication,
  undo,
  copyMagnetFromList,
  ...limitCommands,
  verifyPublication,
  superSeed,
  movePublication,
  ...linkCommands,
  ...qrCommands,
  ...listViewCommands,
  ...markCommands,
  ...listMoves,
  ...filterCommands,
  ...dialogCommands,
  askToStop,
  ...browserCommands,
  ...formCommands,
  ...adoptCommands,
  ...jobCommands,
  ...detailTabCommands,
  ...detailMoves,
  ...panelCommands,
  ...settingsCommands,
  ...settingsFilterCommands,
  ...openPanelCommands,
  openSettings,
  ...searchCommands,
  ...backCommands,
  ...globalCommands,
];

type Bindings = Preferences['bindings'];

const boundTables = new WeakMap<Bindings, readonly Command[]>();

/** The command table with the keys that the user has chosen. */
export function boundTable(bindings: Bindings): readonly Command[] {
  const known = boundTables.get(bindings);
  if (known) return known;
  const bound = commandTable.map((command) => {
    const keys = bindings.get(command.id);
    return keys ? { ...command, keys } : command;
  });
  boundTables.set(bindings, bound);
  return bound;
}

/** The commands of a focus, in the table's order. */
export function commandsOf(focus: Focus, bindings: Bindings): readonly Command[] {
  return boundTable(bindings).filter((command) => command.focus.includes(focus));
}

/** What a key does: run a command, be refused with a sentence, or nothing here. */
type KeyMeaning =
  | { kind: 'run'; command: Command }
  | { kind: 'refuse'; reason: string }
  | { kind: 'none' };

export function meaningOf(key: string, focus: Focus, context: CommandContext): KeyMeaning {
  const { bindings } = context.ui.preferences;
  const bound = commandsOf(focus, bindings).filter(({ keys }) => keys.includes(key));
  // What the user has chosen a key for has it, whatever has it else.
  const chosenFirst = [
    ...bound.filter(({ id }) => bindings.has(id)),
    ...bound.filter(({ id }) => !bindings.has(id)),
  ];
  for (const command of chosenFirst) {
    const availability = command.when(context);
    if (availability === true) return { kind: 'run', command };
    if (availability !== false) return { kind: 'refuse', reason: availability };
  }
  return { kind: 'none' };
}

/** What the hint bar shows: the keys that do something, and those that would say why not. */
export function hintsOf(focus: Focus, context: CommandContext): readonly Hint[] {
  const hints = commandsOf(focus, context.ui.preferences.bindings).flatMap((command) => {
    const availability = command.when(context);
    if (command.hint === null || command.keys.length === 0 || availability === false) return [];
    const label = command.hintNow?.(context) ?? command.hint;
    return [{ command, label, reason: availability === true ? null : availability }];
  });
  const firstOf = (key: string | undefined) => {
    const ofKey = hints.filter(({ command }) => command.keys[0] === key);
    return ofKey.find(({ reason }) => reason === null) ?? ofKey[0];
  };
  return hints.filter((hint) => hint === firstOf(hint.command.keys[0]));
}

/** The key that now runs one of these commands; null when none does. */
export function keyFor(ids: readonly string[], context: CommandContext): string | null {
  const focus = focusOf(context.ui);
  for (const { id, keys } of commandsOf(focus, context.ui.preferences.bindings)) {
    if (!ids.includes(id)) continue;
    const key = keys.find((one) => {
      const meaning = meaningOf(one, focus, context);
      return meaning.kind === 'run' && meaning.command.id === id;
    });
    if (key !== undefined) return keyLabel(key);
  }
  return null;
}

/** Where a key does something. */
export function placesOf(key: string, bindings: Bindings): readonly Focus[] {
  const focuses = boundTable(bindings).flatMap(({ keys, focus }) =>
    keys.includes(key) ? focus : [],
  );
  return [...new Set(focuses)];
}
