import type { CommandName } from '../../command-summaries.ts';
import type { PublicationSummary } from '../../control/publications.ts';
import type { Actions } from '../actions/actions.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { Preferences } from '../state/preferences.ts';
import type { UiAction, UiState } from '../state/ui-state.ts';
import type { Focus } from './focus.ts';

/** What a command may look at and do. */
export interface CommandContext {
  ui: UiState;
  engine: EngineState;
  /** The publications in the list's order, filtered. */
  visible: readonly PublicationSummary[];
  /** What is wrong with such bindings, in a sentence; null when nothing is. */
  bindingFault(bindings: Preferences['bindings']): string | null;
  /** What they take from other commands, in a clause; null when nothing. */
  takenKeys(bindings: Preferences['bindings']): string | null;
  /** What the overlay in front lists, when it is a list of commands. */
  commandRows(): readonly CommandRow[];
  /** The key, as people know it, that now runs one of these commands here; null when none does. */
  keyFor(...ids: readonly string[]): string | null;
  /** The same as things are now: after something was dispatched. */
  refresh(): CommandContext;
  /** How far what is in front can be scrolled. */
  scrollEnd(): number;
  dispatch(action: UiAction): void;
  actions: Actions;
  /** What `~` stands for. */
  homeDirectory: string;
}

/**
 * Whether a command can run now: `true`; a sentence that says why it cannot, which its key shows;
 * or `false` when its key means something else now.
 */
export type Availability = boolean | string;

/** One thing a key does. Keys, the hint bar and help are all made from the table of these. */
export interface Command {
  /** Stable: `publication.remove`. */
  id: string;
  /** What the palette calls it; it is left out of the palette without this or `cli`. */
  name?: string;
  /** The command of the command line that does the same; the palette calls it so. */
  cli?: CommandName;
  /** What help says it does. */
  title: string;
  /** What the hint bar calls it; left out of the bar when null. */
  hint: string | null;
  /** What it calls it now, where that depends on what the key would act on. */
  hintNow?(context: CommandContext): string;
  /** As keystrokes are named; the first is the one the hint bar shows. None: palette only. */
  keys: readonly string[];
  /** Where it works. */
  focus: readonly Focus[];
  when(context: CommandContext): Availability;
  run(context: CommandContext): void;
}

/** A command that can always run where its focus is. */
export function always(command: Omit<Command, 'when'>): Command {
  return { ...command, when: () => true };
}

/** A command as help and the palette list it. */
export interface CommandRow {
  command: Command;
  /** Why it cannot run now; null when it can. */
  reason: string | null;
}

/** A key as the hint bar shows it. */
export interface Hint {
  command: Command;
  label: string;
  /** Why it cannot run now, which its key says; null when it can. */
  reason: string | null;
}
