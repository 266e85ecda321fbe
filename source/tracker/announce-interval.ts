interface AnnounceIntervalOptions {
  /** Seconds between the announces of a peer, while they are not too many. */
  seconds: number;
  /** Seconds before which a peer is asked not to announce again. */
  minSeconds: number;
  /** When peers would announce more often than this together, each is asked to wait longer. */
  announcesPerSecond: number;
  /** Milliseconds, of a clock that is never set back. */
  now: () => number;
  /** A number from 0 to below 1. */
  random: () => number;
}

const jitter = 0.1;
/** What a newcomer is asked to wait while others are still coming back. */
const shortSeconds = 300;
/** How much longer than usual a peer is asked to wait at most. */
const maxStretch = 2;
/** More than the longest that a peer is asked to wait, for it to fail and try again. */
const lifetimeIntervals = 2.5;

/** When peers are asked to announce again. */
export class AnnounceInterval {
  readonly #options: AnnounceIntervalOptions;
  #seconds: number;
  /** What so many peers need, however few seconds that are. */
  #needed = 0;
  /** Others are coming back until then. */
  #returnsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: AnnounceIntervalOptions) {
    this.#options = options;
    this.#seconds = options.seconds;
  }

  /** Takes in how many peers there are. */
  adapt(peers: number): void {
    const { seconds, announcesPerSecond } = this.#options;
    this.#needed = peers / announcesPerSecond;
    this.#seconds = Math.min(Math.max(seconds, this.#needed), seconds * maxStretch);
  }

  /** Seconds as they are asked for now, before they are spread. */
  get seconds(): number {
    return this.#seconds;
  }

  /** For one usual interval from now on peers come back that are not known any more. */
  expectReturns(): void {
    this.#returnsUntilMs = this.#options.now() + this.#options.seconds * 1000;
  }

  /**
   * Seconds for one peer; spread, for announces that began at the same time to drift apart. Fewer for
   * one that is not known yet, while others come back.
   */
  next(isKnown: boolean): number {
    const { now, random } = this.#options;
    const isShort = !isKnown && now() < this.#returnsUntilMs;
    const seconds = isShort
      ? Math.min(this.#seconds, Math.max(shortSeconds, this.#needed))
      : this.#seconds;
    return Math.round(seconds * (1 + jitter * (2 * random() - 1)));
  }

  /** Seconds before which a peer is asked not to announce again. */
  get min(): number {
    return Math.floor(Math.min(this.#options.minSeconds, this.#options.seconds * (1 - jitter)));
  }

  /** Milliseconds after which a peer that was silent is gone. */
  get lifetimeMs(): number {
    return this.#options.seconds * lifetimeIntervals * 1000;
  }
}
