import type { PublishResult } from '../../control/protocol.ts';
import {
  type DetailAction,
  type DetailState,
  initialDetailState,
  reduceDetail,
} from './detail-state.ts';
import { initialListState, type ListAction, type ListState, reduceList } from './list-state.ts';
import {
  chooseIn,
  type PublishAction,
  type PublishStep,
  type RunningPublish,
  reducePublish,
} from './publish-state.ts';

export interface Size {
  columns: number;
  rows: number;
}

/** The smallest terminal that everything fits into. */
export const smallestSize: Size = { columns: 40, rows: 10 };

/** What the body shows. */
export type Screen =
  | { name: 'list' }
  | { name: 'detail'; id: number }
  | { name: 'publish'; step: PublishStep };

/** What is in front of the screen and has the keys. */
export type Overlay =
  | { name: 'help'; scroll: number }
  | { name: 'confirm-remove'; ids: readonly number[]; choice: 'keep' | 'remove' };

/** A change that was asked for and not yet answered, shown in place of the health. */
export type PendingChange = 'pausing' | 'resuming' | 'removing';

export interface Message {
  /** Tells one message from the next. */
  id: number;
  kind: 'info' | 'error';
  text: string;
}

/** Everything about the dashboard that is not the engine's. */
export interface UiState {
  size: Size;
  screen: Screen;
  overlay: Overlay | null;
  list: ListState;
  detail: DetailState;
  /** Jobs started here and sent to the background, the newest last. */
  background: readonly RunningPublish[];
  pending: ReadonlyMap<number, PendingChange>;
  message: Message | null;
}

export type UiAction =
  | ListAction
  | DetailAction
  | PublishAction
  | { type: 'resize'; size: Size }
  | { type: 'go-to-list' }
  | { type: 'open-detail'; id: number }
  | { type: 'open-publish'; directory: string }
  | { type: 'send-to-background' }
  | { type: 'bring-to-front' }
  | { type: 'finish-publish'; job: string; result: PublishResult }
  | { type: 'fail-publish'; job: string; error: string }
  | { type: 'cancel-publish'; job: string }
  | { type: 'open-help' }
  | { type: 'scroll-help'; scroll: number }
  | { type: 'ask-to-remove'; ids: readonly number[] }
  | { type: 'choose-removal'; choice: 'keep' | 'remove' }
  | { type: 'close-overlay' }
  | { type: 'mark-pending'; id: number; change: PendingChange }
  | { type: 'unmark-pending'; id: number }
  | { type: 'show-message'; message: Message }
  | { type: 'dismiss-message'; id: number };

export function initialUiState(size: Size): UiState {
  return {
    size,
    screen: { name: 'list' },
    overlay: null,
    list: initialListState,
    detail: initialDetailState,
    background: [],
    pending: new Map(),
    message: null,
  };
}

export function reduceUi(state: UiState, action: UiAction): UiState {
  switch (action.type) {
    case 'resize':
      return { ...state, size: action.size };
    case 'go-to-list':
      return { ...state, screen: { name: 'list' } };
    case 'open-detail':
      return {
        ...state,
        screen: { name: 'detail', id: action.id },
        detail: reduceDetail(state.detail, { type: 'show-tab', tab: 'overview' }),
      };
    case 'scroll-detail':
    case 'show-tab':
    case 'turn-tabs':
    case 'cycle-peer-order':
    case 'reverse-peer-order':
    case 'cycle-range':
      return { ...state, detail: reduceDetail(state.detail, action) };
    case 'open-publish':
      return { ...state, screen: { name: 'publish', step: chooseIn(action.directory) } };
    case 'send-to-background':
    case 'bring-to-front':
    case 'finish-publish':
    case 'fail-publish':
    case 'cancel-publish':
      return reduceRunning(state, action);
    case 'open-help':
      return { ...state, overlay: { name: 'help', scroll: 0 } };
    case 'scroll-help':
      return { ...state, overlay: { name: 'help', scroll: action.scroll } };
    case 'ask-to-remove':
      return { ...state, overlay: { name: 'confirm-remove', ids: action.ids, choice: 'keep' } };
    case 'choose-removal':
      return state.overlay?.name === 'confirm-remove'
        ? { ...state, overlay: { ...state.overlay, choice: action.choice } }
        : state;
    case 'close-overlay':
      return { ...state, overlay: null };
    case 'mark-pending':
      return { ...state, pending: new Map(state.pending).set(action.id, action.change) };
    case 'unmark-pending':
      return { ...state, pending: new Map([...state.pending].filter(([id]) => id !== action.id)) };
    case 'show-message':
      return { ...state, message: action.message };
    case 'dismiss-message':
      return state.message?.id === action.id ? { ...state, message: null } : state;
    case 'put-cursor':
    case 'start-filter':
    case 'edit-filter':
    case 'keep-filter':
    case 'clear-filter':
    case 'cycle-sort':
    case 'reverse-sort':
    case 'hold-order':
    case 'release-order':
    case 'toggle-mark':
    case 'invert-marks':
    case 'mark':
    case 'clear-marks':
    case 'begin-range':
    case 'end-range':
      return { ...state, list: reduceList(state.list, action) };
    default: {
      if (state.screen.name !== 'publish') return state;
      const step = reducePublish(state.screen.step, action);
      return step === state.screen.step ? state : { ...state, screen: { name: 'publish', step } };
    }
  }
}

type RunningAction = Extract<
  UiAction,
  {
    type:
      | 'send-to-background'
      | 'bring-to-front'
      | 'finish-publish'
      | 'fail-publish'
      | 'cancel-publish';
  }
>;

/** A job's end changes the screen only while the user looks at that job. */
function reduceRunning(state: UiState, action: RunningAction): UiState {
  const step = state.screen.name === 'publish' ? state.screen.step : null;
  const watched = step?.name === 'hashing' ? step : null;
  if (action.type === 'send-to-background') {
    if (!watched) return state;
    const { name: _, ...running } = watched;
    return { ...state, screen: { name: 'list' }, background: [...state.background, running] };
  }
  if (action.type === 'bring-to-front') {
    const last = state.background.at(-1);
    if (!last) return state;
    return {
      ...state,
      screen: { name: 'publish', step: { name: 'hashing', ...last } },
      background: state.background.slice(0, -1),
    };
  }
  const background = state.background.filter(({ job }) => job !== action.job);
  if (watched?.job !== action.job) return { ...state, background };
  const { browser, form } = watched;
  return { ...state, background, screen: { name: 'publish', step: endOf() } };

  function endOf(): PublishStep {
    switch (action.type) {
      case 'finish-publish':
        return { name: 'done', result: action.result };
      case 'fail-publish':
        return { name: 'failed', browser, form, error: action.error };
      default:
        return { name: 'form', browser, form: { ...form, isSubmitted: false } };
    }
  }
}
