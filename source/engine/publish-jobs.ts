import type { PublishProgress } from '../control/protocol.ts';
import { EverseedError, messageOf } from '../errors.ts';
import {
  type PublishChoices,
  type PublishingHost,
  type PublishOutcome,
  publish,
} from '../publishing/publish.ts';

interface PublishJobEvents {
  /** Any job made progress, began or ended. */
  onChange(): void;
  onFailure(path: string, reason: string): void;
}

/**
 * The publishing under way. A job goes on when the client that began it leaves; it ends by
 * itself, by `cancel`, or with the engine.
 */
export class PublishJobs {
  readonly #host: PublishingHost;
  readonly #events: PublishJobEvents;
  readonly #jobs = new Map<string, { progress: PublishProgress; cancel: AbortController }>();

  constructor(host: PublishingHost, events: PublishJobEvents) {
    this.#host = host;
    this.#events = events;
  }

  list(): PublishProgress[] {
    return [...this.#jobs.values()].map((job) => job.progress);
  }

  /** Publishes `path` as the job `name`, telling `onProgress` each step. */
  async run(
    name: string,
    path: string,
    choices: PublishChoices,
    onProgress: (progress: PublishProgress) => void,
  ): Promise<PublishOutcome> {
    if (this.#jobs.has(name)) {
      throw new EverseedError('job-exists', `there already is a publish job named ${name}`);
    }
    const cancel = new AbortController();
    const job = {
      cancel,
      progress: {
        job: name,
        path,
        phase: 'scanning',
        hashedBytes: 0,
        totalBytes: 0,
        rate: 0,
        secondsLeft: null,
        error: null,
      } as PublishProgress,
    };
    const report = (change: Partial<PublishProgress>) => {
      job.progress = { ...job.progress, ...change };
      onProgress(job.progress);
      this.#events.onChange();
    };
    this.#jobs.set(name, job);
    report({});
    try {
      const result = await publish(this.#host, path, choices, {
        signal: cancel.signal,
        onScanned: (content) => report({ phase: 'hashing', totalBytes: content.size }),
        onHashing: ({ hashedBytes, rate, secondsLeft }) =>
          report({ hashedBytes, rate, secondsLeft }),
        onRegistering: () => report({ phase: 'registering' }),
      });
      report({ phase: 'done' });
      return result;
    } catch (error) {
      if (cancel.signal.aborted) {
        report({ phase: 'cancelled' });
        throw new EverseedError(
          'cancelled',
          `publishing ${path} was cancelled: nothing was published`,
        );
      }
      report({ phase: 'failed', error: messageOf(error) });
      // whoever began it may be gone by now
      this.#events.onFailure(path, messageOf(error));
      throw error;
    } finally {
      this.#jobs.delete(name);
      this.#events.onChange();
    }
  }

  /** False when there is no such job (any more). */
  cancel(name: string): boolean {
    const job = this.#jobs.get(name);
    job?.cancel.abort();
    return job !== undefined;
  }

  cancelAll(): void {
    for (const job of this.#jobs.values()) job.cancel.abort();
  }
}
