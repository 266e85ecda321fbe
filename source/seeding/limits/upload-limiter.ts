import { blockLength } from '../wire/messages.ts';
import { type Share, settleShares } from './fair-shares.ts';
import type { Rates } from './schedule.ts';
import { TokenBucket } from './token-bucket.ts';

/** How often those who wait are looked at. */
const passMs = 25;

/** Who asked for nothing for so long shares in nothing. */
const idleMs = 1_000;
/** How much of what it missed, in seconds of its share, a peer gets later; two blocks at least. */
const creditSeconds = 0.5;

/** Says how much of what a peer asked for may be sent now. */
export interface UploadGate {
  /** How many of `wanted` bytes may be sent now; none: `wake` is called when there are some. */
  take(wanted: number): number;
  /** So many bytes were sent, where `granted` were; those of a block are not divided. */
  settle(granted: number, sent: number): void;
  /** The peer wants nothing more. */
  close(): void;
}

interface GateOptions {
  /** Called when it may take what it could not before. */
  wake(): void;
  /** All connections of one address share what a peer may have; null: it is a peer of its own. */
  address?: string | null;
  /** Whether only the publication's own limit holds for it now. */
  isExempt?(): boolean;
}

/** What all connections of one address share. */
interface OfAddress {
  readonly bucket: TokenBucket;
  connections: number;
}

/** A peer with a gate. */
interface Limited extends Share {
  readonly overall: TokenBucket;
  readonly publication: TokenBucket;
  readonly own: TokenBucket;
  /** Only the publication's limit holds for it. */
  isExempt(): boolean;
  wanted: number;
  grant: number;
  askedAt: number;
  wake(): void;
}

/**
 * Holds what is sent to its limits: overall, of each publication and of each peer. Who has to wait
 * stands in one line; whenever there is something to give, everybody in it gets a share, those
 * first who have had least.
 */
export class UploadLimiter {
  readonly #now: () => number;
  readonly #overall: TokenBucket;
  readonly #publications = new Map<number, TokenBucket>();
  readonly #peers = new Set<Limited>();
  readonly #addresses = new Map<string, OfAddress>();
  /** Those that a limit holds for and who asked of late: nobody else costs anything. */
  readonly #sharing = new Set<Limited>();
  #perPeer: number | null = null;
  /** In the order they came. */
  readonly #waiting = new Set<Limited>();
  #timer: NodeJS.Timeout | undefined;

  /** `now`: milliseconds, on a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
    this.#overall = new TokenBucket(null, now());
  }

  setLimits({ overall, perPeer }: Rates): void {
    const now = this.#now();
    this.#overall.setRate(overall, now);
    this.#perPeer = perPeer;
    for (const { own } of this.#peers) own.setRate(perPeer, now);
  }

  /** `rate`: bytes per second; null for no limit. */
  limitPublication(id: number, rate: number | null): void {
    const bucket = this.#publications.get(id);
    if (bucket) bucket.setRate(rate, this.#now());
    else if (rate !== null) this.#publications.set(id, new TokenBucket(rate, this.#now()));
  }

  /** For a peer of a publication. */
  gateFor(id: number, { wake, address = null, isExempt = () => false }: GateOptions): UploadGate {
    const now = this.#now();
    const publication = this.#publications.get(id) ?? new TokenBucket(null, now);
    this.#publications.set(id, publication);
    const { own, release } = this.#ownOf(address);
    const peer: Limited = {
      overall: this.#overall,
      publication,
      own,
      isExempt,
      wanted: 0,
      grant: 0,
      askedAt: now,
      taken: 0,
      credit: 0,
      wake,
    };
    this.#peers.add(peer);
    return {
      take: (wanted) => this.#take(peer, wanted),
      settle: (granted, sent) => {
        if (this.#sharing.has(peer)) spend(peer, sent - granted);
      },
      close: () => {
        this.#waiting.delete(peer);
        this.#sharing.delete(peer);
        if (this.#peers.delete(peer)) release();
      },
    };
  }

  /** The bucket of a peer at an address, until it is released. */
  #ownOf(address: string | null): { own: TokenBucket; release(): void } {
    const known = address === null ? undefined : this.#addresses.get(address);
    const shared = known ?? {
      bucket: new TokenBucket(this.#perPeer, this.#now()),
      connections: 0,
    };
    shared.connections++;
    if (address !== null) this.#addresses.set(address, shared);
    const release = () => {
      if (--shared.connections === 0 && address !== null) this.#addresses.delete(address);
    };
    return { own: shared.bucket, release };
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#waiting.clear();
    this.#sharing.clear();
  }

  #take(peer: Limited, wanted: number): number {
    if (bucketsOf(peer).every(({ rate }) => rate === null)) return wanted;
    const now = this.#now();
    peer.askedAt = now;
    this.#sharing.add(peer);
    if (peer.grant > 0) {
      const granted = Math.min(peer.grant, wanted);
      peer.grant = 0;
      spend(peer, granted);
      return granted;
    }
    if (availableTo(peer, now) >= wanted && this.#mayPassLine(peer, wanted, now)) {
      spend(peer, wanted);
      return wanted;
    }
    peer.wanted = wanted;
    this.#waiting.add(peer);
    this.#timer ??= setInterval(() => this.#pass(), passMs);
    return 0;
  }

  /** Whether a peer need not wait: it has had less than others, or nobody else wants any. */
  #mayPassLine(peer: Limited, wanted: number, now: number): boolean {
    if (this.#waiting.size > 0) return peer.credit >= wanted;
    return peer.credit >= 0 || bucketsOf(peer).every((bucket) => bucket.isPlentiful(now));
  }

  /** Gives those who wait what there is, as equal shares as blocks allow. */
  #pass(): void {
    const now = this.#now();
    this.#settle(now);
    const line = [...this.#waiting].filter((peer) => availableTo(peer, now) > 0);
    line.sort((a, b) => b.credit - a.credit);
    const left = countByBucket(line);
    for (const peer of line) {
      const buckets = bucketsOf(peer);
      const available = availableTo(peer, now);
      const even = buckets.map((one) => one.available(now) / (left.get(one) ?? 1));
      for (const one of buckets) left.set(one, (left.get(one) ?? 1) - 1);
      // The last block is never divided: what is overdrawn is missing later.
      if (available <= 0) continue;
      const share = Math.min(available, Math.min(...even) + Math.max(0, peer.credit));
      this.#waiting.delete(peer);
      peer.grant = Math.min(peer.wanted, Math.max(blockLength, share));
      peer.wake();
      // It may have been closed, or have nothing to send any more.
      peer.grant = 0;
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Notes who has had more than others of the rates that they share. */
  #settle(now: number): void {
    const sharing = new Map<TokenBucket, Limited[]>();
    for (const peer of this.#sharing) {
      const isIdle = !this.#waiting.has(peer) && now - peer.askedAt > idleMs;
      const shared = peer.publication.rate === null ? peer.overall : peer.publication;
      const isAlone = shared.rate === null || (peer.isExempt() && shared === peer.overall);
      if (isIdle || isAlone) {
        peer.taken = 0;
        peer.credit = 0;
        if (isIdle) this.#sharing.delete(peer);
        continue;
      }
      const others = sharing.get(shared);
      if (others) others.push(peer);
      else sharing.set(shared, [peer]);
    }
    for (const [{ rate }, peers] of sharing) {
      const fairRate = (rate ?? 0) / peers.length;
      settleShares(peers, Math.max(2 * blockLength, creditSeconds * fairRate));
    }
  }
}

function bucketsOf({ overall, publication, own, isExempt }: Limited): TokenBucket[] {
  return isExempt() ? [publication] : [overall, publication, own];
}

/** How many of those in line each bucket is for. */
function countByBucket(line: readonly Limited[]): Map<TokenBucket, number> {
  const counts = new Map<TokenBucket, number>();
  for (const bucket of line.flatMap(bucketsOf)) counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  return counts;
}

function availableTo(peer: Limited, now: number): number {
  return Math.min(...bucketsOf(peer).map((bucket) => bucket.available(now)));
}

function spend(peer: Limited, bytes: number): void {
  peer.taken += bytes;
  for (const bucket of bucketsOf(peer)) bucket.spend(bytes);
}
