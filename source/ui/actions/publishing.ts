import { dirname } from 'node:path';
import type { PublishResult } from '../../control/protocol.ts';
import { EverseedError, messageOf } from '../../errors.ts';
import { stripControls } from '../../format/terminal-text.ts';
import type { FileEntry } from '../files/list-directory.ts';
import { completeTypedPath, resolveTypedPath, splitTypedPath } from '../files/typed-path.ts';
import { applyDelta } from '../state/engine-state.ts';
import { optionsOf, type PublishForm } from '../state/publish-state.ts';
import type { Messages } from './messages.ts';
import type { Services } from './services.ts';

/** From a path to a live publication. */
export interface PublishingActions {
  openBrowser(): void;
  /** Shows a directory, with the cursor on a name if one is given. */
  enterDirectory(directory: string, cursor: string | null): void;
  completePath(): Promise<void>;
  choosePath(path: string): void;
  /** Publishes what the form says, once its preview is there. */
  submitForm(): void;
  cancelJob(job: string): Promise<void>;
}

export function createPublishingActions(services: Services, messages: Messages): PublishingActions {
  const { ui, engine, link } = services;
  let lastDirectory = services.cwd;

  function publishStep() {
    const { screen } = ui.get();
    return screen.name === 'publish' ? screen.step : null;
  }

  function enterDirectory(directory: string, cursor: string | null): void {
    ui.dispatch({ type: 'enter-directory', directory, cursor });
    void readDirectory(directory);
  }

  async function readDirectory(directory: string): Promise<void> {
    try {
      const entries = await services.listDirectory(directory);
      lastDirectory = directory;
      ui.dispatch({ type: 'show-entries', directory, entries });
    } catch (error) {
      ui.dispatch({ type: 'fail-directory', directory, error: messageOf(error) });
    }
  }

  async function preview(path: string): Promise<void> {
    try {
      const found = await link.request('preview', { path, options: {} });
      ui.dispatch({ type: 'show-preview', path, preview: found });
      publishIfSubmitted();
    } catch (error) {
      ui.dispatch({ type: 'refuse-path', path, refusal: messageOf(error) });
    }
  }

  function publishIfSubmitted(): void {
    const step = publishStep();
    if (step?.name !== 'form' || !step.form.isSubmitted || !step.form.preview) return;
    const job = services.newJob();
    ui.dispatch({ type: 'start-hashing', job });
    void publish(job, step.form);
  }

  async function publish(job: string, form: PublishForm): Promise<void> {
    try {
      const { path } = form;
      const result = await link.request('publish', { job, path, options: optionsOf(form) });
      engine.change((known) => applyDelta(known, { publications: [result.publication] }));
      if (!isWatching(job)) messages.tell(endSentence(result));
      ui.dispatch({ type: 'finish-publish', job, result });
    } catch (error) {
      endWithError(job, form, error);
    }
  }

  function endWithError(job: string, form: PublishForm, error: unknown): void {
    const step = publishStep();
    const wasAsked = step?.name === 'hashing' && step.job === job && step.isCancelling;
    if (wasAsked || (error instanceof EverseedError && error.code === 'cancelled')) {
      messages.tell(`Cancelled: ${stripControls(form.name.value)} is not published.`);
      ui.dispatch({ type: 'cancel-publish', job });
      return;
    }
    if (!isWatching(job)) messages.complain(error);
    ui.dispatch({ type: 'fail-publish', job, error: messageOf(error) });
  }

  function isWatching(job: string): boolean {
    const step = publishStep();
    return step?.name === 'hashing' && step.job === job;
  }

  return {
    openBrowser() {
      ui.dispatch({ type: 'open-publish', directory: lastDirectory });
      void readDirectory(lastDirectory);
    },
    enterDirectory,
    async completePath() {
      const path = typedPath(services);
      if (path === null) return;
      try {
        const entries = await listTyped(services, path);
        ui.dispatch({ type: 'complete-path', from: path, to: completeTypedPath(path, entries) });
      } catch (error) {
        messages.complain(error);
      }
    },
    choosePath(path) {
      lastDirectory = dirname(path);
      ui.dispatch({ type: 'choose-path', path });
      void preview(path);
    },
    submitForm() {
      ui.dispatch({ type: 'submit-form' });
      publishIfSubmitted();
    },
    async cancelJob(job) {
      ui.dispatch({ type: 'ask-to-cancel', job });
      try {
        const { cancelled } = await link.request('publish.cancel', { job });
        if (!cancelled) messages.tell('Too late to cancel: it is being registered.');
      } catch (error) {
        messages.complain(error);
      }
    },
  };
}

/** The path in the path field; null when there is no such field. */
function typedPath({ ui }: Services): string | null {
  const { screen } = ui.get();
  if (screen.name !== 'publish' || screen.step.name !== 'choose') return null;
  return screen.step.browser.path?.value ?? null;
}

/** What is in the directory that a typed path is in. */
function listTyped(services: Services, path: string): Promise<FileEntry[]> {
  const { screen } = services.ui.get();
  const step = screen.name === 'publish' ? screen.step : null;
  const here = step?.name === 'choose' ? step.browser.directory : services.cwd;
  const { directory } = splitTypedPath(path);
  return services.listDirectory(resolveTypedPath(directory || '.', here, services.homeDirectory));
}

/**
 * Keeps the suggestions under the path field about the directory that is typed. Returns the
 * function that stops it.
 */
export function keepSuggestionsFresh(services: Services): () => void {
  const { ui } = services;
  let shown: string | null = null;
  return ui.subscribe(() => {
    const path = typedPath(services);
    const typed = path === null ? null : splitTypedPath(path).directory;
    if (typed === shown) return;
    shown = typed;
    if (path === null || typed === null) return;
    listTyped(services, path).then(
      (entries) => {
        ui.dispatch({ type: 'show-typed-directory', directory: { typed, entries } });
      },
      // Not a directory, or not yet one while it is typed: there is nothing to suggest.
      () => undefined,
    );
  });
}

function endSentence({ publication, existing }: PublishResult): string {
  const name = stripControls(publication.name);
  return existing ? `${name} was published already.` : `${name} is live.`;
}
