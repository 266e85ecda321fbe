import { basename, dirname } from 'node:path';
import type { PublishResult } from '../../control/publishing.ts';
import { folderPath } from '../files/typed-path.ts';
import {
  type BrowserAction,
  type BrowserState,
  browserAt,
  reduceBrowser,
} from './browser-state.ts';
import {
  emptyForm,
  type FormAction,
  type PublishForm,
  publishedName,
  reduceForm,
} from './publish-form.ts';
import { editPath, type TextEdit, type TextState, textOf } from './text-state.ts';

/** The steps that a job begins from, and where it leads back to when it ends without a publication. */
export type StartingStep =
  | { name: 'form'; browser: BrowserState; form: PublishForm }
  /** Content that has a torrent already; `data` is where it is said to be. */
  | { name: 'adopt'; browser: BrowserState; torrent: string; data: TextState };

/** The steps from a path to a live publication. Going back keeps what was chosen and typed. */
export type PublishStep =
  | { name: 'choose'; browser: BrowserState }
  | StartingStep
  /** A job under way, of this dashboard or of another client. */
  | { name: 'hashing'; job: string }
  | { name: 'failed'; from: StartingStep; error: string }
  | { name: 'done'; result: PublishResult };

export type PublishAction =
  | BrowserAction
  | FormAction
  | { type: 'choose-paths'; paths: readonly string[] }
  | { type: 'choose-torrent'; torrent: string; data: string }
  | { type: 'edit-data'; edit: TextEdit }
  | { type: 'return-to-browser' }
  | { type: 'return-to-form' };

export function chooseIn(directory: string): PublishStep {
  return { name: 'choose', browser: browserAt(directory) };
}

/** An action that does not fit the step, such as an answer that came too late, changes nothing. */
export function reducePublish(step: PublishStep, action: PublishAction): PublishStep {
  switch (action.type) {
    case 'choose-paths':
      return step.name === 'choose'
        ? { name: 'form', browser: step.browser, form: emptyForm(action.paths) }
        : step;
    case 'choose-torrent':
      return step.name === 'choose'
        ? {
            name: 'adopt',
            browser: step.browser,
            torrent: action.torrent,
            data: textOf(folderPath(action.data)),
          }
        : step;
    case 'edit-data':
      return step.name === 'adopt'
        ? { ...step, data: editPath(step.data, action.edit, folderPath(dirname(step.torrent))) }
        : step;
    case 'return-to-browser':
      return step.name === 'form' || step.name === 'adopt'
        ? { name: 'choose', browser: step.browser }
        : step;
    case 'return-to-form':
      return step.name === 'failed' ? ready(step.from) : step;
    case 'show-preview':
    case 'refuse-path':
    case 'edit-field':
    case 'go-to-field':
    case 'focus-field':
    case 'choose-in-field':
    case 'show-more':
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

/** A step as it is when its job has come to nothing. */
export function ready(step: StartingStep): StartingStep {
  return step.name === 'form' ? { ...step, form: { ...step.form, isSubmitted: false } } : step;
}

/** What is about to be published from a step. */
export function subjectOf(step: StartingStep): string {
  return step.name === 'form' ? publishedName(step.form) : basename(step.torrent);
}
