import type { PublishProgress } from '../control/publishing.ts';
import { EverseedError, messageOf } from '../errors.ts';
import { adopt } from '../publishing/adopt.ts';
import type { PublishingHost, PublishOutcome } from '../publishing/publish.ts';
import { begunProgress } from './begun-progress.ts';

interface AdoptJobEvents {
  /** Any job made progress, began or ended. */
  onChange(): void;
  onFailure(path: string, reason: string): void;
}

interface Job {
  progress: PublishProgress;
  abort: AbortController;
}

/** The adopting under way: like publish jobs, but that what is verified is read again if need be. */
export class AdoptJobs {
  readonly #host: PublishingHost;
  readonly #events: AdoptJobEvents;
  readonly #jobs = new Map<string, Job>();

  constructor(host: PublishingHost, events: AdoptJobEvents) {
    this.#host = host;
    this.#events = events;
  }

  list(): PublishProgress[] {
    return [...this.#jobs.values()].map(({ progress }) => progress);
  }

  /** Adopts the torrent in a file with its data as the job `name`; see `adopt`. */
  async run(
    name: string,
    what: { torrentFile: string; data: string; partial: boolean },
    onProgress: (progress: PublishProgress) => void,
  ): Promise<Omit<PublishOutcome, 'leftOut'>> {
    const { data } = what;
    if (this.#jobs.has(name)) {
      throw new EverseedError('job-exists', `there already is a job named ${name}`);
    }
    const job: Job = { abort: new AbortController(), progress: begunProgress(name, data) };
    const { signal } = job.abort;
    const report = (change: Partial<PublishProgress>) => {
      job.progress = { ...job.progress, ...change };
      onProgress(job.progress);
      this.#events.onChange();
    };
    this.#jobs.set(name, job);
    report({});
    try {
      const outcome = await adopt(this.#host, what, {
        signal,
        onRead: ({ info }) => report({ phase: 'verifying', totalBytes: info.contentSize }),
        onVerifying: (progress) => report(progress),
        onRegistering: () => report({ phase: 'registering' }),
      });
      report({ phase: 'done' });
      return outcome;
    } catch (error) {
      if (signal.aborted) {
        report({ phase: 'cancelled' });
        throw new EverseedError(
          'cancelled',
          `adopting ${data} was cancelled: nothing was published`,
        );
      }
      report({ phase: 'failed', error: messageOf(error) });
      // whoever began it may be gone by now
      this.#events.onFailure(data, messageOf(error));
      throw error;
    } finally {
      this.#jobs.delete(name);
      this.#events.onChange();
    }
  }

  /** False when there is no such job (any more). */
  cancel(name: string): boolean {
    const job = this.#jobs.get(name);
    job?.abort.abort();
    return job !== undefined;
  }

  stop(): void {
    for (const { abort } of this.#jobs.values()) abort.abort();
  }
}
