import { answersOf, type Dialog } from '../../state/dialogs.ts';
import { dialogEffects, dialogTitle } from '../../views/dialog-words.ts';
import { listPage, type Reading, reading, type View } from '../reading.ts';

/** A question before something is done: what goes, what stays, and the answers. */
export function readDialog({ engine }: View, dialog: Dialog): Reading {
  const [id = 0] = 'ids' in dialog ? (dialog.ids ?? []) : [];
  const name = engine.publications.get(id)?.name ?? '';
  const isQuestion = dialog.name !== 'limit';
  const effects = dialogEffects(dialog, { name, limit: engine.status?.limit });
  const heads = [
    { key: 'title', text: `${dialogTitle(dialog, name)}${isQuestion ? '?' : '.'}`, when: null },
    ...effects.map((text, index) => ({ key: `effect ${index}`, text, when: null })),
  ];
  if ('typed' in dialog) {
    const label = isQuestion ? 'Name' : 'Limit';
    return reading(dialog.name, {
      heads: [...heads, { key: 'keys', text: 'Enter takes it, Escape cancels.', when: null }],
      field: { label, text: dialog.typed },
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
