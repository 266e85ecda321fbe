import type { PublishProgress } from '../control/publishing.ts';
import { EverseedError, messageOf } from '../errors.ts';
import { type HashJournals, type JournaledJob, jobKey } from '../publishing/hash-journal.ts';
import {
  type PublishChoices,
  type PublishingHost,
  type PublishOutcome,
  publish,
} from '../publishing/publish.ts';
import { begunProgress } from './begun-progress.ts';

interface PublishJobEvents {
  /** Any job made progress, began or ended. */
  onChange(): void;
  /** `isAwaited`: somebody waits for the job, and is told of it besides. */
  onFailure(path: string, error: unknown, isAwaited: boolean): void;
  /** A job that the end of an engine interrupted goes on. */
  onTakenUp(path: string): void;
}

/** Somebody who waits for a job. */
interface Client {
  onProgress(progress: PublishProgress): void;
  /** Has it wait no longer. */
  leave(): void;
}

interface Job {
  progress: PublishProgress;
  abort: AbortController;
  outcome: Promise<PublishOutcome>;
  /** By the name each of them gave the job; none when it was taken up, or all have left. */
  clients: Map<string, Client>;
}

/** Why a job is aborted. */
const cancelled = 'cancelled';
const stopped = 'stopped';

/**
 * The publishing under way. A job goes on when the client that began it leaves; it ends by itself,
 * by `cancel`, or with the engine, and in the last case it is taken up when the engine starts
 * again. Who wants the same published while it is under way waits for the same job.
 */
export class PublishJobs {
  readonly #host: PublishingHost;
  readonly #journals: HashJournals;
  readonly #events: PublishJobEvents;
  /** By their key. */
  readonly #jobs = new Map<string, Job>();
  #isStopped = false;

  constructor(host: PublishingHost, journals: HashJournals, events: PublishJobEvents) {
    this.#host = host;
    this.#journals = journals;
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
    if (this.#find(name)) {
      throw new EverseedError('job-exists', `there already is a publish job named ${name}`);
    }
    if (this.#isStopped) throw stoppedError(path);
    const wanted = { name, path, choices };
    const job = this.#jobs.get(jobKey(wanted)) ?? this.#begin(wanted);
    const left = Promise.withResolvers<never>();
    const client: Client = {
      onProgress: (progress) => onProgress({ ...progress, job: name }),
      leave: () => left.reject(cancelledError(path)),
    };
    job.clients.set(name, client);
    client.onProgress(job.progress);
    try {
      return await Promise.race([job.outcome, left.promise]);
    } finally {
      job.clients.delete(name);
    }
  }

  /** Goes on with the jobs that were under way when the last engine ended. */
  async takeUp(): Promise<void> {
    for (const wanted of await this.#journals.unfinished(this.#host.now())) {
      if (this.#isStopped) return;
      // Whoever began it may have been quicker.
      if (this.#jobs.has(jobKey(wanted))) continue;
      this.#begin(wanted);
      this.#events.onTakenUp(wanted.path);
    }
  }

  /**
   * Cancels a job by its name. By the name that somebody gave it who came later, it is cancelled
   * only if nobody else waits for it. False when there is no such job (any more).
   */
  cancel(name: string): boolean {
    const job = this.#find(name);
    if (!job) return false;
    if (job.progress.job === name || job.clients.size === 1) job.abort.abort(cancelled);
    else job.clients.get(name)?.leave();
    return true;
  }

  /** Interrupts all jobs; resolves when what they have done is written down. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const jobs = [...this.#jobs.values()];
    for (const { abort } of jobs) abort.abort(stopped);
    await Promise.allSettled(jobs.map(({ outcome }) => outcome));
  }

  #find(name: string): Job | undefined {
    const jobs = [...this.#jobs.values()];
    return jobs.find(({ progress, clients }) => progress.job === name || clients.has(name));
  }

  #begin(wanted: JournaledJob): Job {
    const begun = Promise.withResolvers<PublishOutcome>();
    const job: Job = {
      progress: begunProgress(wanted.name, wanted.path),
      abort: new AbortController(),
      outcome: begun.promise,
      clients: new Map(),
    };
    // When nobody waits for it, its failure is in the log.
    begun.promise.catch(() => undefined);
    this.#jobs.set(jobKey(wanted), job);
    this.#work(job, wanted).then(begun.resolve, begun.reject);
    return job;
  }

  async #work(job: Job, wanted: JournaledJob): Promise<PublishOutcome> {
    const { path, choices } = wanted;
    const { signal } = job.abort;
    const report = (change: Partial<PublishProgress>) => {
      job.progress = { ...job.progress, ...change };
      for (const client of job.clients.values()) client.onProgress(job.progress);
      this.#events.onChange();
    };
    report({});
    const journal = await this.#journals.open(wanted);
    try {
      const result = await publish(this.#host, path, choices, {
        signal,
        checkpoint: journal,
        onScanned: (content) => report({ phase: 'hashing', totalBytes: content.size }),
        onWaiting: () => report({ phase: 'waiting' }),
        onHashing: (progress) => report({ phase: 'hashing', ...progress }),
        onRegistering: () => report({ phase: 'registering' }),
      });
      await journal.remove();
      report({ phase: 'done' });
      return result;
    } catch (error) {
      if (signal.aborted) {
        const isStopped = signal.reason === stopped;
        await (isStopped ? journal.keep() : journal.remove());
        report({ phase: 'cancelled' });
        throw isStopped ? stoppedError(path) : cancelledError(path);
      }
      await journal.keepEnded();
      report({ phase: 'failed', error: messageOf(error) });
      // whoever began it may be gone by now
      this.#events.onFailure(path, error, job.clients.size > 0);
      throw error;
    } finally {
      this.#jobs.delete(jobKey(wanted));
      this.#events.onChange();
    }
  }
}

function cancelledError(path: string): EverseedError {
  return new EverseedError('cancelled', `publishing ${path} was cancelled: nothing was published`);
}

function stoppedError(path: string): EverseedError {
  return new EverseedError(
    'interrupted',
    `publishing ${path} was interrupted, since everseed stops: it goes on when everseed runs again`,
  );
}
