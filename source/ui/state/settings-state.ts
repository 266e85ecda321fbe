import type { SettingSummary } from '../../control/engine.ts';
import { editText, type TextEdit, type TextState, textOf } from './text-state.ts';

export interface SettingsState {
  /** Null until the engine has told them. */
  settings: readonly SettingSummary[] | null;
  /** The row the cursor is on. */
  place: number;
  /** The value being typed, or null. */
  typed: TextState | null;
  /** Why what was typed cannot be, in the engine's words. */
  refusal: string | null;
  /** What the setting that was changed last was before; null when none was. */
  replaced: { key: string; value: string } | null;
}

export type SettingsAction =
  | { type: 'show-settings'; settings: readonly SettingSummary[] }
  | { type: 'remember-setting'; key: string; value: string }
  | { type: 'put-settings-cursor'; place: number }
  | { type: 'type-setting' }
  | { type: 'edit-setting'; edit: TextEdit }
  | { type: 'refuse-setting'; refusal: string }
  | { type: 'leave-setting' };

export const initialSettingsState: SettingsState = {
  settings: null,
  place: 0,
  typed: null,
  refusal: null,
  replaced: null,
};

/** The setting the cursor is on. */
export function focusedSetting({ settings, place }: SettingsState): SettingSummary | null {
  return settings?.[place] ?? null;
}

export function reduceSettings(state: SettingsState, action: SettingsAction): SettingsState {
  switch (action.type) {
    case 'show-settings':
      return { ...state, settings: action.settings, typed: null, refusal: null };
    case 'remember-setting':
      return { ...state, replaced: { key: action.key, value: action.value } };
    case 'put-settings-cursor':
      return { ...state, place: action.place };
    case 'type-setting': {
      const setting = focusedSetting(state);
      return setting ? { ...state, typed: textOf(setting.value), refusal: null } : state;
    }
    case 'edit-setting':
      return state.typed
        ? { ...state, typed: editText(state.typed, action.edit), refusal: null }
        : state;
    case 'refuse-setting':
      return { ...state, refusal: action.refusal };
    case 'leave-setting':
      return { ...state, typed: null, refusal: null };
  }
}
