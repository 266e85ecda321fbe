import type { PublishProgress } from '../control/publishing.ts';
import { EverseedError, messageOf } from '../errors.ts';
import { begunProgress } from './begun-progress.ts';

type ReportProgress = (change: Partial<PublishProgress>) => void;

interface JobFacts<Subject> {
  name: string;
  subject: Subject;
  path: string;
  /** What to say when it is cancelled. */
  cancelled: string;
  /** What its progress begins with. */
  begins: Partial<PublishProgress>;
  onProgress(progress: PublishProgress): void;
  /** With what was thrown. */
  onFailure(error: unknown): void;
}

interface Job<Subject> {
  subject: Subject;
  progress: PublishProgress;
  abort: AbortController;
}

/** Jobs of one kind under way, by their names: their progress is told, and they can be cancelled. */
export class CancellableJobs<Subject> {
  readonly #onChange: () => void;
  readonly #jobs = new Map<string, Job<Subject>>();

  /** `onChange`: any job made progress, began or ended. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  list(): PublishProgress[] {
    return [...this.#jobs.values()].map(({ progress }) => progress);
  }

  /** What the jobs under way are about. */
  subjects(): Subject[] {
    return [...this.#jobs.values()].map(({ subject }) => subject);
  }

  /** @throws EverseedError `job-exists` */
  expectNew(name: string): void {
    if (!this.#jobs.has(name)) return;
    throw new EverseedError('job-exists', `there already is a job named ${name}`);
  }

  /** Does `work` as a job. @throws EverseedError `job-exists`, `cancelled`, and what `work` throws */
  async run<T>(
    { name, subject, path, cancelled, begins, onProgress, onFailure }: JobFacts<Subject>,
    work: (report: ReportProgress, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    this.expectNew(name);
    const abort = new AbortController();
    const job: Job<Subject> = { subject, abort, progress: begunProgress(name, path) };
    const report: ReportProgress = (change) => {
      job.progress = { ...job.progress, ...change };
      onProgress(job.progress);
      this.#onChange();
    };
    this.#jobs.set(name, job);
    report(begins);
    try {
      const result = await work(report, abort.signal);
      report({ phase: 'done' });
      return result;
    } catch (error) {
      if (abort.signal.aborted) {
        report({ phase: 'cancelled' });
        throw new EverseedError('cancelled', cancelled);
      }
      report({ phase: 'failed', error: messageOf(error) });
      // whoever began it may be gone by now
      onFailure(error);
      throw error;
    } finally {
      this.#jobs.delete(name);
      this.#onChange();
    }
  }

  /** False when there is no such job (any more). */
  cancel(name: string): boolean {
    const job = this.#jobs.get(name);
    job?.abort.abort();
    return job !== undefined;
  }

  /** Cancels all that are about something. */
  cancelOf(subject: Subject): void {
    for (const job of this.#jobs.values()) if (job.subject === subject) job.abort.abort();
  }

  stop(): void {
    for (const { abort } of this.#jobs.values()) abort.abort();
  }
}
