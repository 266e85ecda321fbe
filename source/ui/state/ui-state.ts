import { isDeepStrictEqual } from 'node:util';
import type { BrowserState } from './browser-state.ts';
import {
  type DetailAction,
  type DetailState,
  initialDetailState,
  reduceDetail,
} from './detail-state.ts';
import { type Dialog, type DialogAction, isDialog, reduceDialog } from './dialogs.ts';
import { type JobAction, jobOf, type OwnJob, reduceJobs } from './job-state.ts';
import type { Copyable } from './links.ts';
import { initialListState, type ListAction, type ListState, reduceList } from './list-state.ts';
import {
  initialPanelState,
  type Panel,
  type PanelAction,
  type PanelState,
  reducePanel,
} from './panel-state.ts';
import { defaultPreferences, type Preferences } from './preferences.ts';
import { chooseIn, type PublishAction, type PublishStep, reducePublish } from './publish-state.ts';
import {
  initialSettingsState,
  reduceSettings,
  type SettingsAction,
  type SettingsState,
} from './settings-state.ts';
import { editText, emptyText, type TextEdit, type TextState } from './text-state.ts';

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
  | { name: Panel }
  | { name: 'settings' }
  | { name: 'publish'; step: PublishStep };

/** A list of commands that is narrowed down by typing. */
export interface CommandSearch {
  /** The screen it was opened on: another may come up behind it, such as the end of a job. */
  openedOn: Screen;
  query: TextState;
  /** The row the cursor is on. */
  place: number;
}

/** What is in front of the screen and has the keys. */
export type Overlay =
  | ({ name: 'help' | 'palette' } & CommandSearch)
  /** Of the publication `id`. No links are known while they are asked for. */
  | { name: 'qr'; id: number; links: readonly Copyable[]; shown: number }
  | Dialog;

/** A change that was asked for and not yet answered, shown in place of the health. */
export type PendingChange =
  | 'pausing'
  | 'resuming'
  | 'removing'
  | 'limiting'
  | 'verifying'
  | 'moving';

export interface Message {
  /** Tells one message from the next. */
  id: number;
  kind: 'info' | 'refusal' | 'error';
  text: string;
  /** What a key can do about it, where one can. */
  offer: Offer | null;
}

/** `KEY takes it back`: told where one of the commands can be run, with the key it has there. */
export interface Offer {
  /** Ids in the command table. */
  commands: readonly string[];
  words: string;
}

/** Everything about the dashboard that is not the engine's. */
export interface UiState {
  size: Size;
  screen: Screen;
  /** What was shown before, the newest last; below all of it is the list. */
  behind: readonly Screen[];
  overlay: Overlay | null;
  list: ListState;
  detail: DetailState;
  panels: PanelState;
  /** Publish jobs started here and under way, the newest last. */
  ownJobs: readonly OwnJob[];
  /** The jobs that were asked to end. */
  cancelling: ReadonlySet<string>;
  pending: ReadonlyMap<number, PendingChange>;
  message: Message | null;
  /** An error that was not dismissed: it is shown again after what took its place for a while. */
  errorBehind: Message | null;
  /** How long the last change can still be taken back; null when it cannot. */
  undoSeconds: number | null;
  settings: SettingsState;
  preferences: Preferences;
}

export type UiAction =
  | ListAction
  | DetailAction
  | PanelAction
  | { type: 'open-panel'; panel: Panel }
  | PublishAction
  | JobAction
  | DialogAction
  | SettingsAction
  | { type: 'open-settings' }
  | { type: 'prefer'; preferences: Preferences }
  | { type: 'resize'; size: Size }
  | { type: 'go-to-list' }
  | { type: 'go-back' }
  | { type: 'open-detail'; id: number }
  | { type: 'open-publish'; directory: string; purpose: BrowserState['purpose'] }
  | { type: 'open-commands'; name: 'help' | 'palette' }
  | { type: 'edit-command-query'; edit: TextEdit }
  | { type: 'clear-command-query' }
  | { type: 'put-command-cursor'; place: number }
  | { type: 'open-qr'; id: number; links: readonly Copyable[] }
  | { type: 'fill-qr'; id: number; links: readonly Copyable[] }
  | { type: 'show-qr-of'; place: number }
  | { type: 'close-overlay' }
  | { type: 'mark-pending'; id: number; change: PendingChange }
  | { type: 'unmark-pending'; id: number }
  | { type: 'show-undo-left'; seconds: number | null }
  | { type: 'show-message'; message: Message }
  | { type: 'dismiss-message'; id: number };

export function initialUiState(size: Size, preferences = defaultPreferences): UiState {
  return {
    size,
    screen: { name: 'list' },
    behind: [],
    overlay: null,
    list: initialListState,
    detail: initialDetailState,
    panels: initialPanelState,
    ownJobs: [],
    cancelling: new Set(),
    pending: new Map(),
    message: null,
    errorBehind: null,
    undoSeconds: null,
    settings: initialSettingsState,
    preferences,
  };
}

export function reduceUi(state: UiState, action: UiAction): UiState {
  switch (action.type) {
    case 'resize':
      return { ...state, size: action.size };
    case 'go-to-list':
      return { ...state, screen: { name: 'list' }, behind: [] };
    case 'go-back': {
      const screen: Screen = state.behind.at(-1) ?? { name: 'list' };
      return { ...state, screen, behind: state.behind.slice(0, -1) };
    }
    case 'open-detail':
      return {
        ...goTo(state, { name: 'detail', id: action.id }),
        detail: reduceDetail(state.detail, { type: 'show-tab', tab: 'overview' }),
      };
    case 'scroll-detail':
    case 'show-tab':
    case 'turn-tabs':
    case 'cycle-peer-order':
    case 'reverse-peer-order':
    case 'cycle-range':
      return { ...state, detail: reduceDetail(state.detail, action) };
    case 'open-panel':
      return goTo(state, { name: action.panel });
    case 'put-panel-cursor':
    case 'scroll-tracker':
    case 'toggle-errors-only':
      return { ...state, panels: reducePanel(state.panels, action) };
    case 'open-publish':
      return {
        ...state,
        screen: { name: 'publish', step: chooseIn(action.directory, action.purpose) },
        behind: [],
      };
    case 'start-jobs':
    case 'start-adopting':
    case 'open-job':
    case 'send-to-background':
    case 'ask-to-cancel':
    case 'refuse-to-cancel':
    case 'finish-publish':
    case 'fail-publish':
    case 'cancel-publish':
    case 'leave-job':
      return changeJobs(state, action);
    case 'open-commands':
      return {
        ...state,
        overlay: { name: action.name, openedOn: state.screen, query: emptyText, place: 0 },
      };
    case 'edit-command-query':
    case 'clear-command-query':
    case 'put-command-cursor':
      return reduceCommandSearch(state, action);
    case 'open-qr':
      return {
        ...state,
        overlay: { name: 'qr', id: action.id, links: action.links, shown: 0 },
      };
    case 'fill-qr':
      // another one may have been opened meanwhile
      return state.overlay?.name === 'qr' && state.overlay.id === action.id
        ? { ...state, overlay: { ...state.overlay, links: action.links } }
        : state;
    case 'show-qr-of':
      return state.overlay?.name === 'qr'
        ? { ...state, overlay: { ...state.overlay, shown: action.place } }
        : state;
    case 'ask-to-remove':
    case 'ask-to-stop':
    case 'ask-to-cancel-job':
    case 'ask-to-delete':
    case 'tell-path-to-delete':
    case 'choose-answer':
    case 'ask-for-limit':
    case 'offer-limit':
    case 'edit-limit':
    case 'ask-where-it-is':
    case 'edit-place':
    case 'edit-typed-name': {
      const dialog = isDialog(state.overlay) ? state.overlay : null;
      return { ...state, overlay: reduceDialog(dialog, action) ?? state.overlay };
    }
    case 'close-overlay':
      return { ...state, overlay: null };
    case 'mark-pending':
      return { ...state, pending: new Map(state.pending).set(action.id, action.change) };
    case 'unmark-pending':
      return { ...state, pending: new Map([...state.pending].filter(([id]) => id !== action.id)) };
    case 'open-settings':
      return {
        ...goTo(state, { name: 'settings' }),
        settings: { ...initialSettingsState, asked: state.settings.asked },
      };
    case 'prefer':
      return { ...state, preferences: action.preferences };
    case 'show-settings':
    case 'ask-setting':
    case 'answer-setting':
    case 'put-settings-cursor':
    case 'start-settings-filter':
    case 'edit-settings-filter':
    case 'keep-settings-filter':
    case 'clear-settings-filter':
    case 'type-setting':
    case 'edit-setting':
    case 'refuse-setting':
    case 'leave-setting':
      return { ...state, settings: reduceSettings(state.settings, action) };
    case 'show-undo-left':
      return { ...state, undoSeconds: action.seconds };
    case 'show-message':
      return showMessage(state, action.message);
    case 'dismiss-message':
      return state.message?.id === action.id
        ? { ...state, message: state.errorBehind, errorBehind: null }
        : state;
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

function showMessage(state: UiState, message: Message): UiState {
  if (message.kind === 'error') return { ...state, message, errorBehind: null };
  const { message: before, errorBehind } = state;
  return { ...state, message, errorBehind: before?.kind === 'error' ? before : errorBehind };
}

/** Shows another screen. Coming to one that is behind goes back to it; publishing is not come back to. */
function goTo(state: UiState, screen: Screen): UiState {
  const { name } = state.screen;
  const before = name === 'publish' ? state.behind : [...state.behind, state.screen];
  const known = before.findIndex((one) => isDeepStrictEqual(one, screen));
  return { ...state, screen, behind: known < 0 ? before : before.slice(0, known) };
}

type CommandSearchAction = Extract<
  UiAction,
  { type: 'edit-command-query' | 'clear-command-query' | 'put-command-cursor' }
>;

function reduceCommandSearch(state: UiState, action: CommandSearchAction): UiState {
  const { overlay } = state;
  if (overlay?.name !== 'help' && overlay?.name !== 'palette') return state;
  switch (action.type) {
    case 'edit-command-query':
      return {
        ...state,
        overlay: { ...overlay, query: editText(overlay.query, action.edit), place: 0 },
      };
    case 'clear-command-query':
      return { ...state, overlay: { ...overlay, query: emptyText, place: 0 } };
    case 'put-command-cursor':
      return { ...state, overlay: { ...overlay, place: action.place } };
  }
}

/** The publishing step on the screen, or null. */
function stepOf({ screen }: UiState): PublishStep | null {
  return screen.name === 'publish' ? screen.step : null;
}

/** The publish job that is looked at, or null. */
export function watchedJob(state: UiState): string | null {
  return jobOf(stepOf(state));
}

function changeJobs(state: UiState, action: JobAction): UiState {
  const { ownJobs, cancelling } = state;
  const step = stepOf(state);
  const { step: nextStep, ...jobs } = reduceJobs({ step, ownJobs, cancelling }, action);
  if (nextStep === step) return { ...state, ...jobs };
  const screen: Screen = nextStep ? { name: 'publish', step: nextStep } : { name: 'list' };
  return { ...state, ...jobs, screen, behind: [] };
}
