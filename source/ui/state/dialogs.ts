import type { TextEdit, TextState } from './text-state.ts';
import { editText, emptyText } from './text-state.ts';

/** A question with a few answers; the first, which changes nothing, is chosen until moved. */
export type ChoiceDialog =
  | { name: 'confirm-remove'; ids: readonly number[]; choice: number }
  | { name: 'confirm-stop'; choice: number };

/** Deleting data, which nothing undoes, takes the name typed. */
export interface DeleteDialog {
  name: 'confirm-delete';
  id: number;
  /** What has to be typed. */
  publication: string;
  /** Where the data is. */
  path: string;
  size: number;
  typed: TextState;
}

export type Dialog = ChoiceDialog | DeleteDialog;

export type DialogAction =
  | { type: 'ask-to-remove'; ids: readonly number[] }
  | { type: 'ask-to-stop' }
  | { type: 'ask-to-delete'; id: number; publication: string; path: string; size: number }
  | { type: 'choose-answer'; choice: number }
  | { type: 'edit-typed-name'; edit: TextEdit };

/** The answers a dialog has, in the order they are shown. */
export function answersOf(dialog: ChoiceDialog): readonly string[] {
  if (dialog.name === 'confirm-stop') return ['Keep it running', 'Stop it'];
  return dialog.ids.length === 1
    ? ['Keep it', 'Remove it', 'Delete its data too']
    : ['Keep them', 'Remove them'];
}

export function isDialog(overlay: { name: string } | null): overlay is Dialog {
  return overlay?.name.startsWith('confirm-') ?? false;
}

/** Opens a dialog or changes the one in front; null when the action is about neither. */
export function reduceDialog(dialog: Dialog | null, action: DialogAction): Dialog | null {
  switch (action.type) {
    case 'ask-to-remove':
      return { name: 'confirm-remove', ids: action.ids, choice: 0 };
    case 'ask-to-stop':
      return { name: 'confirm-stop', choice: 0 };
    case 'ask-to-delete': {
      const { type: _, ...what } = action;
      return { name: 'confirm-delete', ...what, typed: emptyText };
    }
    case 'choose-answer':
      return dialog && dialog.name !== 'confirm-delete'
        ? { ...dialog, choice: action.choice }
        : dialog;
    case 'edit-typed-name':
      return dialog?.name === 'confirm-delete'
        ? { ...dialog, typed: editText(dialog.typed, action.edit) }
        : dialog;
  }
}
