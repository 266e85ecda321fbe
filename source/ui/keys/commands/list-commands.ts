import { commandSummaries } from '../../../command-summaries.ts';
import { locateCursor, markedIds } from '../../state/visible-publications.ts';
import { type Availability, always, type Command, type CommandContext } from '../command.ts';
import { nothingPublished } from './availability.ts';
import { scrollingCommands } from './scrolling.ts';

function hasPublications({ engine }: CommandContext): Availability {
  return engine.publications.size > 0 || nothingPublished;
}

function hasVisible(context: CommandContext): Availability {
  if (context.visible.length > 0) return true;
  return context.engine.publications.size > 0 ? 'Nothing is shown to mark.' : nothingPublished;
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
  cli: 'publish',
  title: commandSummaries.publish,
  hint: 'publish',
  keys: ['p', 'a'],
  focus: ['list', 'card'],
  run: ({ actions }) => actions.openBrowser('publish'),
});

/** The torrent is chosen where anything is that is published. */
export const openAdopt: Command = always({
  id: 'adopt.open',
  cli: 'adopt',
  title: commandSummaries.adopt,
  hint: null,
  keys: [],
  focus: ['list', 'detail', 'card'],
  run: ({ actions }) => actions.openBrowser('adopt'),
});

/** Works there too, but the bar has better uses for the room. */
export const openPublishFromDetail: Command = {
  ...openPublish,
  id: 'publish.open-from-detail',
  hint: null,
  focus: ['detail', 'tracker', 'health', 'log'],
};

export const markCommands: Command[] = [
  {
    id: 'list.mark',
    name: 'mark',
    title: 'mark or unmark for keys to act on, and go on',
    hint: 'mark',
    keys: ['space'],
    focus: ['list'],
    when: hasVisible,
    run(context) {
      const { ui, visible, dispatch, actions } = context;
      if (ui.list.rangeFrom !== null) {
        keepRange(context);
        return;
      }
      const position = locateCursor(visible, ui.list.cursor);
      const publication = visible[position];
      if (!publication) return;
      dispatch({ type: 'toggle-mark', id: publication.id });
      actions.moveCursorTo(position + 1);
    },
  },
  {
    id: 'list.mark-range',
    name: 'mark range',
    title: 'mark a range: begin, move, end',
    hint: null,
    keys: ['v'],
    focus: ['list'],
    when: hasVisible,
    run(context) {
      const { ui, visible, dispatch } = context;
      const publication = visible[locateCursor(visible, ui.list.cursor)];
      if (ui.list.rangeFrom !== null) keepRange(context);
      else if (publication) dispatch({ type: 'begin-range', id: publication.id });
    },
  },
  {
    id: 'list.mark-all',
    name: 'mark all',
    title: 'mark all that the filter shows',
    hint: null,
    keys: ['A'],
    focus: ['list'],
    when: hasVisible,
    run: ({ visible, dispatch }) => dispatch({ type: 'mark', ids: visible.map(({ id }) => id) }),
  },
  {
    id: 'list.invert-marks',
    name: 'invert marks',
    title: 'invert the marks of all that the filter shows',
    hint: null,
    keys: ['*'],
    focus: ['list'],
    when: hasVisible,
    run: ({ visible, dispatch }) =>
      dispatch({ type: 'invert-marks', ids: visible.map(({ id }) => id) }),
  },
];

/** Marks what the range covers, and ends it. */
function keepRange({ ui, engine, visible, dispatch }: CommandContext): void {
  dispatch({ type: 'mark', ids: [...markedIds(ui.list, engine.publications, visible)] });
  dispatch({ type: 'end-range' });
}

export const listViewCommands: Command[] = [
  {
    id: 'list.filter',
    name: 'filter',
    title: 'filter by name or info hash',
    hint: 'filter',
    keys: ['/'],
    focus: ['list'],
    when: hasPublications,
    run: ({ dispatch }) => dispatch({ type: 'start-filter' }),
  },
  {
    id: 'list.sort',
    name: 'sort',
    title: 'sort by the next key',
    hint: 'sort',
    keys: ['s'],
    focus: ['list'],
    when: hasPublications,
    run: ({ dispatch }) => dispatch({ type: 'cycle-sort' }),
  },
  {
    id: 'list.reverse-sort',
    name: 'reverse sort',
    title: 'sort the other way round',
    hint: null,
    keys: ['S'],
    focus: ['list'],
    when: hasPublications,
    run: ({ dispatch }) => dispatch({ type: 'reverse-sort' }),
  },
  {
    id: 'list.hold',
    name: 'hold',
    title: 'hold the order as it is, or let it go on',
    hint: null,
    keys: ['f'],
    focus: ['list'],
    when: hasPublications,
    run({ ui, visible, dispatch }) {
      if (ui.list.held) dispatch({ type: 'release-order' });
      else dispatch({ type: 'hold-order', ids: visible.map(({ id }) => id) });
    },
  },
  {
    id: 'list.cancel-range',
    title: 'give up the range',
    hint: 'no range',
    keys: ['escape'],
    focus: ['list'],
    when: ({ ui }) => ui.list.rangeFrom !== null,
    run: ({ dispatch }) => dispatch({ type: 'end-range' }),
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
  {
    id: 'list.clear-marks',
    name: 'unmark all',
    title: 'unmark all',
    hint: 'unmark',
    keys: ['escape'],
    focus: ['list'],
    // marks of what was removed stay, for it to come back with
    when: ({ ui, engine }) => [...ui.list.marks].some((id) => engine.publications.has(id)),
    run: ({ dispatch }) => dispatch({ type: 'clear-marks' }),
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
