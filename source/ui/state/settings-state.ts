import type { SettingSummary } from '../../control/engine.ts';
import { editText, emptyText, type TextEdit, type TextState, textOf } from './text-state.ts';

export interface SettingsState {
  /** Null until the engine has told them. */
  settings: readonly SettingSummary[] | null;
  /** Words that key or meaning of a setting must have to be shown. */
  filter: TextState;
  isFiltering: boolean;
  /** The row the cursor is on, of those shown. */
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
  | { type: 'start-settings-filter' }
  | { type: 'edit-settings-filter'; edit: TextEdit }
  | { type: 'keep-settings-filter' }
  | { type: 'clear-settings-filter' }
  | { type: 'type-setting' }
  | { type: 'edit-setting'; edit: TextEdit }
  | { type: 'refuse-setting'; refusal: string }
  | { type: 'leave-setting' };

export const initialSettingsState: SettingsState = {
  settings: null,
  filter: emptyText,
  isFiltering: false,
  place: 0,
  typed: null,
  refusal: null,
  replaced: null,
};

/** The settings that the filter keeps. */
export function shownSettings({
  settings,
  filter,
}: Pick<SettingsState, 'settings' | 'filter'>): readonly SettingSummary[] {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return settings ?? [];
  return (settings ?? []).filter(({ key, meaning }) => {
    const text = `${key} ${meaning}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The setting the cursor is on. */
export function focusedSetting(state: SettingsState): SettingSummary | null {
  return shownSettings(state)[state.place] ?? null;
}

export function reduceSettings(state: SettingsState, action: SettingsAction): SettingsState {
  switch (action.type) {
    case 'show-settings':
      return { ...state, settings: action.settings, typed: null, refusal: null };
    case 'remember-setting':
      return { ...state, replaced: { key: action.key, value: action.value } };
    case 'put-settings-cursor':
      return { ...state, place: action.place };
    case 'start-settings-filter':
      return { ...state, isFiltering: true };
    case 'edit-settings-filter':
      return { ...state, filter: editText(state.filter, action.edit), place: 0 };
    case 'keep-settings-filter':
      return { ...state, isFiltering: false };
    case 'clear-settings-filter': {
      // it stays on its setting, which is somewhere else among all
      const setting = focusedSetting(state);
      const place = setting ? (state.settings?.indexOf(setting) ?? 0) : 0;
      return { ...state, filter: emptyText, isFiltering: false, place };
    }
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
