import { basename, dirname } from 'node:path';
import type { PublishResult } from '../../control/publishing.ts';
import { folderPath } from '../files/typed-path.ts';
import {
  type BrowserAction,
  type BrowserState,
  browserAt,
  reduceBrowser,
  type TypedDirectory,
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
  | {
      name: 'adopt';
      browser: BrowserState;
      torrent: string;
      data: TextState;
      /** What is in the directory that the typed path is in, once it was read. */
      typedDirectory: TypedDirectory | null;
    };

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

export function chooseIn(directory: string, purpose: BrowserState['purpose']): PublishStep {
  return { name: 'choose', browser: browserAt(directory, purpose) };
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
            typedDirectory: null,
          }
        : step;
    case 'edit-data':
      return step.name === 'adopt'
        ? { ...step, data: editPath(step.data, action.edit, folderPath(dirname(step.torrent))) }
        : step;
    case 'complete-path':
    case 'show-typed-directory':
      if (step.name === 'adopt') return lookAround(step, action);
      return reduceChoosing(step, action);
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
    default:
      return reduceChoosing(step, action);
  }
}

function reduceChoosing(step: PublishStep, action: BrowserAction): PublishStep {
  if (step.name !== 'choose') return step;
  const browser = reduceBrowser(step.browser, action);
  return browser === step.browser ? step : { ...step, browser };
}

/** What was found where the data's path is typed. */
function lookAround(
  step: Extract<PublishStep, { name: 'adopt' }>,
  action: Extract<PublishAction, { type: 'complete-path' | 'show-typed-directory' }>,
): PublishStep {
  if (action.type === 'show-typed-directory') {
    return { ...step, typedDirectory: action.directory };
  }
  // Typing went on while the directory was read: what it found is about something else.
  return step.data.value === action.from ? { ...step, data: textOf(action.to) } : step;
}

/** The path that is being typed, and the directory it is meant from; null where none is. */
export function typedPathOf(step: PublishStep): { path: string; from: string } | null {
  if (step.name === 'adopt') return { path: step.data.value, from: dirname(step.torrent) };
  if (step.name !== 'choose' || !step.browser.path) return null;
  return { path: step.browser.path.value, from: step.browser.directory };
}

/** A step as it is when its job has come to nothing. */
export function ready(step: StartingStep): StartingStep {
  return step.name === 'form' ? { ...step, form: { ...step.form, isSubmitted: false } } : step;
}

/** What is about to be published from a step. */
export function subjectOf(step: StartingStep): string {
  return step.name === 'form' ? publishedName(step.form) : basename(step.torrent);
}
