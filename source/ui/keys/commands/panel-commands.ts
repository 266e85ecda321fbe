import { commandSummaries } from '../../../command-summaries.ts';
import { type ListPanel, loggedEvents, type Panel } from '../../state/panel-state.ts';
import { locateCursor } from '../../state/visible-publications.ts';
import { always, type Command, type CommandContext } from '../command.ts';
import { everyView } from '../focus.ts';
import { scrollingCommands } from './scrolling.ts';

const openFrom = everyView.filter((focus) => focus !== 'failed');

function openPanel(
  panel: Panel,
  key: string,
  words: { title: string } & Pick<Command, 'name' | 'cli'>,
): Command {
  return always({
    id: `${panel}.open`,
    ...words,
    hint: panel,
    keys: [key],
    focus: openFrom.filter((focus) => focus !== panel),
    run: ({ dispatch }) => dispatch({ type: 'open-panel', panel }),
  });
}

/** To the views of the whole box. */
export const openPanelCommands: Command[] = [
  openPanel('health', 'H', { cli: 'health', title: 'what is not healthy, and what to do' }),
  openPanel('log', 'L', { cli: 'logs', title: 'the log: what happened, and who asked' }),
  openPanel('tracker', 'T', { cli: 'tracker', title: 'the tracker and its swarms' }),
  {
    ...openPanel('tracker', 'T', { cli: 'status', title: commandSummaries.status }),
    id: 'status.open',
    hint: null,
    keys: [],
  },
];

interface Row {
  id: number;
  publication: number | null;
}

/** The rows of a panel; of an event, the publication it is about. */
function rowsOf(panel: ListPanel, { ui, engine }: CommandContext): readonly Row[] {
  if (panel === 'log') return loggedEvents(engine.events, ui.panels.isErrorsOnly);
  return engine.problems?.reports.map(({ id }) => ({ id, publication: id })) ?? [];
}

function movesIn(panel: ListPanel): Command[] {
  return scrollingCommands({
    focus: panel,
    id: panel,
    hint: 'move',
    hasLetters: true,
    position: (context) => locateCursor(rowsOf(panel, context), context.ui.panels[panel]),
    goTo(context, position) {
      const rows = rowsOf(panel, context);
      const index = Math.max(0, Math.min(position, rows.length - 1));
      const row = rows[index];
      const cursor = row ? { id: row.id, index } : null;
      context.dispatch({ type: 'put-panel-cursor', panel, cursor });
    },
  });
}

function openRow(panel: ListPanel): Command {
  const publicationOf = (context: CommandContext) => {
    const rows = rowsOf(panel, context);
    const id = rows[locateCursor(rows, context.ui.panels[panel])]?.publication;
    return id == null ? undefined : context.engine.publications.get(id);
  };
  return {
    id: `${panel}.open-publication`,
    cli: 'show',
    title: 'open the publication',
    hint: 'open',
    keys: ['enter', 'right', 'l'],
    focus: [panel],
    when(context) {
      if (publicationOf(context)) return true;
      const isEmpty = rowsOf(panel, context).length === 0;
      return isEmpty ? 'Nothing is listed here.' : 'This is not about a publication that is here.';
    },
    run(context) {
      const publication = publicationOf(context);
      if (publication) context.dispatch({ type: 'open-detail', id: publication.id });
    },
  };
}

/** The keys within the panels. */
export const panelCommands: Command[] = [
  openRow('health'),
  ...movesIn('health'),
  openRow('log'),
  always({
    id: 'log.errors-only',
    name: 'errors only',
    title: 'errors only, or all',
    hint: 'errors only',
    keys: ['e'],
    focus: ['log'],
    run: ({ dispatch }) => dispatch({ type: 'toggle-errors-only' }),
  }),
  ...movesIn('log'),
  ...scrollingCommands({
    focus: 'tracker',
    id: 'tracker',
    hint: 'scroll',
    hasLetters: true,
    position: ({ ui, scrollEnd }) => Math.min(ui.panels.trackerScroll, scrollEnd()),
    goTo: ({ dispatch, scrollEnd }, position) =>
      dispatch({
        type: 'scroll-tracker',
        scroll: Math.max(0, Math.min(position, scrollEnd())),
      }),
  }),
];
