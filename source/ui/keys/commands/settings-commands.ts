import { bindingsIn, bindingsOf, type Preferences } from '../../state/preferences.ts';
import { focusedSetting, shownSettings } from '../../state/settings-state.ts';
import { always, type Command, type CommandContext } from '../command.ts';
import { everyView } from '../focus.ts';
import { scrollingCommands } from './scrolling.ts';

function hasChoices({ ui }: CommandContext): boolean {
  return (focusedSetting(ui.settings)?.choices.length ?? 0) > 0;
}

/** Changes the focused setting to another of its few values. */
function stepThroughChoices({ ui, actions }: CommandContext, by: 1 | -1): void {
  const setting = focusedSetting(ui.settings);
  if (!setting) return;
  const { key, choices, value } = setting;
  const next = choices.at((choices.indexOf(value) + by) % choices.length);
  if (next !== undefined) void actions.setSetting(key, next);
}

/** The keys that are typed, when it is they that are. */
function typedBindings({ ui: { settings } }: CommandContext): Preferences['bindings'] | null {
  const isKeys = settings.typed && focusedSetting(settings)?.key === 'dashboard.keys';
  return isKeys ? bindingsOf(bindingsIn(settings.typed?.value ?? '')) : null;
}

/** Why there is no setting to do anything to. */
function noSetting({ ui }: CommandContext): string {
  return ui.settings.settings ? 'No setting is shown.' : 'The settings have not come yet.';
}

export const openSettings: Command = {
  id: 'settings.open',
  cli: 'config',
  title: 'the settings: read and change them',
  hint: 'settings',
  keys: [','],
  focus: everyView.filter((focus) => focus !== 'settings' && focus !== 'failed'),
  when: ({ engine }) => engine.link.phase === 'online' || 'Not now: the engine is not there.',
  run: ({ actions }) => void actions.openSettings(),
};

export const settingsCommands: Command[] = [
  {
    id: 'settings.choose',
    name: 'next value',
    title: 'the next of its values',
    hint: 'change',
    keys: ['enter', 'space', 'right', 'l'],
    focus: ['settings'],
    when: hasChoices,
    run: (context) => stepThroughChoices(context, 1),
  },
  {
    id: 'settings.choose-back',
    title: 'the value before',
    hint: null,
    keys: ['left', 'h'],
    focus: ['settings'],
    when: hasChoices,
    run: (context) => stepThroughChoices(context, -1),
  },
  {
    id: 'settings.edit',
    name: 'change setting',
    title: 'type another value',
    hint: 'change',
    keys: ['enter', 'e'],
    focus: ['settings'],
    when: (context) => focusedSetting(context.ui.settings) !== null || noSetting(context),
    run: ({ dispatch }) => dispatch({ type: 'type-setting' }),
  },
  {
    id: 'settings.reset',
    name: 'reset setting',
    title: 'back to its default',
    hint: 'default',
    keys: ['d'],
    focus: ['settings'],
    when(context) {
      const setting = focusedSetting(context.ui.settings);
      if (!setting) return noSetting(context);
      return setting.value !== setting.default || 'It has its default.';
    },
    run({ ui, actions }) {
      const setting = focusedSetting(ui.settings);
      if (setting) void actions.setSetting(setting.key, setting.default);
    },
  },
  {
    id: 'settings.undo',
    name: 'undo setting',
    title: 'take back the last change of a setting',
    hint: 'undo',
    keys: ['z'],
    focus: ['settings'],
    when: ({ ui }) => ui.settings.replaced !== null || 'There is nothing to take back.',
    run({ ui, actions }) {
      const { replaced } = ui.settings;
      if (replaced) void actions.setSetting(replaced.key, replaced.value);
    },
  },
  ...scrollingCommands({
    focus: 'settings',
    id: 'settings',
    hint: 'move',
    hasLetters: true,
    position: ({ ui }) => ui.settings.place,
    goTo({ ui, dispatch }, position) {
      const last = shownSettings(ui.settings).length - 1;
      dispatch({ type: 'put-settings-cursor', place: Math.max(0, Math.min(position, last)) });
    },
  }),
  {
    id: 'setting.keep',
    title: 'take the value that is typed',
    hint: 'take it',
    keys: ['enter'],
    focus: ['setting'],
    when(context) {
      // the engine does not know the dashboard's commands
      const bindings = typedBindings(context);
      return (bindings && context.bindingFault(bindings)) ?? true;
    },
    run(context) {
      const { ui, actions } = context;
      const setting = focusedSetting(ui.settings);
      if (!setting || !ui.settings.typed) return;
      const bindings = typedBindings(context);
      const note = bindings && context.takenKeys(bindings);
      void actions.setTypedSetting(setting.key, ui.settings.typed.value, note);
    },
  },
  always({
    id: 'setting.cancel',
    title: 'leave it as it was',
    hint: 'cancel',
    keys: ['escape'],
    focus: ['setting'],
    run: ({ dispatch }) => dispatch({ type: 'leave-setting' }),
  }),
];
