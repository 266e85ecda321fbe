import type { VerifyReport } from '../control/publications.ts';
import type { PublishProgress } from '../control/publishing.ts';
import { EverseedError } from '../errors.ts';
import type { Verification } from '../metainfo/verifying/verify.ts';
import { moveContent } from '../publishing/move-content.ts';
import {
  type VerifyingHost,
  type VerifyObserver,
  verifyPublication,
} from '../publishing/verify-publication.ts';
import { CancellableJobs } from './cancellable-jobs.ts';
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
  /** A publication is served from there now, as the catalog says. */
  onMoved(live: LivePublication, path: string): void;
  onFailure(live: LivePublication, path: string, error: unknown): void;
}

interface JobFacts {
  name: string;
  live: LivePublication;
  path: string;
  /** What to say when it is cancelled. */
  cancelled: string;
}

/** The verifying under way: one after the other, and after what is being hashed. */
export class VerifyJobs {
  readonly #host: VerifyingHost;
  readonly #events: VerifyJobEvents;
  readonly #jobs: CancellableJobs<LivePublication>;

  constructor(host: VerifyingHost, events: VerifyJobEvents) {
    this.#host = host;
    this.#events = events;
    this.#jobs = new CancellableJobs(() => events.onChange());
  }

  list(): PublishProgress[] {
    return this.#jobs.list();
  }

  /**
   * Verifies a publication, whose content is at `path`, as the job `name`; of its files those that
   * are wanted, all unless told.
   *
   * @throws EverseedError `job-exists`, `verifying` when it is being verified already, `cancelled`,
   *   `moved`
   */
  verify(
    name: string,
    live: LivePublication,
    path: string,
    onProgress: (progress: PublishProgress) => void,
    isWanted?: (found: { path: string }) => boolean,
  ): Promise<VerifyReport> {
    const cancelled = `verifying ${live.row.name} was cancelled: what was known of it is as it was`;
    return this.#run({ name, live, path, cancelled }, onProgress, async (observer) => {
      const { verification, kept } = await verifyPublication(this.#host, live.row.id, {
        ...observer,
        ...(isWanted && { isWanted }),
      });
      this.#events.onVerified(live, kept, verification);
      return verifyReportOf(live, kept.verifiedAt, verification);
    });
  }

  /**
   * Has a publication served from where its content is now, as the job `name`; see `moveContent`.
   *
   * @throws EverseedError as `verify`, `content-not-whole`, `content-touched`, `content-changed`
   */
  move(
    name: string,
    live: LivePublication,
    to: { path: string; verify: boolean },
    onProgress: (progress: PublishProgress) => void,
  ): Promise<void> {
    const { path, verify } = to;
    const cancelled = `moving ${live.row.name} was cancelled: it is served from where it was`;
    return this.#run({ name, live, path, cancelled }, onProgress, async (observer) => {
      const found = await moveContent(this.#host, live.row.id, path, { ...observer, verify });
      this.#events.onMoved(live, found);
    });
  }

  async #run<T>(
    { name, live, path, cancelled }: JobFacts,
    onProgress: (progress: PublishProgress) => void,
    work: (observer: Omit<VerifyObserver, 'isWanted'>) => Promise<T>,
  ): Promise<T> {
    this.#jobs.expectNew(name);
    if (this.#jobs.subjects().includes(live)) {
      throw new EverseedError('verifying', `${live.row.name} is being verified already`);
    }
    const { size, fileCount } = live.row;
    const job = {
      name,
      subject: live,
      path,
      cancelled,
      begins: { phase: 'verifying', totalBytes: size, totalFiles: fileCount } as const,
      onProgress,
      onFailure: (error: unknown) => this.#events.onFailure(live, path, error),
    };
    return await this.#jobs.run(job, (report, signal) =>
      work({
        signal,
        onWaiting: () => report({ phase: 'waiting' }),
        onVerifying: (progress) => report({ ...progress, phase: 'verifying' }),
      }),
    );
  }

  /** False when there is no such job (any more). */
  cancel(name: string): boolean {
    return this.#jobs.cancel(name);
  }

  /** A publication is removed: nobody will want to know. */
  cancelOf(live: LivePublication): void {
    this.#jobs.cancelOf(live);
  }

  stop(): void {
    this.#jobs.stop();
  }
}
