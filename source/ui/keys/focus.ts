import type { TextEdit } from '../state/text-state.ts';
import { smallestSize, type UiAction, type UiState } from '../state/ui-state.ts';

/** What has the keys: an overlay before a prompt before a screen. */
export type Focus =
  | 'too-small'
  | 'help'
  | 'palette'
  | 'qr'
  | 'confirm-remove'
  | 'confirm-delete'
  | 'confirm-cancel'
  | 'confirm-stop'
  | 'limit'
  | 'move'
  | 'list'
  | 'list-filter'
  | 'detail'
  | 'tracker'
  | 'health'
  | 'log'
  | 'settings'
  | 'settings-filter'
  | 'setting'
  | 'browser'
  | 'browser-path'
  | 'form'
  | 'adopt'
  | 'hashing'
  | 'failed'
  | 'card';

/** The views in which letters are commands, and none of which is a question. */
export const everyView: readonly Focus[] = [
  'list',
  'detail',
  'tracker',
  'health',
  'log',
  'settings',
  'hashing',
  'failed',
  'card',
];

export function focusOf(ui: UiState): Focus {
  if (isTooSmall(ui)) return 'too-small';
  return ui.overlay?.name ?? focusBehindOverlay(ui);
}

/** The focus that help is about: that which it was opened on, so that no row is another suddenly. */
export function focusOfHelp(ui: UiState): Focus {
  const { overlay } = ui;
  return focusBehindOverlay(overlay?.name === 'help' ? { ...ui, screen: overlay.openedOn } : ui);
}

/** The focus that comes back when the overlay is closed. */
export function focusBehindOverlay({ screen, list, settings }: UiState): Focus {
  switch (screen.name) {
    case 'settings':
      if (settings.typed) return 'setting';
      return settings.isFiltering ? 'settings-filter' : 'settings';
    case 'list':
      return list.isFiltering ? 'list-filter' : 'list';
    case 'detail':
    case 'tracker':
    case 'health':
    case 'log':
      return screen.name;
    case 'publish':
      switch (screen.step.name) {
        case 'choose':
          return screen.step.browser.path ? 'browser-path' : 'browser';
        case 'done':
          return 'card';
        default:
          return screen.step.name;
      }
  }
}

export function isTooSmall({ size }: UiState): boolean {
  return size.columns < smallestSize.columns || size.rows < smallestSize.rows;
}

/** How typing into a field changes the state, by what has the keys. */
const typing: Partial<Record<Focus, (edit: TextEdit) => UiAction>> = {
  'list-filter': (edit) => ({ type: 'edit-filter', edit }),
  'settings-filter': (edit) => ({ type: 'edit-settings-filter', edit }),
  browser: (edit) => ({ type: 'edit-browser-filter', edit }),
  'browser-path': (edit) => ({ type: 'edit-path', edit }),
  form: (edit) => ({ type: 'edit-field', edit }),
  'confirm-delete': (edit) => ({ type: 'edit-typed-name', edit }),
  limit: (edit) => ({ type: 'edit-limit', edit }),
  move: (edit) => ({ type: 'edit-place', edit }),
  adopt: (edit) => ({ type: 'edit-data', edit }),
  setting: (edit) => ({ type: 'edit-setting', edit }),
  help: (edit) => ({ type: 'edit-command-query', edit }),
  palette: (edit) => ({ type: 'edit-command-query', edit }),
};

/** Whether letters are typed there rather than commands. */
export function isTypedInto(focus: Focus): boolean {
  return typing[focus] !== undefined;
}

/** How typing into the focused field changes the state; null where nothing is typed into. */
export function typingInto(ui: UiState): ((edit: TextEdit) => UiAction) | null {
  return typing[focusOf(ui)] ?? null;
}
