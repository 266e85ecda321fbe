import { always, type Command } from '../command.ts';

/** Narrowing down the settings by typing. */
export const settingsFilterCommands: Command[] = [
  {
    id: 'settings.filter',
    name: 'filter',
    title: 'filter by name or meaning',
    hint: 'filter',
    keys: ['/'],
    focus: ['settings'],
    when: ({ ui }) => ui.settings.settings !== null || 'The settings have not come yet.',
    run: ({ dispatch }) => dispatch({ type: 'start-settings-filter' }),
  },
  {
    id: 'settings.clear-filter',
    title: 'clear the filter',
    hint: 'all',
    keys: ['escape'],
    focus: ['settings'],
    when: ({ ui }) => ui.settings.filter.value !== '',
    run: ({ dispatch }) => dispatch({ type: 'clear-settings-filter' }),
  },
  always({
    id: 'settings-filter.keep',
    title: 'keep the filter',
    hint: 'keep',
    keys: ['enter', 'down', 'up', 'tab'],
    focus: ['settings-filter'],
    run: ({ dispatch }) => dispatch({ type: 'keep-settings-filter' }),
  }),
  always({
    id: 'settings-filter.clear',
    title: 'clear the filter',
    hint: 'clear',
    keys: ['escape'],
    focus: ['settings-filter'],
    run: ({ dispatch }) => dispatch({ type: 'clear-settings-filter' }),
  }),
];
