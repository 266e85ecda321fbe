import { editText, emptyText, type TextEdit, type TextState } from './text-state.ts';

/** In the order `s` goes through them. */
export const sortOrders = [
  'newest',
  'name',
  'health',
  'up rate',
  'peers',
  'ratio',
  'uploaded',
  'size',
] as const;

export type SortOrder = (typeof sortOrders)[number];

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
  sort: SortOrder;
}

export type ListAction =
  | { type: 'put-cursor'; cursor: ListCursor | null }
  | { type: 'start-filter' }
  | { type: 'edit-filter'; edit: TextEdit }
  | { type: 'keep-filter' }
  | { type: 'clear-filter' }
  | { type: 'cycle-sort' };

export const initialListState: ListState = {
  cursor: null,
  filter: emptyText,
  isFiltering: false,
  sort: 'newest',
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
      const next = (sortOrders.indexOf(state.sort) + 1) % sortOrders.length;
      return { ...state, sort: sortOrders[next] ?? 'newest' };
    }
  }
}
