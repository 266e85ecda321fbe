import { basename } from 'node:path';
import type { PublishOptions, PublishPreview } from '../../control/publishing.ts';
import { messageOf } from '../../errors.ts';
import { type FormField, formFields } from './form-fields.ts';
import { editText, emptyText, type TextEdit, type TextState, textOf } from './text-state.ts';

/** What to publish and how: the defaults come with the previews. */
export interface PublishForm {
  /** Each becomes a publication of its own. */
  paths: readonly string[];
  /** What the engine would make of each path, as far as it has answered. */
  previews: ReadonlyMap<string, PublishPreview>;
  /** Why paths cannot be published so, in the engine's words, until it has answered anew. */
  refusals: ReadonlyMap<string, string>;
  /** What is typed, by the id of the field. */
  texts: ReadonlyMap<string, TextState>;
  /** The place of what is chosen, by the id of the field, where it is not the first. */
  chosen: ReadonlyMap<string, number>;
  /** The id of the focused field; `more` opens the fields below it. */
  field: string;
  showsMore: boolean;
  /** Enter came before the previews did: publish as soon as they are here. */
  isSubmitted: boolean;
}

export type FormAction =
  | { type: 'show-preview'; path: string; preview: PublishPreview }
  | { type: 'refuse-path'; path: string; refusal: string }
  | { type: 'edit-field'; edit: TextEdit }
  | { type: 'go-to-field'; by: 1 | -1 }
  | { type: 'focus-field'; field: string }
  | { type: 'choose-in-field'; by: 1 | -1 }
  | { type: 'show-more' }
  | { type: 'submit-form' };

/** The row that opens the other fields. */
export const moreRow = 'more';

export function emptyForm(paths: readonly string[]): PublishForm {
  return {
    paths,
    previews: new Map(),
    refusals: new Map(),
    texts: new Map(),
    chosen: new Map(),
    field: fieldsOf({ paths, showsMore: false })[0]?.id ?? moreRow,
    showsMore: false,
    isSubmitted: false,
  };
}

/** The fields of a form, in the order Tab goes through them. */
export function fieldsOf({
  paths,
  showsMore,
}: Pick<PublishForm, 'paths' | 'showsMore'>): readonly FormField[] {
  return formFields(paths.length, showsMore);
}

/** The ids of what can have the focus: the fields, and the row that opens more of them. */
export function rowsOf(form: Pick<PublishForm, 'paths' | 'showsMore'>): readonly string[] {
  const ids = fieldsOf(form).map(({ id }) => id);
  return form.showsMore ? ids : [...ids, moreRow];
}

export function textIn(form: PublishForm, id: string): TextState {
  return form.texts.get(id) ?? emptyText;
}

/** What the form's only path will be called. */
export function publishedName(form: PublishForm): string {
  return textIn(form, 'name').value.trim() || basename(form.paths[0] ?? '');
}

/** Why it cannot be published so: of the first path that cannot; null when all can. */
export function refusalOf({
  paths,
  refusals,
}: Pick<PublishForm, 'paths' | 'refusals'>): string | null {
  const refused = paths.find((path) => refusals.has(path));
  return refused === undefined ? null : (refusals.get(refused) ?? null);
}

export function chosenIn(form: PublishForm, id: string): number {
  return form.chosen.get(id) ?? 0;
}

export function reduceForm(form: PublishForm, action: FormAction): PublishForm {
  switch (action.type) {
    case 'show-preview':
      return form.paths.includes(action.path) ? showPreview(form, action.preview) : form;
    case 'refuse-path':
      return form.paths.includes(action.path)
        ? {
            ...form,
            refusals: new Map(form.refusals).set(action.path, action.refusal),
            isSubmitted: false,
          }
        : form;
    case 'edit-field': {
      const field = fieldsOf(form).find(({ id }) => id === form.field);
      if (field?.kind !== 'text') return form;
      const text = editText(textIn(form, field.id), action.edit);
      // who goes on typing does not want it published as it is
      return { ...form, isSubmitted: false, texts: new Map(form.texts).set(field.id, text) };
    }
    case 'go-to-field': {
      const rows = rowsOf(form);
      const next = rows.indexOf(form.field) + action.by;
      return { ...form, field: rows.at(next % rows.length) ?? form.field };
    }
    case 'focus-field':
      return { ...form, field: action.field };
    case 'choose-in-field': {
      const field = fieldsOf(form).find(({ id }) => id === form.field);
      if (field?.kind !== 'choice') return form;
      const count = field.choices.length;
      const next = (chosenIn(form, field.id) + action.by + count) % count;
      return { ...form, isSubmitted: false, chosen: new Map(form.chosen).set(field.id, next) };
    }
    case 'show-more': {
      const first = fieldsOf({ ...form, showsMore: true })[fieldsOf(form).length];
      return { ...form, showsMore: true, field: first?.id ?? form.field };
    }
    case 'submit-form':
      return { ...form, isSubmitted: true };
  }
}

function showPreview(form: PublishForm, preview: PublishPreview): PublishForm {
  const previews = new Map(form.previews).set(preview.path, preview);
  // What was typed before the answer came is not overwritten.
  const isNamed = form.texts.has('name') || form.paths.length > 1;
  const texts = isNamed ? form.texts : new Map(form.texts).set('name', textOf(preview.name));
  const refusals = new Map([...form.refusals].filter(([path]) => path !== preview.path));
  return { ...form, previews, texts, refusals };
}

/** Why what a field says cannot be, or null when it can. */
export function fieldError(form: PublishForm, field: FormField): string | null {
  const text = field.kind === 'text' ? textIn(form, field.id).value.trim() : '';
  if (field.kind !== 'text' || text === '') return null;
  if (field.id === 'pieceCount' && textIn(form, 'pieceLength').value.trim() !== '') {
    return 'Piece size is set: only one of the two can be.';
  }
  try {
    field.read(text);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** The first field that says what cannot be, and why; null when all can. */
export function firstError(form: PublishForm): { field: string; error: string } | null {
  for (const field of formFields(form.paths.length, true)) {
    const error = fieldError(form, field);
    if (error !== null) return { field: field.id, error };
  }
  return null;
}

/** What the form asks for beyond the defaults; what cannot be is left out. */
export function optionsOf(form: PublishForm): PublishOptions {
  const options: PublishOptions = {};
  for (const field of formFields(form.paths.length, true)) {
    if (field.kind === 'choice') {
      Object.assign(options, field.choices[chosenIn(form, field.id)]?.options);
      continue;
    }
    const text = textIn(form, field.id).value.trim();
    if (text === '' || fieldError(form, field) !== null) continue;
    Object.assign(options, field.read(text));
  }
  const [preview] = form.previews.values();
  // The name it has on disk is no wish.
  if (options.name === preview?.name) delete options.name;
  return options;
}

/** What of the options decides what the engine makes of a path, and whether it refuses. */
export function previewOptionsOf(form: PublishForm): PublishOptions {
  const {
    name: _name,
    comment: _comment,
    source: _source,
    creationDate: _creationDate,
    createdBy: _createdBy,
    ...options
  } = optionsOf(form);
  return options;
}
