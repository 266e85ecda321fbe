import { basename } from 'node:path';
import type { PublishOptions, PublishResult } from '../../control/publishing.ts';
import { EverseedError, messageOf } from '../../errors.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { applyDelta } from '../state/engine-state.ts';
import { watchedJob } from '../state/ui-state.ts';
import type { Messages } from './messages.ts';
import type { Services } from './services.ts';

/** Publish jobs: those of this dashboard, and those of other clients. */
export interface PublishJobActions {
  /** Publishes each path in a job of its own. */
  startJobs(paths: readonly string[], options: PublishOptions): void;
  /** Seeds the data of a torrent, once it is found whole. */
  startAdopting(torrent: string, data: string): void;
  cancelJob(job: string): Promise<void>;
}

export function createPublishJobActions(services: Services, messages: Messages): PublishJobActions {
  const { ui, engine, link } = services;

  async function run(job: string, path: string, work: Promise<PublishResult>): Promise<void> {
    try {
      finish(job, await work);
    } catch (error) {
      fail(job, path, error);
    }
  }

  function finish(job: string, result: PublishResult): void {
    const { publication } = result;
    engine.change((known) => applyDelta(known, { publications: [publication] }));
    if (watchedJob(ui.get()) === job) {
      ui.dispatch({ type: 'put-cursor', cursor: { id: publication.id, index: 0 } });
    } else {
      messages.tell(endSentence(result));
    }
    ui.dispatch({ type: 'finish-publish', job, result });
  }

  function fail(job: string, path: string, error: unknown): void {
    const wasAsked = ui.get().cancelling.has(job);
    if (wasAsked || (error instanceof EverseedError && error.code === 'cancelled')) {
      messages.tell(`Cancelled: ${stripControls(basename(path))} is not published.`);
      ui.dispatch({ type: 'cancel-publish', job });
      return;
    }
    if (watchedJob(ui.get()) !== job) messages.complain(error);
    ui.dispatch({ type: 'fail-publish', job, error: messageOf(error) });
  }

  return {
    startJobs(paths, options) {
      const jobs = paths.map((path) => ({ job: services.newJob(), path }));
      ui.dispatch({ type: 'start-jobs', jobs });
      for (const { job, path } of jobs) {
        void run(job, path, link.request('publish', { job, path, options }));
      }
    },
    startAdopting(torrent, data) {
      const job = services.newJob();
      ui.dispatch({ type: 'start-adopting', job, path: data });
      void run(job, torrent, link.request('adopt', { job, torrent, data }));
    },
    async cancelJob(job) {
      ui.dispatch({ type: 'ask-to-cancel', job });
      try {
        const { cancelled } = await link.request('publish.cancel', { job });
        if (cancelled) return;
        messages.refuse('Too late to cancel: it is being registered.');
      } catch (error) {
        messages.complain(error);
      }
      ui.dispatch({ type: 'refuse-to-cancel', job });
    },
  };
}

/**
 * Leaves the view of another client's job when that is over: how it ended, only that client is
 * told. Returns the function that stops it.
 */
export function leaveEndedJobs(services: Services, messages: Messages): () => void {
  const { ui, engine } = services;
  return engine.subscribe(() => {
    const job = watchedJob(ui.get());
    const { link, jobs } = engine.get();
    const isOwn = ui.get().ownJobs.some((own) => own.job === job);
    if (job === null || isOwn || link.phase !== 'online') return;
    if (jobs.some((other) => other.job === job)) return;
    messages.tell('That job is over.');
    ui.dispatch({ type: 'leave-job', job });
  });
}

function endSentence({ publication, existing }: PublishResult): string {
  const name = stripControls(publication.name);
  return existing ? `${name} was published already.` : `${name} is live.`;
}
