import { always, type Command, type CommandContext } from '../command.ts';
import { everyView, type Focus } from '../focus.ts';
import { scrollingCommands } from './scrolling.ts';

const everywhere: readonly Focus[] = [
  ...everyView,
  'too-small',
  'help',
  'palette',
  'qr',
  'confirm-remove',
  'confirm-delete',
  'confirm-cancel',
  'confirm-stop',
  'limit',
  'move',
  'list-filter',
  'settings-filter',
  'browser',
  'browser-path',
  'form',
  'adopt',
  'setting',
];

function within({ scrollEnd }: CommandContext, position: number): number {
  return Math.max(0, Math.min(position, scrollEnd()));
}

export const detailMoves = scrollingCommands({
  focus: 'detail',
  id: 'detail',
  hint: 'scroll',
  hasLetters: true,
  // what is shown may have become shorter than it was scrolled to
  position: (context) => within(context, context.ui.detail.scroll),
  goTo: (context, position) =>
    context.dispatch({ type: 'scroll-detail', scroll: within(context, position) }),
});

/** Elsewhere than in the list Esc leads back, so there only errors, which stay, go first. */
const dismissMessage: Command = {
  id: 'message.dismiss',
  title: 'dismiss the message',
  hint: null,
  keys: ['escape'],
  focus: ['list', 'detail', 'tracker', 'health', 'log', 'settings', 'card'],
  when({ ui }) {
    return ui.screen.name === 'list' ? ui.message !== null : ui.message?.kind === 'error';
  },
  run({ ui, dispatch }) {
    if (ui.message) dispatch({ type: 'dismiss-message', id: ui.message.id });
  },
};

export const backCommands: Command[] = [
  dismissMessage,
  always({
    id: 'view.back',
    name: 'back',
    title: 'back to what was shown before',
    hint: 'back',
    keys: ['escape', 'backspace'],
    focus: ['detail', 'tracker', 'health', 'log', 'settings', 'card'],
    run: ({ dispatch }) => dispatch({ type: 'go-back' }),
  }),
  always({
    id: 'list.open',
    cli: 'ls',
    title: 'to the list',
    hint: null,
    keys: [],
    focus: ['detail', 'tracker', 'health', 'log', 'settings', 'card'],
    run: ({ dispatch }) => dispatch({ type: 'go-to-list' }),
  }),
];

export const globalCommands: Command[] = [
  {
    id: 'engine.retry',
    cli: 'daemon',
    title: 'look for the engine now',
    hint: 'retry',
    keys: ['r'],
    focus: everyView,
    when: ({ engine }) => engine.link.phase === 'lost',
    run: ({ actions }) => actions.retryNow(),
  },
  always({
    id: 'help.open',
    name: 'help',
    title: 'the keys of this view',
    hint: 'help',
    keys: ['?'],
    focus: everyView,
    run: ({ dispatch }) => dispatch({ type: 'open-commands', name: 'help' }),
  }),
  always({
    id: 'palette.open',
    title: 'the command palette: every action, by name',
    hint: 'commands',
    keys: [':'],
    focus: everyView,
    run: ({ dispatch }) => dispatch({ type: 'open-commands', name: 'palette' }),
  }),
  always({
    id: 'help.open-while-typing',
    title: 'the keys of this view',
    hint: 'help',
    keys: ['ctrl+g'],
    focus: ['browser', 'browser-path', 'form', 'adopt'],
    run: ({ dispatch }) => dispatch({ type: 'open-commands', name: 'help' }),
  }),
  always({
    id: 'palette.open-while-typing',
    title: 'the command palette: every action, by name',
    hint: null,
    keys: ['ctrl+o'],
    focus: ['browser', 'browser-path', 'form', 'adopt'],
    run: ({ dispatch }) => dispatch({ type: 'open-commands', name: 'palette' }),
  }),
  always({
    id: 'detach',
    name: 'detach',
    title: 'detach: everseed goes on without this',
    hint: 'detach',
    keys: ['q'],
    focus: [...everyView, 'too-small'],
    run: ({ actions }) => actions.detach(),
  }),
  always({
    id: 'detach.anywhere',
    title: 'detach, from anywhere',
    hint: null,
    keys: ['ctrl+c'],
    focus: everywhere,
    run: ({ actions }) => actions.detach(),
  }),
  always({
    id: 'repaint',
    name: 'repaint',
    title: 'draw everything anew',
    hint: null,
    keys: ['ctrl+l'],
    focus: everywhere,
    run: ({ actions }) => actions.repaint(),
  }),
  always({
    id: 'suspend',
    name: 'suspend',
    title: 'suspend to the shell; fg comes back',
    hint: null,
    keys: ['ctrl+z'],
    focus: everywhere,
    run: ({ actions }) => actions.suspend(),
  }),
];
