import { DueQueue } from '../trackers/due-queue.ts';

/** How often each info hash is announced: BEP 5's nodes forget peers after half an hour. */
const intervalMs = 15 * 60_000;

/** Lookups under way at one time; each asks dozens of nodes. */
const maxInFlight = 8;

/** While nobody answers it is tried again, ever more seldom; one info hash for all. */
const firstRetryMs = 5_000;
const longestRetryMs = 60_000;

interface AnnounceRoundsOptions {
  /** Announces an info hash; resolves with whether anybody took it. */
  announce(infoHash: string): Promise<boolean>;
  /** Milliseconds, of a clock that is never set back. */
  now(): number;
  /** 0 to 1. */
  random(): number;
}

interface Entry {
  infoHash: string;
  dueAt: number;
  isAnnounced: boolean;
}

/**
 * Announces info hashes in the DHT, each in its turn and again a quarter of an hour later, a few
 * at a time. With more of them than can be done in that time, a round takes as long as it takes.
 */
export class AnnounceRounds {
  readonly #options: AnnounceRoundsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new DueQueue<Entry>();
  #inFlight = 0;
  /** Rounds in a row in which nobody answered. */
  #failures = 0;
  #silentUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: AnnounceRoundsOptions) {
    this.#options = options;
  }

  /** How many have been announced, of how many. */
  get progress(): { announced: number; of: number } {
    const entries = [...this.#entries.values()];
    return { announced: entries.filter((one) => one.isAnnounced).length, of: entries.length };
  }

  add(infoHashes: readonly string[]): void {
    for (const infoHash of infoHashes) {
      if (this.#entries.has(infoHash)) continue;
      const entry = { infoHash, dueAt: this.#options.now(), isAnnounced: false };
      this.#entries.set(infoHash, entry);
      this.#queue.add(entry, entry.dueAt);
    }
    this.#run();
  }

  remove(infoHashes: readonly string[]): void {
    for (const infoHash of infoHashes) this.#entries.delete(infoHash);
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #run(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const now = this.#options.now();
    const limit = this.#failures > 0 ? 1 : maxInFlight;
    while (this.#inFlight < limit && now >= this.#silentUntil) {
      const due = this.#queue.take(now);
      if (!due) break;
      if (this.#entries.get(due.item.infoHash) === due.item) void this.#announce(due.item);
    }
    const { nextAt } = this.#queue;
    if (nextAt === null || this.#inFlight >= limit) return;
    const wait = Math.max(nextAt, this.#silentUntil) - now;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, Math.ceil(wait)));
  }

  async #announce(entry: Entry): Promise<void> {
    this.#inFlight++;
    const accepted = await this.#options.announce(entry.infoHash).catch(() => false);
    this.#inFlight--;
    const { now, random } = this.#options;
    if (accepted) {
      this.#failures = 0;
      entry.isAnnounced = true;
      entry.dueAt = now() + intervalMs * (0.9 + random() / 10);
    } else {
      const delay = Math.min(firstRetryMs * 2 ** this.#failures, longestRetryMs);
      this.#failures++;
      this.#silentUntil = now() + delay;
      entry.dueAt = this.#silentUntil;
    }
    this.#queue.add(entry, entry.dueAt);
    this.#run();
  }
}
