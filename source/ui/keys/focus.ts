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
  | 'confirm-stop'
  | 'limit'
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

export function focusOf(ui: UiState): Focus {
  if (isTooSmall(ui)) return 'too-small';
  return ui.overlay?.name ?? focusBehindOverlay(ui);
}

/** The focus that comes back when the overlay is closed; the one help is about. */
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

/** How typing into the focused field changes the state; null where nothing is typed into. */
export function typingInto(ui: UiState): ((edit: TextEdit) => UiAction) | null {
  switch (focusOf(ui)) {
    case 'list-filter':
      return (edit) => ({ type: 'edit-filter', edit });
    case 'settings-filter':
      return (edit) => ({ type: 'edit-settings-filter', edit });
    case 'browser':
      return (edit) => ({ type: 'edit-browser-filter', edit });
    case 'browser-path':
      return (edit) => ({ type: 'edit-path', edit });
    case 'form':
      return (edit) => ({ type: 'edit-field', edit });
    case 'confirm-delete':
      return (edit) => ({ type: 'edit-typed-name', edit });
    case 'limit':
      return (edit) => ({ type: 'edit-limit', edit });
    case 'adopt':
      return (edit) => ({ type: 'edit-data', edit });
    case 'setting':
      return (edit) => ({ type: 'edit-setting', edit });
    case 'help':
    case 'palette':
      return (edit) => ({ type: 'edit-command-query', edit });
    default:
      return null;
  }
}
