import type { PublicationSummary } from '../../control/protocol.ts';
import type { Actions } from '../actions/actions.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { UiAction, UiState } from '../state/ui-state.ts';
import type { Focus } from './focus.ts';

/** What a command may look at and do. */
export interface CommandContext {
  ui: UiState;
  engine: EngineState;
  /** The publications in the list's order, filtered. */
  visible: readonly PublicationSummary[];
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
  /** What help says it does. */
  title: string;
  /** What the hint bar calls it; left out of the bar when null. */
  hint: string | null;
  /** As keystrokes are named; the first is the one the hint bar shows. */
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
