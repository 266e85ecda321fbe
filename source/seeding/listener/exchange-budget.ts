/** Over how long exchanges are counted. */
const windowMs = 10_000;
/** How many there may be in that time, from one address and from all: each costs half a millisecond. */
const maxOfAddress = 100;
const maxOfAll = 4_000;

/** Bounds what strangers can make us compute: anybody's bytes may begin an encrypted handshake. */
export class ExchangeBudget {
  readonly #byAddress = new Map<string, number>();
  #all = 0;
  #since: number;

  /** `now`: milliseconds, on a clock that never goes back; that of `take`. */
  constructor(now: number) {
    this.#since = now;
  }

  /** Whether another key exchange is allowed for an address; if so, it is counted. */
  take(address: string, now: number): boolean {
    if (now - this.#since >= windowMs) {
      this.#since = now;
      this.#all = 0;
      this.#byAddress.clear();
    }
    const count = this.#byAddress.get(address) ?? 0;
    if (count >= maxOfAddress || this.#all >= maxOfAll) return false;
    this.#byAddress.set(address, count + 1);
    this.#all++;
    return true;
  }
}
