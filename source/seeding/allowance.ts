const minuteMs = 60_000;

/** How much of something may be had in a minute; what was not used is there for later. */
export class Allowance {
  readonly #perMinute: number;
  #left: number;
  #refilledAt: number;

  /** `now`: milliseconds, on a clock that never goes back; that of `take`. */
  constructor(perMinute: number, now: number) {
    this.#perMinute = perMinute;
    this.#left = perMinute;
    this.#refilledAt = now;
  }

  /** Takes so much, though there may not be that much left: then there is less than nothing. */
  charge(amount: number): void {
    this.#left -= amount;
  }

  /** Takes so much; false, and nothing is taken, when there is not that much left. */
  take(amount: number, now: number): boolean {
    const refill = ((now - this.#refilledAt) / minuteMs) * this.#perMinute;
    this.#left = Math.min(this.#perMinute, this.#left + refill);
    this.#refilledAt = now;
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }
}
