import type { PublishProgress } from '../control/publishing.ts';
import { adopt } from '../publishing/adopt.ts';
import type { PublishingHost, PublishOutcome } from '../publishing/publish.ts';
import { CancellableJobs } from './cancellable-jobs.ts';

interface AdoptJobEvents {
  /** Any job made progress, began or ended. */
  onChange(): void;
  onFailure(path: string, error: unknown): void;
}

/** The adopting under way: like publish jobs, but that what is verified is read again if need be. */
export class AdoptJobs {
  readonly #host: PublishingHost;
  readonly #events: AdoptJobEvents;
  readonly #jobs: CancellableJobs<null>;

  constructor(host: PublishingHost, events: AdoptJobEvents) {
    this.#host = host;
    this.#events = events;
    this.#jobs = new CancellableJobs(() => events.onChange());
  }

  list(): PublishProgress[] {
    return this.#jobs.list();
  }

  /** Adopts the torrent in a file with its data as the job `name`; see `adopt`. */
  async run(
    name: string,
    what: { torrentFile: string; data: string; partial: boolean },
    onProgress: (progress: PublishProgress) => void,
  ): Promise<Omit<PublishOutcome, 'leftOut'>> {
    const { data } = what;
    const job = {
      name,
      subject: null,
      path: data,
      cancelled: `adopting ${data} was cancelled: nothing was published`,
      begins: {},
      onProgress,
      onFailure: (error: unknown) => this.#events.onFailure(data, error),
    };
    return await this.#jobs.run(job, (report, signal) =>
      adopt(this.#host, what, {
        signal,
        onRead: ({ info }) => report({ phase: 'verifying', totalBytes: info.contentSize }),
        onWaiting: () => report({ phase: 'waiting' }),
        onVerifying: (progress) => report({ ...progress, phase: 'verifying' }),
        onRegistering: () => report({ phase: 'registering' }),
      }),
    );
  }

  /** False when there is no such job (any more). */
  cancel(name: string): boolean {
    return this.#jobs.cancel(name);
  }

  stop(): void {
    this.#jobs.stop();
  }
}
