/** How many seconds count most. */
const memorySeconds = 30;

/**
 * How fast a peer gains pieces: a mean in which what is long ago counts ever less, since pieces are
 * large and come seldom. In steps of one tick a second.
 */
export class PieceGain {
  #count = 0;
  #mean = 0;
  /** How much of the mean is measured, and not the nothing it began with. */
  #weight = 0;

  /** It has told all that it has, none of which was gained meanwhile. */
  begin(count: number): void {
    this.#count = count;
  }

  /** Ends the second under way, in which it has come to so many pieces. */
  tick(count: number): void {
    const gained = Math.max(0, count - this.#count);
    this.#count = count;
    this.#mean += (gained - this.#mean) / memorySeconds;
    this.#weight += (1 - this.#weight) / memorySeconds;
  }

  /** The seconds that so many pieces take at this rate; null when it gains none. */
  secondsFor(pieces: number): number | null {
    if (pieces === 0) return 0;
    if (this.#mean === 0) return null;
    return Math.ceil((pieces * this.#weight) / this.#mean);
  }
}
