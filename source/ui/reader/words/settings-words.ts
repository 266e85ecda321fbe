import type { SettingSummary } from '../../../control/engine.ts';
import { counted } from '../../components/counted.ts';
import { focusedSetting, shownSettings } from '../../state/settings-state.ts';
import { whenItCounts } from '../../views/SettingsView.tsx';
import { listPage, type Reading, reading, type Sentence, type View } from '../reading.ts';

/** Every setting: its value, what it means and takes. */
export function readSettings({ ui: { settings: state } }: View): Reading {
  if (!state.settings) return reading('settings coming', {});
  const shown = shownSettings(state);
  const { filter, isFiltering, typed, refusal } = state;
  const matching = filter.value === '' ? '' : ` match ${filter.value}`;
  const focused = focusedSetting(state);
  return reading('settings', {
    heads: [
      { key: 'title', text: 'The settings. Enter changes one.', when: null },
      { key: 'count', text: `${counted(shown.length, 'setting')}${matching}.` },
      ...(refusal === null ? [] : [{ key: 'refusal', text: `Not possible: ${refusal}` }]),
    ],
    page: listPage(shown, state.place, (setting) =>
      state.asked.some(({ key }) => key === setting.key)
        ? askedSentence(setting)
        : settingSentence(setting),
    ),
    field: typed
      ? { label: focused?.key ?? 'Value', text: typed }
      : isFiltering
        ? { label: 'Filter', text: filter }
        : null,
  });
}

/** It was asked for, and is not answered yet. */
function askedSentence({ key, value }: SettingSummary): Sentence {
  return { key, text: `${key} is being changed to ${orNothing(value)}.` };
}

function settingSentence(setting: SettingSummary): Sentence {
  const { key, value, default: usual, meaning, allowed, afterRestart } = setting;
  const state = value === usual ? 'the default' : `the default is ${orNothing(usual)}`;
  return {
    key,
    text: `${key} is ${orNothing(value)}, ${state}. ${meaning} It takes ${allowed}. ${whenItCounts(setting)}`,
    when: `${value} ${afterRestart}`,
  };
}

function orNothing(value: string): string {
  return value === '' ? 'nothing' : value;
}
