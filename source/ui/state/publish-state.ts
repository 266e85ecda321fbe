import type { PublishResult } from '../../control/protocol.ts';
import {
  type BrowserAction,
  type BrowserState,
  browserAt,
  reduceBrowser,
} from './browser-state.ts';
import { emptyForm, type FormAction, type PublishForm, reduceForm } from './publish-form.ts';

/** The steps from a path to a live publication. Going back keeps what was chosen and typed. */
export type PublishStep =
  | { name: 'choose'; browser: BrowserState }
  | { name: 'form'; browser: BrowserState; form: PublishForm }
  /** A job under way, of this dashboard or of another client. */
  | { name: 'hashing'; job: string }
  | { name: 'failed'; browser: BrowserState; form: PublishForm; error: string }
  | { name: 'done'; result: PublishResult };

export type PublishAction =
  | BrowserAction
  | FormAction
  | { type: 'choose-paths'; paths: readonly string[] }
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
    case 'return-to-browser':
      return step.name === 'form' || step.name === 'failed'
        ? { name: 'choose', browser: step.browser }
        : step;
    case 'return-to-form':
      return step.name === 'failed'
        ? { name: 'form', browser: step.browser, form: { ...step.form, isSubmitted: false } }
        : step;
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
