import { retryDelay } from './next-announce.ts';

/** Announces under way to one host at a time. */
const maxInFlight = { http: 8, udp: 32 } as const;

/** Announces that wait are begun this far apart, or as fast as gets all to it in ten minutes. */
const spacingMs = 40;
export const allWithinMs = 10 * 60_000;
/** So much of its spacing may be made up for after a pause. */
const burstMs = 100;

/** After so many failures in a row a host counts as down. */
const failuresUntilDown = 3;

/**
 * Lets announces pass to one host: a few at a time, well spaced; and when the host is down, one
 * now and then, until that is answered. A dead tracker of thousands of publications costs a
 * request every half hour.
 */
export class HostGate<T> {
  readonly #maxInFlight: number;
  readonly #random: () => number;
  #inFlight = 0;
  #urgent: T[] = [];
  #waiting: T[] = [];
  /** Those of `#waiting` before it have passed. */
  #head = 0;
  /** How many ever came to wait, and how many of them have passed. */
  #entered = 0;
  #passed = 0;
  #nextStartAt = 0;
  #failures = 0;
  #downUntil: number | null = null;
  #problem = '';
  /** How many announce here regularly. */
  users = 0;
  /** When it asked last to be looked at again. */
  wakeAt = Number.POSITIVE_INFINITY;

  constructor(protocol: keyof typeof maxInFlight, random: () => number) {
    this.#maxInFlight = maxInFlight[protocol];
    this.#random = random;
  }

  /** Since when it does not answer any more, until when nobody passes, and why. */
  get down(): { until: number; problem: string } | null {
    return this.#downUntil === null ? null : { until: this.#downUntil, problem: this.#problem };
  }

  /** How many wait to pass. */
  get waiting(): number {
    return this.#urgent.length + this.#waiting.length - this.#head;
  }

  /**
   * An urgent one passes before the others, and need not keep its distance. Returns the number of
   * its turn, for `turnAt`.
   */
  enter(item: T, urgent: boolean): number {
    if (urgent) {
      this.#urgent.push(item);
      return 0;
    }
    this.#waiting.push(item);
    return this.#entered++;
  }

  /** When somebody's turn will come, as it looks at `now`. */
  turnAt(turn: number, now: number): number {
    const begin = Math.max(this.#downUntil ?? 0, this.#nextStartAt, now);
    return begin + Math.max(turn - this.#passed, 0) * this.#spacing;
  }

  /** All who wait leave, to try elsewhere. */
  leave(): T[] {
    const left = [...this.#urgent, ...this.#waiting.slice(this.#head)];
    this.#passed = this.#entered;
    this.#urgent = [];
    this.#waiting = [];
    this.#head = 0;
    return left;
  }

  /** The next one that may pass at `now`; whoever gets it tells how it went with `done`. */
  take(now: number): T | null {
    if (this.waiting === 0 || this.#inFlight >= this.#limit(now)) return null;
    const urgent = this.#urgent.shift();
    if (urgent !== undefined) {
      this.#inFlight++;
      return urgent;
    }
    if (now < this.#nextStartAt) return null;
    this.#nextStartAt = Math.max(this.#nextStartAt, now - burstMs) + this.#spacing;
    this.#inFlight++;
    return this.#shift();
  }

  /** When `take` can be of use again without anything being done before; null for not at all. */
  nextAt(now: number): number | null {
    if (this.waiting === 0) return null;
    if (this.#downUntil !== null && now < this.#downUntil) return this.#downUntil;
    if (this.#inFlight >= this.#limit(now)) return null;
    return this.#urgent.length > 0 ? now : Math.max(now, this.#nextStartAt);
  }

  /**
   * @param problem what was wrong when nothing answered, else null
   * @returns whether the host is down from now on, and was not before
   */
  done(problem: string | null, now: number): boolean {
    this.#inFlight--;
    if (problem === null) {
      this.#failures = 0;
      this.#downUntil = null;
      return false;
    }
    this.#problem = problem;
    // of those that were under way when it went down, each would double the wait
    if (this.#downUntil !== null && now < this.#downUntil) return false;
    this.#failures++;
    const rounds = this.#failures - failuresUntilDown + 1;
    if (rounds <= 0) return false;
    this.#downUntil = now + retryDelay(rounds, null, this.#random());
    return rounds === 1;
  }

  /** Takes back a `take` that nothing came of. */
  release(): void {
    this.#inFlight--;
  }

  #limit(now: number): number {
    if (this.#downUntil === null) return this.#maxInFlight;
    return now < this.#downUntil ? 0 : 1;
  }

  get #spacing(): number {
    return Math.min(spacingMs, allWithinMs / Math.max(this.users, 1));
  }

  #shift(): T | null {
    this.#passed++;
    const item = this.#waiting[this.#head++];
    // not at every step: that would move thousands each time
    if (this.#head > 1_000 && this.#head > this.#waiting.length / 2) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return item ?? null;
  }
}
