import type { PublicationSummary } from '../../control/publications.ts';
import type { FileEntry } from '../files/list-directory.ts';
import type { Clock } from '../state/clock.ts';
import type { EngineLink } from '../state/engine-link.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { EngineStore } from '../state/engine-store.ts';
import type { ListState } from '../state/list-state.ts';
import type { ReducerStore } from '../state/store.ts';
import type { UiAction, UiState } from '../state/ui-state.ts';
import type { Terminal } from '../terminal/terminal.ts';

/** What a view is made from. */
export interface Seen {
  ui: UiState;
  engine: EngineState;
  /** The publications in the list's order, filtered. */
  visible: readonly PublicationSummary[];
}

/** All that an action may touch. */
export interface Services {
  ui: ReducerStore<UiState, UiAction>;
  engine: EngineStore;
  link: EngineLink;
  terminal: Terminal;
  clock: Clock;
  /** How far what is in front can be scrolled; 0 of what does not scroll. */
  scrollEnd(seen: Seen): number;
  /** The publications in the list's order, filtered. */
  visible(engine: EngineState, list: ListState): readonly PublicationSummary[];
  listDirectory(directory: string): Promise<FileEntry[]>;
  nearestDirectory(directory: string): Promise<string>;
  /** A name for a new publish job. */
  newJob(): string;
  /** Where the file browser starts. */
  cwd: string;
  /** What `~` stands for. */
  homeDirectory: string;
  /** Ends the dashboard; the engine goes on. */
  detach(): void;
}
