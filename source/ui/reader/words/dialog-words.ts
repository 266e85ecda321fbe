import { answersOf, type Dialog, isQuestion } from '../../state/dialogs.ts';
import { dialogEffects, dialogSubject, dialogTitle } from '../../views/dialog-words.ts';
import { listPage, type Reading, reading, type View } from '../reading.ts';

const fieldLabels = { 'confirm-delete': 'Name', limit: 'Limit', move: 'Path' } as const;

/** A question before something is done: what goes, what stays, and the answers. */
export function readDialog({ engine }: View, dialog: Dialog): Reading {
  const name = engine.publications.get(dialogSubject(dialog))?.name ?? '';
  const isAsking = isQuestion(dialog);
  const effects = dialogEffects(dialog, { name, limit: engine.status?.limit });
  const heads = [
    { key: 'title', text: `${dialogTitle(dialog, name)}${isAsking ? '?' : '.'}`, when: null },
    ...effects.map((text, index) => ({
      key: `effect ${index}`,
      text,
      // where the data is that goes comes a moment later
      when: dialog.name === 'confirm-delete' ? dialog.path : null,
    })),
  ];
  if ('typed' in dialog) {
    return reading(dialog.name, {
      heads: [...heads, { key: 'keys', text: 'Enter takes it, Escape cancels.', when: null }],
      field: { label: fieldLabels[dialog.name], text: dialog.typed },
    });
  }
  return reading(dialog.name, {
    heads: [
      ...heads,
      {
        key: 'keys',
        text: 'Tab goes to the next answer, Enter takes it, Escape cancels.',
        when: null,
      },
    ],
    page: listPage(answersOf(dialog), dialog.choice, (answer) => ({ key: answer, text: answer })),
  });
}
