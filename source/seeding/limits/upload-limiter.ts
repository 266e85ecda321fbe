import { blockLength } from '../wire/messages.ts';
import { TokenBucket } from './token-bucket.ts';

/** How often those who wait are looked at. */
const passMs = 25;

/** Bytes per second; null for no limit. */
export interface UploadLimits {
  overall: number | null;
  /** Of every peer. */
  perPeer: number | null;
}

/** Says how much of what a peer asked for may be sent now. */
export interface UploadGate {
  /** How many of `wanted` bytes may be sent now; none: `wake` is called when there are some. */
  take(wanted: number): number;
  /** So many bytes were sent, where `granted` were; those of a block are not divided. */
  settle(granted: number, sent: number): void;
  /** The peer wants nothing more. */
  close(): void;
}

interface Waiting {
  readonly buckets: readonly TokenBucket[];
  wanted: number;
  grant: number;
  wake(): void;
}

/**
 * Holds what is sent to its limits: overall, of each publication and of each peer. Who has to wait
 * stands in one line; whenever there is something to give, everybody in it gets a share in turn.
 */
export class UploadLimiter {
  readonly #now: () => number;
  readonly #overall: TokenBucket;
  readonly #publications = new Map<number, TokenBucket>();
  readonly #peers = new Set<TokenBucket>();
  #perPeer: number | null = null;
  /** In the order they came. */
  readonly #waiting = new Set<Waiting>();
  #timer: NodeJS.Timeout | undefined;

  /** `now`: milliseconds, on a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#overall = new TokenBucket(null, now());
  }

  setLimits({ overall, perPeer }: UploadLimits): void {
    const now = this.#now();
    this.#overall.setRate(overall, now);
    this.#perPeer = perPeer;
    for (const bucket of this.#peers) bucket.setRate(perPeer, now);
  }

  /** `rate`: bytes per second; null for no limit. */
  limitPublication(id: number, rate: number | null): void {
    const bucket = this.#publications.get(id);
    if (bucket) bucket.setRate(rate, this.#now());
    else if (rate !== null) this.#publications.set(id, new TokenBucket(rate, this.#now()));
  }

  /** For a peer of a publication. `wake` is called when it may take what it could not before. */
  gateFor(id: number, wake: () => void): UploadGate {
    const now = this.#now();
    const own = new TokenBucket(this.#perPeer, now);
    this.#peers.add(own);
    if (!this.#publications.has(id)) this.#publications.set(id, new TokenBucket(null, now));
    const ofPublication = this.#publications.get(id) ?? own;
    const waiting: Waiting = {
      buckets: [this.#overall, ofPublication, own],
      wanted: 0,
      grant: 0,
      wake,
    };
    return {
      take: (wanted) => this.#take(waiting, wanted),
      settle: (granted, sent) => spend(waiting, sent - granted),
      close: () => {
        this.#waiting.delete(waiting);
        this.#peers.delete(own);
      },
    };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
  }

  #take(waiting: Waiting, wanted: number): number {
    if (waiting.buckets.every(({ rate }) => rate === null)) return wanted;
    if (waiting.grant > 0) {
      const granted = Math.min(waiting.grant, wanted);
      waiting.grant = 0;
      spend(waiting, granted);
      return granted;
    }
    const free = this.#waiting.size === 0 ? availableTo(waiting, this.#now()) : 0;
    if (free >= wanted) {
      spend(waiting, wanted);
      return wanted;
    }
    waiting.wanted = wanted;
    this.#waiting.add(waiting);
    this.#timer ??= setInterval(() => this.#pass(), passMs);
    return 0;
  }

  /** Gives those who wait what there is, as equal shares as blocks allow. */
  #pass(): void {
    let left = this.#waiting.size;
    for (const waiting of [...this.#waiting]) {
      const available = availableTo(waiting, this.#now());
      const share = Math.max(blockLength, available / left);
      left--;
      // The last block is never divided: what is overdrawn is missing later.
      if (available <= 0) continue;
      this.#waiting.delete(waiting);
      waiting.grant = Math.min(waiting.wanted, share);
      waiting.wake();
      // It may have been closed, or have nothing to send any more.
      waiting.grant = 0;
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

function availableTo({ buckets }: Waiting, now: number): number {
  return Math.min(...buckets.map((bucket) => bucket.available(now)));
}

function spend({ buckets }: Waiting, bytes: number): void {
  for (const bucket of buckets) bucket.spend(bytes);
}
