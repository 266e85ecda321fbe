import { editText, emptyText, type TextEdit, type TextState } from './text-state.ts';

/** In the order `s` goes through them. */
export const sortKeys = [
  'newest',
  'name',
  'health',
  'up rate',
  'peers',
  'ratio',
  'uploaded',
  'completed',
  'size',
] as const;

export type SortKey = (typeof sortKeys)[number];

/** The publication the cursor is on, and where that was when it was put there. */
export interface ListCursor {
  id: number;
  index: number;
}

export interface ListState {
  /** Null until there is a publication to be on. */
  cursor: ListCursor | null;
  filter: TextState;
  /** The filter is being typed. */
  isFiltering: boolean;
  sort: SortKey;
  /** The other way round than the key is of most use: oldest, smallest, healthiest first. */
  isReversed: boolean;
  /** The order the list is held in, as ids; null while it follows its key. */
  held: readonly number[] | null;
  /** Marked publications. Those that are gone may still be among them. */
  marks: ReadonlySet<number>;
  /** Where the range that is being marked began. */
  rangeFrom: number | null;
}

export type ListAction =
  | { type: 'put-cursor'; cursor: ListCursor | null }
  | { type: 'start-filter' }
  | { type: 'edit-filter'; edit: TextEdit }
  | { type: 'keep-filter' }
  | { type: 'clear-filter' }
  | { type: 'cycle-sort' }
  | { type: 'reverse-sort' }
  | { type: 'hold-order'; ids: readonly number[] }
  | { type: 'release-order' }
  | { type: 'toggle-mark'; id: number }
  | { type: 'invert-marks'; ids: readonly number[] }
  | { type: 'mark'; ids: readonly number[] }
  | { type: 'clear-marks' }
  | { type: 'begin-range'; id: number }
  | { type: 'end-range' };

export const initialListState: ListState = {
  cursor: null,
  filter: emptyText,
  isFiltering: false,
  sort: 'newest',
  isReversed: false,
  held: null,
  marks: new Set(),
  rangeFrom: null,
};

export function reduceList(state: ListState, action: ListAction): ListState {
  switch (action.type) {
    case 'put-cursor':
      return { ...state, cursor: action.cursor };
    case 'start-filter':
      return { ...state, isFiltering: true };
    case 'edit-filter':
      return { ...state, filter: editText(state.filter, action.edit) };
    case 'keep-filter':
      return { ...state, isFiltering: false };
    case 'clear-filter':
      return { ...state, filter: emptyText, isFiltering: false };
    case 'cycle-sort': {
      const next = (sortKeys.indexOf(state.sort) + 1) % sortKeys.length;
      return { ...state, sort: sortKeys[next] ?? 'newest', isReversed: false, held: null };
    }
    case 'reverse-sort':
      return { ...state, isReversed: !state.isReversed, held: null };
    case 'hold-order':
      return { ...state, held: action.ids };
    case 'release-order':
      return { ...state, held: null };
    case 'toggle-mark':
      return { ...state, marks: inverted(state.marks, [action.id]) };
    case 'invert-marks':
      return { ...state, marks: inverted(state.marks, action.ids) };
    case 'mark':
      return { ...state, marks: new Set([...state.marks, ...action.ids]) };
    case 'clear-marks':
      return { ...state, marks: new Set(), rangeFrom: null };
    case 'begin-range':
      return { ...state, rangeFrom: action.id };
    case 'end-range':
      return { ...state, rangeFrom: null };
  }
}

function inverted(marks: ReadonlySet<number>, ids: readonly number[]): Set<number> {
  const next = new Set(marks);
  for (const id of ids) if (!next.delete(id)) next.add(id);
  return next;
}
