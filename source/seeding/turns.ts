/** A round takes no longer, but for its last turn: new peers are let in one after each round. */
const roundMs = 0.5;

/**
 * Whose turn it is, among those who have something to send: everybody once, in the order they came.
 * Between the rounds, which are short, the event loop hears whatever else happens.
 */
export class Turns {
  readonly #now: () => number;
  readonly #waiting = new Set<() => void>();
  #isDue = false;

  /** `now`: milliseconds, on a clock that never goes back. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether anybody waits. */
  get isBusy(): boolean {
    return this.#waiting.size > 0;
  }

  /** Has `turn` called once, soon; it throws nothing. */
  add(turn: () => void): void {
    this.#waiting.add(turn);
    this.#arrange();
  }

  #arrange(): void {
    if (this.#isDue || this.#waiting.size === 0) return;
    this.#isDue = true;
    setImmediate(() => this.#round());
  }

  #round(): void {
    this.#isDue = false;
    const end = this.#now() + roundMs;
    for (const turn of this.#waiting) {
      this.#waiting.delete(turn);
      turn();
      if (this.#now() >= end) break;
    }
    this.#arrange();
  }
}
