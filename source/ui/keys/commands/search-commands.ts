import { always, type Command, type CommandContext } from '../command.ts';
import type { Focus } from '../focus.ts';
import { scrollingCommands } from './scrolling.ts';

const searches: readonly Focus[] = ['help', 'palette'];

function searchOf({ ui }: CommandContext) {
  return ui.overlay?.name === 'help' || ui.overlay?.name === 'palette' ? ui.overlay : null;
}

/** Runs what the cursor is on, as if its key had been pressed in the view behind. */
function runChosen(context: CommandContext): void {
  const row = context.commandRows()[searchOf(context)?.place ?? 0];
  if (!row) return;
  if (row.reason !== null) {
    context.actions.refuse(row.reason);
    return;
  }
  context.dispatch({ type: 'close-overlay' });
  row.command.run(context.refresh());
}

const moves = searches.flatMap((focus) =>
  scrollingCommands({
    focus,
    id: focus,
    hint: null,
    hasLetters: false,
    position: (context) => searchOf(context)?.place ?? 0,
    goTo(context, position) {
      const last = context.commandRows().length - 1;
      const place = Math.max(0, Math.min(position, last));
      context.dispatch({ type: 'put-command-cursor', place });
    },
  }),
);

/** The keys of help and of the command palette: both are lists of commands that one types into. */
export const searchCommands: Command[] = [
  ...moves,
  always({
    id: 'search.run',
    title: 'run it',
    hint: 'run',
    keys: ['enter'],
    focus: searches,
    run: runChosen,
  }),
  {
    id: 'search.clear',
    title: 'clear what is typed, then close',
    hint: 'clear',
    keys: ['escape'],
    focus: searches,
    when: (context) => searchOf(context)?.query.value !== '',
    run: ({ dispatch }) => dispatch({ type: 'clear-command-query' }),
  },
  always({
    id: 'search.close',
    title: 'close',
    hint: 'close',
    keys: ['escape', 'ctrl+g', 'ctrl+o'],
    focus: searches,
    run: ({ dispatch }) => dispatch({ type: 'close-overlay' }),
  }),
];
