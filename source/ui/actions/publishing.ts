import { dirname } from 'node:path';
import { messageOf } from '../../errors.ts';
import type { FileEntry } from '../files/list-directory.ts';
import { completeTypedPath, resolveTypedPath, splitTypedPath } from '../files/typed-path.ts';
import type { BrowserState } from '../state/browser-state.ts';
import { firstError, optionsOf } from '../state/publish-form.ts';
import { typedPathOf } from '../state/publish-state.ts';
import type { Messages } from './messages.ts';
import { shownForm } from './publish-form.ts';
import type { PublishJobActions } from './publish-jobs.ts';
import type { Services } from './services.ts';

/** From a path to a publish job. */
export interface PublishingActions {
  /** To choose what to publish, or the torrent of what to adopt. */
  openBrowser(purpose: BrowserState['purpose']): void;
  /** Shows a directory, with the cursor on a name if one is given. */
  enterDirectory(directory: string, cursor: string | null): void;
  completePath(): Promise<void>;
  choosePaths(paths: readonly string[]): void;
  /** Of a torrent, what it is of is wanted, which may be beside it. */
  chooseFile(path: string): void;
  /** Seeds the data that was typed, if it is what the torrent is of. */
  adopt(): void;
  /** Publishes what the form says, once it is known what that is. */
  submitForm(): void;
  /** Publishes it now, if somebody has asked for that. */
  publishIfSubmitted(): void;
}

export function createPublishingActions(
  services: Services,
  messages: Messages,
  jobs: PublishJobActions,
): PublishingActions {
  const { ui } = services;
  let lastDirectory = services.cwd;

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

  /** It may have been mistyped, or be gone by now. */
  async function readNearest(directory: string): Promise<void> {
    const nearest = await services.nearestDirectory(directory);
    if (nearest === directory) await readDirectory(directory);
    else if (shownDirectory(services) === directory) enterDirectory(nearest, null);
  }

  function choosePaths(paths: readonly string[]): void {
    const [first] = paths;
    if (first === undefined) return;
    lastDirectory = dirname(first);
    ui.dispatch({ type: 'choose-paths', paths });
  }

  function publishIfSubmitted(): void {
    const form = shownForm(services);
    if (!form?.isSubmitted || form.previews.size < form.paths.length) return;
    jobs.startJobs(form.paths, optionsOf(form));
  }

  return {
    openBrowser(purpose) {
      ui.dispatch({ type: 'open-publish', directory: lastDirectory, purpose });
      void readNearest(lastDirectory);
    },
    enterDirectory,
    async completePath() {
      const typed = shownTypedPath(services);
      if (!typed) return;
      const { path } = typed;
      try {
        const entries = await listTyped(services, typed);
        ui.dispatch({ type: 'complete-path', from: path, to: completeTypedPath(path, entries) });
      } catch (error) {
        messages.complain(error);
      }
    },
    choosePaths,
    chooseFile(path) {
      if (!path.endsWith('.torrent')) {
        choosePaths([path]);
        return;
      }
      lastDirectory = dirname(path);
      ui.dispatch({ type: 'choose-torrent', torrent: path, data: dirname(path) });
    },
    adopt() {
      const { screen } = ui.get();
      if (screen.name !== 'publish' || screen.step.name !== 'adopt') return;
      const { torrent, data } = screen.step;
      const typed = resolveTypedPath(data.value, dirname(torrent), services.homeDirectory);
      jobs.startAdopting(torrent, typed);
    },
    submitForm() {
      const form = shownForm(services);
      const wrong = form && firstError(form);
      if (wrong) {
        ui.dispatch({ type: 'focus-field', field: wrong.field });
        messages.refuse(wrong.error);
        return;
      }
      ui.dispatch({ type: 'submit-form' });
      publishIfSubmitted();
    },
    publishIfSubmitted,
  };
}

type TypedPath = NonNullable<ReturnType<typeof typedPathOf>>;

/** The directory in the file browser; null when it is not shown. */
function shownDirectory({ ui }: Services): string | null {
  const { screen } = ui.get();
  if (screen.name !== 'publish' || screen.step.name !== 'choose') return null;
  return screen.step.browser.directory;
}

/** The path in the path field; null when there is no such field. */
function shownTypedPath({ ui }: Pick<Services, 'ui'>): TypedPath | null {
  const { screen } = ui.get();
  return screen.name === 'publish' ? typedPathOf(screen.step) : null;
}

type Listing = Pick<Services, 'listDirectory' | 'homeDirectory'>;

/** What is in the directory that a typed path is in. */
function listTyped(services: Listing, { path, from }: TypedPath): Promise<FileEntry[]> {
  const { directory } = splitTypedPath(path);
  return services.listDirectory(resolveTypedPath(directory || '.', from, services.homeDirectory));
}

/**
 * Keeps the suggestions under the path field about the directory that is typed. Returns the
 * function that stops it.
 */
export function keepSuggestionsFresh(services: Listing & Pick<Services, 'ui'>): () => void {
  const { ui } = services;
  let shown: string | null = null;
  return ui.subscribe(() => {
    const path = shownTypedPath(services);
    const typed = path && splitTypedPath(path.path).directory;
    const place = path && resolveTypedPath(typed || '.', path.from, services.homeDirectory);
    if (place === shown) return;
    shown = place;
    if (path === null || typed === null) return;
    listTyped(services, path).then(
      (entries) => {
        // another directory may be typed by now, and have been read sooner
        if (place === shown) {
          ui.dispatch({ type: 'show-typed-directory', directory: { typed, entries } });
        }
      },
      // Not a directory, or not yet one while it is typed: there is nothing to suggest.
      () => undefined,
    );
  });
}
