import type { FileEntry } from '../files/list-directory.ts';
import { entriesWith, folderPath, splitTypedPath } from '../files/typed-path.ts';
import {
  editPath,
  editText,
  emptyText,
  type TextEdit,
  type TextState,
  textOf,
} from './text-state.ts';

/** Choosing what to publish: a directory's entries, and a field to type a path into. */
export interface BrowserState {
  /** What for: to publish anything, or to adopt what a torrent is of. */
  purpose: 'publish' | 'adopt';
  /** Absolute. */
  directory: string;
  /** Null while the directory is read. */
  entries: readonly FileEntry[] | null;
  error: string | null;
  /** The name the cursor is on; null is the first entry. */
  cursor: string | null;
  filter: TextState;
  showHidden: boolean;
  /** Absolute paths that are to be published together, each for itself. */
  marked: ReadonlySet<string>;
  /** The path being typed, or null when the entries have the keys. */
  path: TextState | null;
  /** What is in the directory that the typed path is in, once it was read. */
  typedDirectory: TypedDirectory | null;
}

/** A directory as it was typed, and what is in it. */
export interface TypedDirectory {
  typed: string;
  entries: readonly FileEntry[];
}

export type BrowserAction =
  | { type: 'enter-directory'; directory: string; cursor: string | null }
  | { type: 'show-entries'; directory: string; entries: readonly FileEntry[] }
  | { type: 'fail-directory'; directory: string; error: string }
  | { type: 'put-browser-cursor'; name: string }
  | { type: 'edit-browser-filter'; edit: TextEdit }
  | { type: 'clear-browser-filter' }
  | { type: 'toggle-hidden' }
  | { type: 'mark-path'; path: string }
  | { type: 'clear-marked-paths' }
  | { type: 'type-path'; value: string }
  | { type: 'edit-path'; edit: TextEdit }
  | { type: 'complete-path'; from: string; to: string }
  | { type: 'show-typed-directory'; directory: TypedDirectory }
  | { type: 'leave-path' };

/** A browser that still has to read its directory. */
export function browserAt(
  directory: string,
  purpose: BrowserState['purpose'] = 'publish',
): BrowserState {
  return {
    purpose,
    directory,
    entries: null,
    error: null,
    cursor: null,
    filter: emptyText,
    showHidden: false,
    marked: new Set(),
    path: null,
    typedDirectory: null,
  };
}

export function reduceBrowser(state: BrowserState, action: BrowserAction): BrowserState {
  switch (action.type) {
    case 'enter-directory':
      return {
        ...browserAt(action.directory, state.purpose),
        cursor: action.cursor,
        showHidden: state.showHidden,
        marked: state.marked,
      };
    case 'show-entries':
      // The answer may come after another directory was entered.
      return action.directory === state.directory ? { ...state, entries: action.entries } : state;
    case 'fail-directory':
      return action.directory === state.directory
        ? { ...state, entries: [], error: action.error }
        : state;
    case 'put-browser-cursor':
      return { ...state, cursor: action.name };
    case 'edit-browser-filter':
      return { ...state, filter: editText(state.filter, action.edit), cursor: null };
    case 'clear-browser-filter':
      return { ...state, filter: emptyText };
    case 'toggle-hidden':
      return { ...state, showHidden: !state.showHidden };
    case 'mark-path': {
      const marked = new Set(state.marked);
      if (!marked.delete(action.path)) marked.add(action.path);
      return { ...state, marked };
    }
    case 'clear-marked-paths':
      return { ...state, marked: new Set() };
    case 'type-path':
      return { ...state, path: textOf(action.value) };
    case 'edit-path':
      return state.path
        ? { ...state, path: editPath(state.path, action.edit, folderPath(state.directory)) }
        : state;
    case 'complete-path':
      // Typing went on while the directory was read: what it found is about something else.
      return state.path?.value === action.from ? { ...state, path: textOf(action.to) } : state;
    case 'show-typed-directory':
      return { ...state, typedDirectory: action.directory };
    case 'leave-path':
      return { ...state, path: null, typedDirectory: null };
  }
}

/** The entries that are shown: hidden ones on demand, and those that match the filter. */
export function visibleEntries(state: BrowserState): readonly FileEntry[] {
  const wanted = state.filter.value.toLowerCase();
  const showHidden = state.showHidden || wanted.startsWith('.');
  return (state.entries ?? []).filter(
    ({ name }) => (showHidden || !name.startsWith('.')) && name.toLowerCase().includes(wanted),
  );
}

/** What the typed path could become. */
export function pathSuggestions({
  path,
  typedDirectory,
}: Pick<BrowserState, 'path' | 'typedDirectory'>): readonly FileEntry[] {
  if (!path || !typedDirectory) return [];
  const { directory, prefix } = splitTypedPath(path.value);
  return directory === typedDirectory.typed ? entriesWith(prefix, typedDirectory.entries) : [];
}

/** Where the cursor is among the visible entries; -1 when there are none. */
export function locateEntry(visible: readonly FileEntry[], cursor: string | null): number {
  const index = visible.findIndex(({ name }) => name === cursor);
  return index >= 0 ? index : Math.min(0, visible.length - 1);
}
