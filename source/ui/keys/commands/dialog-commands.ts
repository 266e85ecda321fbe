import { stripControls } from '../../../format/terminal-text.ts';
import { parseLimit } from '../../../format/units.ts';
import { answersOf, type ChoiceDialog, isChoice, isDialog } from '../../state/dialogs.ts';
import { always, type Command, type CommandContext } from '../command.ts';
import { everyView, type Focus } from '../focus.ts';

const questions: readonly Focus[] = ['confirm-remove', 'confirm-cancel', 'confirm-stop'];

function questionOf({ ui }: CommandContext): ChoiceDialog | null {
  const { overlay } = ui;
  return isDialog(overlay) && isChoice(overlay) ? overlay : null;
}

function stepThroughAnswers(context: CommandContext, by: 1 | -1): void {
  const dialog = questionOf(context);
  if (!dialog) return;
  const count = answersOf(dialog).length;
  context.dispatch({ type: 'choose-answer', choice: (dialog.choice + by + count) % count });
}

/** Does what is chosen; the first answer of every question is to leave things as they are. */
function answer(context: CommandContext): void {
  const dialog = questionOf(context);
  const { actions } = context;
  context.dispatch({ type: 'close-overlay' });
  if (!dialog || dialog.choice === 0) return;
  if (dialog.name === 'confirm-stop') {
    void actions.stopEngine();
    return;
  }
  if (dialog.name === 'confirm-cancel') {
    void actions.cancelJob(dialog.job);
    return;
  }
  const [id] = dialog.ids;
  if (dialog.choice === 1) void actions.remove(dialog.ids);
  else if (id !== undefined) void actions.askToDelete(id);
}

export const askToStop: Command = {
  id: 'engine.stop',
  cli: 'stop',
  title: 'stop the engine and all seeding; asks first',
  hint: null,
  keys: [],
  focus: everyView,
  when: ({ engine }) => engine.link.phase === 'online' || 'The engine is not there.',
  run: ({ dispatch }) => dispatch({ type: 'ask-to-stop' }),
};

export const dialogCommands: Command[] = [
  always({
    id: 'question.answer',
    title: 'do what is chosen',
    hint: 'choose',
    keys: ['enter'],
    focus: questions,
    run: answer,
  }),
  always({
    id: 'question.next',
    title: 'the next answer',
    hint: 'other choice',
    keys: ['tab', 'right', 'down', 'l', 'j'],
    focus: questions,
    run: (context) => stepThroughAnswers(context, 1),
  }),
  always({
    id: 'question.previous',
    title: 'the answer before',
    hint: null,
    keys: ['shift+tab', 'left', 'up', 'h', 'k'],
    focus: questions,
    run: (context) => stepThroughAnswers(context, -1),
  }),
  always({
    id: 'question.cancel',
    title: 'leave things as they are',
    hint: 'cancel',
    keys: ['escape', 'n', 'q'],
    focus: questions,
    run: ({ dispatch }) => dispatch({ type: 'close-overlay' }),
  }),
  {
    id: 'delete.confirm',
    title: 'delete the data, once the name is typed',
    hint: 'delete',
    keys: ['enter'],
    focus: ['confirm-delete'],
    when({ ui }) {
      if (ui.overlay?.name !== 'confirm-delete') return false;
      const { typed, publication, path } = ui.overlay;
      if (path === null) return 'Where its data is has not come yet.';
      // as it is, or as it is shown
      const isName = [publication, stripControls(publication)].includes(typed.value);
      return isName || 'That is not its name: nothing is deleted.';
    },
    run({ ui, dispatch, actions }) {
      if (ui.overlay?.name !== 'confirm-delete') return;
      const { id } = ui.overlay;
      dispatch({ type: 'close-overlay' });
      void actions.removeWithData(id);
    },
  },
  {
    id: 'limit.set',
    title: 'take the limit that is typed',
    hint: 'limit',
    keys: ['enter'],
    focus: ['limit'],
    when({ ui }) {
      if (ui.overlay?.name !== 'limit') return false;
      const isLimit = parseLimit(ui.overlay.typed.value) !== undefined;
      return isLimit || 'It must be a rate such as 500K or 2M, or none.';
    },
    run({ ui, dispatch, actions }) {
      if (ui.overlay?.name !== 'limit') return;
      const { ids, typed } = ui.overlay;
      const limit = parseLimit(typed.value) ?? null;
      dispatch({ type: 'close-overlay' });
      if (ids === null) void actions.limitOverall(limit);
      else void actions.limit(ids, limit);
    },
  },
  always({
    id: 'limit.cancel',
    title: 'leave the limit as it is',
    hint: 'cancel',
    keys: ['escape'],
    focus: ['limit'],
    run: ({ dispatch }) => dispatch({ type: 'close-overlay' }),
  }),
  {
    id: 'move.set',
    title: 'serve it from there',
    hint: 'serve it from there',
    keys: ['enter'],
    focus: ['move'],
    when({ ui }) {
      if (ui.overlay?.name !== 'move') return false;
      return ui.overlay.typed.value.trim() !== '' || 'Type where its data is first.';
    },
    run({ ui, dispatch, actions }) {
      if (ui.overlay?.name !== 'move') return;
      const { id, typed } = ui.overlay;
      dispatch({ type: 'close-overlay' });
      void actions.moveTo(id, typed.value.trim());
    },
  },
  always({
    id: 'move.cancel',
    title: 'leave it where it is',
    hint: 'cancel',
    keys: ['escape'],
    focus: ['move'],
    run: ({ dispatch }) => dispatch({ type: 'close-overlay' }),
  }),
  always({
    id: 'delete.cancel',
    title: 'keep the data, and the publication',
    hint: 'cancel',
    keys: ['escape'],
    focus: ['confirm-delete'],
    run: ({ dispatch }) => dispatch({ type: 'close-overlay' }),
  }),
];
