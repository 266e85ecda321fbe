import type { LivePublication } from './publications.ts';

/** What a look at the data of a publication found. */
type Faults = NonNullable<LivePublication['dataFaults']>;

/**
 * Has files verified that were replaced by others of their size and time: a copy that was put back,
 * most often. One publication after the other; meanwhile what is replaced is not served.
 */
export class ReplacedContent {
  readonly #verify: (live: LivePublication, paths: ReadonlySet<string>) => Promise<unknown>;
  /** What waits for its turn: the paths of the files that were replaced. */
  readonly #waiting = new Map<LivePublication, ReadonlySet<string>>();
  #isRunning = false;

  /** `verify`: compares those files with their pieces; what that comes to, it tells by itself. */
  constructor(verify: (live: LivePublication, paths: ReadonlySet<string>) => Promise<unknown>) {
    this.#verify = verify;
  }

  /** Takes what a look at a publication has found to be otherwise than before. */
  found(live: LivePublication, faults: Faults): void {
    const replaced = faults.filter(({ kind }) => kind === 'replaced').map(({ path }) => path);
    if (replaced.length > 0) this.#waiting.set(live, new Set(replaced));
    else this.#waiting.delete(live);
    if (!this.#isRunning) void this.#run();
  }

  stop(): void {
    this.#waiting.clear();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let next = this.#next(); next; next = this.#next()) {
      // told to the user by who verifies; it stays a fault in its health
      await this.#verify(...next).catch(() => undefined);
    }
    this.#isRunning = false;
  }

  #next(): [LivePublication, ReadonlySet<string>] | undefined {
    const next = this.#waiting.entries().next().value;
    if (next) this.#waiting.delete(next[0]);
    return next;
  }
}
