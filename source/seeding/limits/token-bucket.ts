/** What may be sent at once after a rest: so much of a second's worth. */
const burstSeconds = 0.1;
/**
 * And after the thread was busy with other things while somebody was being sent data: what was
 * missed is made up for, but no more than keeps the rate accurate over ten seconds.
 */
const missedSeconds = 0.4;
/** Whoever sends nothing for so long rests. */
const restMs = 1_000;

/**
 * Bytes that may be sent, growing by a rate. It may be overdrawn, by what cannot be divided: what is
 * sent over some seconds is exact all the same.
 */
export class TokenBucket {
  #rate: number | null;
  #tokens: number;
  #filledAt: number;
  #spentAt = Number.NEGATIVE_INFINITY;

  /** `rate`: bytes per second, null for no limit. `now`: milliseconds, that of `available`. */
  constructor(rate: number | null, now: number) {
    this.#rate = rate;
    this.#tokens = 0;
    this.#filledAt = now;
  }

  get rate(): number | null {
    return this.#rate;
  }

  /** Goes on at another rate from now on. */
  setRate(rate: number | null, now: number): void {
    if (rate === this.#rate) return;
    this.available(now);
    this.#rate = rate;
    this.#tokens = 0;
    this.#filledAt = now;
  }

  /** How many bytes may be sent now; none while it is overdrawn, all while there is no limit. */
  available(now: number): number {
    if (this.#rate === null) return Number.POSITIVE_INFINITY;
    const gained = ((now - this.#filledAt) / 1000) * this.#rate;
    const most = now - this.#spentAt > restMs ? burstSeconds : missedSeconds;
    this.#tokens = Math.min(this.#rate * most, this.#tokens + gained);
    this.#filledAt = now;
    return Math.max(0, this.#tokens);
  }

  /** Whether so little was sent of late that whoever wants some may have it. */
  isPlentiful(now: number): boolean {
    return this.#rate === null || this.available(now) >= (this.#rate * burstSeconds) / 2;
  }

  spend(bytes: number): void {
    if (this.#rate === null) return;
    this.#tokens -= bytes;
    this.#spentAt = this.#filledAt;
  }
}
