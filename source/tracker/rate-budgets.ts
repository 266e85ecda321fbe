import type { BinaryString } from './binary-string.ts';

interface BudgetOptions {
  /** How many requests one party may make in a second, over time. 0: as many as it likes. */
  perSecond: number;
  /** How many at once, after it was silent for long enough. */
  burst: number;
  /** Milliseconds, of a clock that is never set back. */
  now: () => number;
}

/** More parties than this are remembered for a shorter time. */
const partiesRemembered = 100_000;

/**
 * What each party may ask for: a bucket of `burst` tokens that is refilled by `perSecond`.
 *
 * A bucket is one number, the time at which it will be full again (the generic cell rate
 * algorithm). One that is full is like one that nobody has touched, so buckets need no list to be
 * dropped from: those written of late are in one map, those before in another, which is replaced
 * as a whole when all in it must be full.
 */
export class RateBudgets {
  readonly #costMs: number;
  readonly #burstMs: number;
  readonly #now: () => number;
  #recent = new Map<BinaryString, number>();
  #before = new Map<BinaryString, number>();
  #recentSince: number;

  constructor({ perSecond, burst, now }: BudgetOptions) {
    this.#costMs = perSecond === 0 ? 0 : 1000 / perSecond;
    this.#burstMs = this.#costMs * burst;
    this.#now = now;
    this.#recentSince = now();
  }

  /** Takes a token out of the bucket of `party`; false when there is none. */
  take(party: BinaryString): boolean {
    if (this.#costMs === 0) return true;
    const now = this.#now();
    if (now - this.#recentSince > this.#burstMs || this.#recent.size >= partiesRemembered) {
      this.#before = this.#recent;
      this.#recent = new Map();
      this.#recentSince = now;
    }
    const fullAt = Math.max(this.#recent.get(party) ?? this.#before.get(party) ?? 0, now);
    const fullAfter = fullAt + this.#costMs;
    if (fullAfter - now > this.#burstMs) return false;
    this.#recent.set(party, fullAfter);
    return true;
  }
}
