import { DueQueue } from '../trackers/due-queue.ts';
import type { DhtAnswer } from './dht-node.ts';

/** How often each info hash is announced, */
const intervalMs = 15 * 60_000;
/** since BEP 5's nodes forget peers after half an hour. */
const validMs = 30 * 60_000;

/** Lookups under way at one time, each of which asks dozens of nodes: as many as it takes, within these. */
const leastInFlight = 8;
const mostInFlight = 32;
/** More than it takes by the mean of how long they took, so that there is some to spare. */
const spare = 1.2;
/** What lookups take, before any has ended; and how many of the last the mean is of. */
const usualMs = 3_000;
const meanOf = 32;

/** Where a lookup finds no more peers than these, the everseed is missed most. */
const fewPeers = 3;

/** While nobody answers it is tried again, ever more seldom; one info hash for all. */
const firstRetryMs = 5_000;
const longestRetryMs = 60_000;

interface AnnounceRoundsOptions {
  /** Announces an info hash. */
  announce(infoHash: string): Promise<DhtAnswer>;
  /** Told when announcing all takes so long that nodes forget some meanwhile. */
  onBehind(progress: DhtProgress): void;
  /** Milliseconds, of a clock that is never set back. */
  now(): number;
  /** 0 to 1. */
  random(): number;
}

export interface DhtProgress {
  /** How many were announced so lately that nodes remember it, of how many. */
  announced: number;
  of: number;
  /** How long it takes to announce all of them, milliseconds. */
  roundMs: number;
}

/** The most urgent first; those of one kind as they are due. */
const urgencies = ['never-announced', 'few-peers', 'many-peers'] as const;

interface Entry {
  infoHash: string;
  dueAt: number;
  /** When nodes last took it. */
  announcedAt: number | null;
  urgency: (typeof urgencies)[number];
}

/**
 * Announces info hashes in the DHT, each in its turn and again a quarter of an hour later, some at a
 * time: the more there are, and the slower nodes are, the more at once, up to a bound. Where that is
 * not enough, those go first that were never announced, then those that have few peers.
 */
export class AnnounceRounds {
  readonly #options: AnnounceRoundsOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #queues = urgencies.map(() => new DueQueue<Entry>());
  #inFlight = 0;
  /** How long lookups took, milliseconds. */
  #meanMs = usualMs;
  /** Rounds in a row in which nobody answered. */
  #failures = 0;
  #silentUntil = 0;
  #isBehind = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: AnnounceRoundsOptions) {
    this.#options = options;
  }

  get progress(): DhtProgress {
    const since = this.#options.now() - validMs;
    let announced = 0;
    for (const { announcedAt } of this.#entries.values()) {
      if (announcedAt !== null && announcedAt > since) announced++;
    }
    return { announced, of: this.#entries.size, roundMs: Math.round(this.#roundMs) };
  }

  add(infoHashes: readonly string[]): void {
    for (const infoHash of infoHashes) {
      if (this.#entries.has(infoHash)) continue;
      const dueAt = this.#options.now();
      const entry: Entry = { infoHash, dueAt, announcedAt: null, urgency: 'never-announced' };
      this.#entries.set(infoHash, entry);
      this.#enqueue(entry);
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

  #enqueue(entry: Entry): void {
    this.#queues[urgencies.indexOf(entry.urgency)]?.add(entry, entry.dueAt);
  }

  #take(now: number): Entry | null {
    for (const queue of this.#queues) {
      const due = queue.take(now);
      if (due) return due.item;
    }
    return null;
  }

  /** What takes so many lookups at one time, on average, that each has its turn in the interval. */
  get #wanted(): number {
    return (this.#entries.size * this.#meanMs) / intervalMs;
  }

  get #limit(): number {
    if (this.#failures > 0) return 1;
    return Math.min(mostInFlight, Math.max(leastInFlight, Math.ceil(spare * this.#wanted)));
  }

  get #roundMs(): number {
    return Math.max(intervalMs, (this.#entries.size * this.#meanMs) / mostInFlight);
  }

  #run(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    const now = this.#options.now();
    const limit = this.#limit;
    while (this.#inFlight < limit && now >= this.#silentUntil) {
      const due = this.#take(now);
      if (!due) break;
      if (this.#entries.get(due.infoHash) === due) void this.#announce(due);
    }
    const nextAt = Math.min(...this.#queues.map((queue) => queue.nextAt ?? Infinity));
    if (nextAt === Infinity || this.#inFlight >= limit) return;
    const wait = Math.max(nextAt, this.#silentUntil) - now;
    this.#timer = setTimeout(() => this.#run(), Math.max(0, Math.ceil(wait)));
  }

  async #announce(entry: Entry): Promise<void> {
    this.#inFlight++;
    const { announce, now, random } = this.#options;
    const begunAt = now();
    const nobody: DhtAnswer = { accepted: false, peers: 0 };
    const { accepted, peers } = await announce(entry.infoHash).catch(() => nobody);
    this.#inFlight--;
    if (accepted) {
      this.#failures = 0;
      this.#meanMs += (now() - begunAt - this.#meanMs) / meanOf;
      entry.announcedAt = now();
      entry.urgency = peers <= fewPeers ? 'few-peers' : 'many-peers';
      entry.dueAt = now() + intervalMs * (0.9 + random() / 10);
    } else {
      const delay = Math.min(firstRetryMs * 2 ** this.#failures, longestRetryMs);
      this.#failures++;
      this.#silentUntil = now() + delay;
      entry.dueAt = this.#silentUntil;
    }
    this.#enqueue(entry);
    this.#noteBehind();
    this.#run();
  }

  #noteBehind(): void {
    const before = this.#isBehind;
    this.#isBehind = this.#roundMs > validMs;
    if (this.#isBehind && !before) this.#options.onBehind(this.progress);
    // not to be told again and again around the bound
    else if (before && this.#roundMs > 0.8 * validMs) this.#isBehind = true;
  }
}
