/** How many seconds a rate is the mean of. */
const windowSeconds = 5;

/**
 * Bytes per second over the last five seconds, in steps of one tick a second. It is exactly zero
 * five ticks after the last byte.
 */
export class Rate {
  readonly #buckets = new Float64Array(windowSeconds);
  #current = 0;
  #sum = 0;

  /** Counts bytes towards the second under way. */
  add(bytes: number): void {
    this.#buckets[this.#current] = (this.#buckets[this.#current] ?? 0) + bytes;
    this.#sum += bytes;
  }

  get bytesPerSecond(): number {
    return Math.round(this.#sum / windowSeconds);
  }

  /** Ends the second under way. Returns the rate. */
  tick(): number {
    const rate = this.bytesPerSecond;
    this.#current = (this.#current + 1) % windowSeconds;
    this.#sum -= this.#buckets[this.#current] ?? 0;
    this.#buckets[this.#current] = 0;
    return rate;
  }
}
