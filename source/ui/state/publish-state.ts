import type { PublishOptions, PublishPreview, PublishResult } from '../../control/protocol.ts';
import {
  type BrowserAction,
  type BrowserState,
  browserAt,
  reduceBrowser,
} from './browser-state.ts';
import { editText, emptyText, type TextEdit, type TextState, textOf } from './text-state.ts';

/** The form's fields, in the order Tab goes through them. */
export const formFields = ['name', 'comment', 'private'] as const;

export type FormField = (typeof formFields)[number];

/** What to publish and how: the defaults come with the preview. */
export interface PublishForm {
  path: string;
  /** Null until the engine has answered. */
  preview: PublishPreview | null;
  /** Why it cannot be published, in the engine's words. */
  refusal: string | null;
  name: TextState;
  comment: TextState;
  isPrivate: boolean;
  field: FormField;
  /** Enter came before the preview did: publish as soon as it is here. */
  isSubmitted: boolean;
}

/** A job that was started here and is under way. */
export interface RunningPublish {
  job: string;
  form: PublishForm;
  browser: BrowserState;
  isCancelling: boolean;
}

/** The steps from a path to a live publication. Going back keeps what was chosen and typed. */
export type PublishStep =
  | { name: 'choose'; browser: BrowserState }
  | { name: 'form'; browser: BrowserState; form: PublishForm }
  | ({ name: 'hashing' } & RunningPublish)
  | { name: 'failed'; browser: BrowserState; form: PublishForm; error: string }
  | { name: 'done'; result: PublishResult };

export type PublishAction =
  | BrowserAction
  | { type: 'choose-path'; path: string }
  | { type: 'show-preview'; path: string; preview: PublishPreview }
  | { type: 'refuse-path'; path: string; refusal: string }
  | { type: 'edit-field'; edit: TextEdit }
  | { type: 'go-to-field'; by: 1 | -1 }
  | { type: 'toggle-private' }
  | { type: 'submit-form' }
  | { type: 'return-to-browser' }
  | { type: 'start-hashing'; job: string }
  | { type: 'ask-to-cancel'; job: string }
  | { type: 'return-to-form' };

export function chooseIn(directory: string): PublishStep {
  return { name: 'choose', browser: browserAt(directory) };
}

function emptyForm(path: string): PublishForm {
  return {
    path,
    preview: null,
    refusal: null,
    name: emptyText,
    comment: emptyText,
    isPrivate: false,
    field: 'name',
    isSubmitted: false,
  };
}

/** An action that does not fit the step, such as an answer that came too late, changes nothing. */
export function reducePublish(step: PublishStep, action: PublishAction): PublishStep {
  switch (action.type) {
    case 'choose-path':
      return step.name === 'choose'
        ? { name: 'form', browser: step.browser, form: emptyForm(action.path) }
        : step;
    case 'return-to-browser':
      return step.name === 'form' || step.name === 'failed'
        ? { name: 'choose', browser: step.browser }
        : step;
    case 'start-hashing':
      return step.name === 'form'
        ? {
            name: 'hashing',
            job: action.job,
            form: step.form,
            browser: step.browser,
            isCancelling: false,
          }
        : step;
    case 'ask-to-cancel':
      return step.name === 'hashing' && step.job === action.job
        ? { ...step, isCancelling: true }
        : step;
    case 'return-to-form':
      return step.name === 'failed' || step.name === 'hashing'
        ? { name: 'form', browser: step.browser, form: { ...step.form, isSubmitted: false } }
        : step;
    case 'show-preview':
    case 'refuse-path':
    case 'edit-field':
    case 'go-to-field':
    case 'toggle-private':
    case 'submit-form': {
      if (step.name !== 'form') return step;
      const form = reduceForm(step.form, action);
      return form === step.form ? step : { ...step, form };
    }
    default: {
      if (step.name !== 'choose') return step;
      const browser = reduceBrowser(step.browser, action);
      return browser === step.browser ? step : { ...step, browser };
    }
  }
}

type FormAction = Extract<
  PublishAction,
  {
    type:
      | 'show-preview'
      | 'refuse-path'
      | 'edit-field'
      | 'go-to-field'
      | 'toggle-private'
      | 'submit-form';
  }
>;

function reduceForm(form: PublishForm, action: FormAction): PublishForm {
  switch (action.type) {
    case 'show-preview':
      if (action.path !== form.path) return form;
      return {
        ...form,
        preview: action.preview,
        // What was typed before the answer came is not overwritten.
        name: form.name.value === '' ? textOf(action.preview.name) : form.name,
      };
    case 'refuse-path':
      return action.path === form.path
        ? { ...form, refusal: action.refusal, isSubmitted: false }
        : form;
    case 'edit-field':
      if (form.field === 'private') return form;
      return { ...form, [form.field]: editText(form[form.field], action.edit) };
    case 'go-to-field': {
      const next = formFields.indexOf(form.field) + action.by;
      return { ...form, field: formFields.at(next % formFields.length) ?? 'name' };
    }
    case 'toggle-private':
      return { ...form, isPrivate: !form.isPrivate };
    case 'submit-form':
      return { ...form, isSubmitted: true };
  }
}

/** What the form asks for beyond the defaults. */
export function optionsOf(form: PublishForm): PublishOptions {
  const name = form.name.value.trim();
  const comment = form.comment.value.trim();
  return {
    ...(name !== '' && name !== form.preview?.name ? { name } : {}),
    ...(comment !== '' ? { comment } : {}),
    ...(form.isPrivate ? { private: true } : {}),
  };
}
