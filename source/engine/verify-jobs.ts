import type { VerifyReport } from '../control/publications.ts';
import type { PublishProgress } from '../control/publishing.ts';
import { EverseedError, messageOf } from '../errors.ts';
import type { Verification } from '../metainfo/verifying/verify.ts';
import { type VerifyingHost, verifyPublication } from '../publishing/verify-publication.ts';
import { begunProgress } from './begun-progress.ts';
import type { LivePublication } from './publications.ts';
import { verifyReportOf } from './verify-report.ts';

interface VerifyJobEvents {
  /** Any job made progress, began or ended. */
  onChange(): void;
  /** The content of a publication was verified; `kept` is what the catalog knows of it now. */
  onVerified(
    live: LivePublication,
    kept: NonNullable<LivePublication['verification']>,
    verification: Verification,
  ): void;
  onFailure(live: LivePublication, reason: string): void;
}

interface Job {
  live: LivePublication;
  progress: PublishProgress;
  abort: AbortController;
}

/** The verifying under way: one after the other, and after what is being hashed. */
export class VerifyJobs {
  readonly #host: VerifyingHost;
  readonly #events: VerifyJobEvents;
  readonly #jobs = new Map<string, Job>();

  constructor(host: VerifyingHost, events: VerifyJobEvents) {
    this.#host = host;
    this.#events = events;
  }

  list(): PublishProgress[] {
    return [...this.#jobs.values()].map(({ progress }) => progress);
  }

  /**
   * Verifies a publication, whose content is at `path`, as the job `name`.
   *
   * @throws EverseedError `job-exists`, `verifying` when it is being verified already, `cancelled`,
   *   `moved`
   */
  async run(
    name: string,
    live: LivePublication,
    path: string,
    onProgress: (progress: PublishProgress) => void,
  ): Promise<VerifyReport> {
    this.#expectNew(name, live);
    const job: Job = { live, abort: new AbortController(), progress: begunProgress(name, path) };
    const { signal } = job.abort;
    const report = (change: Partial<PublishProgress>) => {
      job.progress = { ...job.progress, ...change };
      onProgress(job.progress);
      this.#events.onChange();
    };
    this.#jobs.set(name, job);
    report({ phase: 'verifying', totalBytes: live.row.size, totalFiles: live.row.fileCount });
    try {
      const { verification, kept } = await verifyPublication(this.#host, live.row.id, {
        signal,
        onWaiting: () => report({ phase: 'waiting' }),
        onVerifying: (progress) => report({ ...progress, phase: 'verifying' }),
      });
      report({ phase: 'done' });
      this.#events.onVerified(live, kept, verification);
      return verifyReportOf(live, kept.verifiedAt, verification);
    } catch (error) {
      if (signal.aborted) {
        report({ phase: 'cancelled' });
        throw new EverseedError(
          'cancelled',
          `verifying ${live.row.name} was cancelled: what was known of it is as it was`,
        );
      }
      report({ phase: 'failed', error: messageOf(error) });
      // whoever began it may be gone by now
      this.#events.onFailure(live, messageOf(error));
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

  /** A publication is removed: nobody will want to know. */
  cancelOf(live: LivePublication): void {
    for (const job of this.#jobs.values()) if (job.live === live) job.abort.abort();
  }

  stop(): void {
    for (const { abort } of this.#jobs.values()) abort.abort();
  }

  #expectNew(name: string, live: LivePublication): void {
    if (this.#jobs.has(name)) {
      throw new EverseedError('job-exists', `there already is a job named ${name}`);
    }
    for (const job of this.#jobs.values()) {
      if (job.live !== live) continue;
      throw new EverseedError('verifying', `${live.row.name} is being verified already`);
    }
  }
}
