import { locateCursor } from '../../state/visible-publications.ts';
import { type Availability, always, type Command, type CommandContext } from '../command.ts';
import { nothingPublished } from './publication-commands.ts';
import { scrollingCommands } from './scrolling.ts';

function hasPublications({ engine }: CommandContext): Availability {
  return engine.publications.size > 0 || nothingPublished;
}

export const listMoves = scrollingCommands({
  focus: 'list',
  id: 'list',
  hint: null,
  hasLetters: true,
  position: ({ ui, visible }) => locateCursor(visible, ui.list.cursor),
  goTo: ({ actions }, position) => actions.moveCursorTo(position),
});

export const openPublish: Command = always({
  id: 'publish.open',
  title: 'publish a file or a folder',
  hint: 'publish',
  keys: ['p', 'a'],
  focus: ['list', 'card'],
  run: ({ actions }) => actions.openBrowser(),
});

/** Works there too, but the bar has better uses for the room. */
export const openPublishFromDetail: Command = {
  ...openPublish,
  id: 'publish.open-from-detail',
  hint: null,
  focus: ['detail'],
};

export const listViewCommands: Command[] = [
  {
    id: 'list.filter',
    title: 'filter by name or info hash',
    hint: 'filter',
    keys: ['/'],
    focus: ['list'],
    when: hasPublications,
    run: ({ dispatch }) => dispatch({ type: 'start-filter' }),
  },
  {
    id: 'list.sort',
    title: 'sort by the next order',
    hint: 'sort',
    keys: ['s'],
    focus: ['list'],
    when: hasPublications,
    run: ({ dispatch }) => dispatch({ type: 'cycle-sort' }),
  },
  {
    id: 'list.clear-filter',
    title: 'clear the filter',
    hint: 'all',
    keys: ['escape'],
    focus: ['list'],
    when: ({ ui }) => ui.list.filter.value !== '',
    run: ({ dispatch }) => dispatch({ type: 'clear-filter' }),
  },
];

export const filterCommands: Command[] = [
  always({
    id: 'list-filter.keep',
    title: 'keep the filter',
    hint: 'keep',
    keys: ['enter', 'down', 'up', 'tab'],
    focus: ['list-filter'],
    run: ({ dispatch }) => dispatch({ type: 'keep-filter' }),
  }),
  always({
    id: 'list-filter.clear',
    title: 'clear the filter',
    hint: 'clear',
    keys: ['escape'],
    focus: ['list-filter'],
    run: ({ dispatch }) => dispatch({ type: 'clear-filter' }),
  }),
];
