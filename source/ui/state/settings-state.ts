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
  replaced: Replaced | null;
  /** The changes that were asked for and not yet answered, the newest last. */
  asked: readonly AskedSetting[];
}

interface Replaced {
  key: string;
  value: string;
}

/** A change of a setting that was asked for; two of the same words are two. */
export interface AskedSetting {
  key: string;
  text: string;
}

export type SettingsAction =
  | { type: 'show-settings'; settings: readonly SettingSummary[] }
  | { type: 'ask-setting'; asked: AskedSetting }
  | { type: 'answer-setting'; asked: AskedSetting; settings: readonly SettingSummary[] }
  /** `replaced` is what could be taken back before it was asked for. */
  | {
      type: 'refuse-setting';
      asked: AskedSetting;
      refusal: string;
      replaced: Replaced | null;
      /** It goes back into the field that it was typed into, to be mended. */
      isMended: boolean;
    }
  | { type: 'put-settings-cursor'; place: number }
  | { type: 'start-settings-filter' }
  | { type: 'edit-settings-filter'; edit: TextEdit }
  | { type: 'keep-settings-filter' }
  | { type: 'clear-settings-filter' }
  | { type: 'type-setting' }
  | { type: 'edit-setting'; edit: TextEdit }
  | { type: 'leave-setting' };

export const initialSettingsState: SettingsState = {
  settings: null,
  filter: emptyText,
  isFiltering: false,
  place: 0,
  typed: null,
  refusal: null,
  replaced: null,
  asked: [],
};

/** All settings, those that were asked to change as they will be: keys act on what was asked last. */
function currentSettings({
  settings,
  asked,
}: Pick<SettingsState, 'settings' | 'asked'>): readonly SettingSummary[] {
  if (!settings || asked.length === 0) return settings ?? [];
  const texts = new Map(asked.map(({ key, text }) => [key, text]));
  return settings.map((setting) => ({
    ...setting,
    value: texts.get(setting.key) ?? setting.value,
  }));
}

/** The settings that the filter keeps. */
export function shownSettings(
  state: Pick<SettingsState, 'settings' | 'asked' | 'filter'>,
): readonly SettingSummary[] {
  const words = state.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const settings = currentSettings(state);
  if (words.length === 0) return settings;
  return settings.filter(({ key, meaning }) => {
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
      return { ...state, settings: action.settings };
    case 'ask-setting': {
      const { key } = action.asked;
      const before = currentSettings(state).find((setting) => setting.key === key);
      return {
        ...state,
        typed: null,
        refusal: null,
        asked: [...state.asked, action.asked],
        replaced: before ? { key, value: before.value } : state.replaced,
      };
    }
    case 'answer-setting':
      return {
        ...state,
        settings: action.settings,
        asked: state.asked.filter((one) => one !== action.asked),
      };
    case 'refuse-setting':
      return refuseSetting(state, action);
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
      const key = focusedSetting(state)?.key;
      const place = Math.max(
        0,
        currentSettings(state).findIndex((one) => one.key === key),
      );
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
    case 'leave-setting':
      return { ...state, typed: null, refusal: null };
  }
}

/** It is as it was, and can be mended where nothing else was begun meanwhile. */
function refuseSetting(
  state: SettingsState,
  { asked, refusal, replaced, isMended }: Extract<SettingsAction, { type: 'refuse-setting' }>,
): SettingsState {
  const next = {
    ...state,
    asked: state.asked.filter((one) => one !== asked),
    replaced: state.asked.at(-1) === asked ? replaced : state.replaced,
  };
  const isStillThere = state.typed === null && focusedSetting(state)?.key === asked.key;
  return isMended && isStillThere ? { ...next, typed: textOf(asked.text), refusal } : next;
}
