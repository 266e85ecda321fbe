import type { TextEdit, TextState } from './text-state.ts';
import { editText, emptyText, textOf } from './text-state.ts';

/** A question with a few answers; the first, which changes nothing, is chosen until moved. */
export type ChoiceDialog =
  | { name: 'confirm-remove'; ids: readonly number[]; choice: number }
  | { name: 'confirm-cancel'; job: string; path: string; choice: number }
  | { name: 'confirm-stop'; choice: number };

/** Deleting data, which nothing undoes, takes the name typed. */
export interface DeleteDialog {
  name: 'confirm-delete';
  id: number;
  /** What has to be typed. */
  publication: string;
  /** Where the data is; null until the engine has told. */
  path: string | null;
  size: number;
  typed: TextState;
}

/** An upload limit that is typed. */
export interface LimitDialog {
  name: 'limit';
  /** Of these publications, each for itself; null for all uploads together. */
  ids: readonly number[] | null;
  typed: TextState;
  /** The limit it has now, as it was filled in: what is typed takes its place. */
  offered: string;
}

/** Where the data of a publication is now, as a path that is typed. */
export interface MoveDialog {
  name: 'move';
  id: number;
  typed: TextState;
}

export type Dialog = ChoiceDialog | DeleteDialog | LimitDialog | MoveDialog;

export type DialogAction =
  | { type: 'ask-to-remove'; ids: readonly number[] }
  | { type: 'ask-to-stop' }
  | { type: 'ask-to-cancel-job'; job: string; path: string }
  | { type: 'ask-to-delete'; id: number; publication: string; size: number }
  | { type: 'tell-path-to-delete'; id: number; path: string }
  /** `value` is null while the limit it has now is asked for; then `offer-limit` tells. */
  | { type: 'ask-for-limit'; ids: LimitDialog['ids']; value: string | null }
  | { type: 'offer-limit'; ids: LimitDialog['ids']; value: string }
  | { type: 'edit-limit'; edit: TextEdit }
  | { type: 'ask-where-it-is'; id: number }
  | { type: 'edit-place'; edit: TextEdit }
  | { type: 'choose-answer'; choice: number }
  | { type: 'edit-typed-name'; edit: TextEdit };

/** The answers a dialog has, in the order they are shown. */
export function answersOf(dialog: ChoiceDialog): readonly string[] {
  if (dialog.name === 'confirm-stop') return ['Keep it running', 'Stop it'];
  if (dialog.name === 'confirm-cancel') return ['Let it go on', 'Cancel it'];
  return dialog.ids.length === 1
    ? ['Keep it', 'Remove it', 'Delete its data too']
    : ['Keep them', 'Remove them'];
}

export function isDialog(overlay: { name: string } | null): overlay is Dialog {
  return overlay !== null && (['limit', 'move'].includes(overlay.name) || isQuestion(overlay));
}

/** Whether something is asked that an answer can do harm by: a limit can be taken back. */
export function isQuestion(overlay: { name: string } | null): boolean {
  return overlay?.name.startsWith('confirm-') ?? false;
}

export function isChoice(dialog: Dialog): dialog is ChoiceDialog {
  return ['confirm-remove', 'confirm-cancel', 'confirm-stop'].includes(dialog.name);
}

/** Opens a dialog or changes the one in front; null when the action is about neither. */
export function reduceDialog(dialog: Dialog | null, action: DialogAction): Dialog | null {
  switch (action.type) {
    case 'ask-to-remove':
      return { name: 'confirm-remove', ids: action.ids, choice: 0 };
    case 'ask-to-stop':
      return { name: 'confirm-stop', choice: 0 };
    case 'ask-to-cancel-job':
      return { name: 'confirm-cancel', job: action.job, path: action.path, choice: 0 };
    case 'ask-to-delete': {
      const { type: _, ...what } = action;
      return { name: 'confirm-delete', ...what, path: null, typed: emptyText };
    }
    case 'tell-path-to-delete':
      return dialog?.name === 'confirm-delete' && dialog.id === action.id
        ? { ...dialog, path: action.path }
        : dialog;
    case 'ask-for-limit':
      return offerLimit(action.ids, action.value ?? '');
    case 'offer-limit':
      // what was typed meanwhile stays
      return dialog?.name === 'limit' && dialog.ids === action.ids && dialog.typed.value === ''
        ? offerLimit(action.ids, action.value)
        : dialog;
    case 'edit-limit':
      return dialog?.name === 'limit'
        ? { ...dialog, typed: editLimit(dialog, action.edit) }
        : dialog;
    case 'ask-where-it-is':
      return { name: 'move', id: action.id, typed: emptyText };
    case 'edit-place':
      return dialog?.name === 'move'
        ? { ...dialog, typed: editText(dialog.typed, action.edit) }
        : dialog;
    case 'choose-answer':
      return dialog && isChoice(dialog) ? { ...dialog, choice: action.choice } : dialog;
    case 'edit-typed-name':
      return dialog?.name === 'confirm-delete'
        ? { ...dialog, typed: editText(dialog.typed, action.edit) }
        : dialog;
  }
}

function offerLimit(ids: LimitDialog['ids'], value: string): LimitDialog {
  return { name: 'limit', ids, typed: textOf(value), offered: value };
}

/** A rate that is typed is the same whether the limit so far was filled in before it or not. */
function editLimit({ typed, offered }: LimitDialog, edit: TextEdit): TextState {
  const isUntouched = typed.value === offered && typed.caret === offered.length;
  return editText(isUntouched && edit.type === 'insert' ? emptyText : typed, edit);
}
