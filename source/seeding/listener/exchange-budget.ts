import { isPrivate } from './networks.ts';
import { addressGroup, siteOf } from './peer-address.ts';
import { Tally } from './tally.ts';

/** Over how long exchanges are counted. */
const windowMs = 10_000;
/**
 * How many there may be in that time, from one address (or IPv6 /64 network), from an IPv6 /48 one,
 * and from all: each costs half a millisecond. In our own network one address may be many peers.
 */
const maxOfAddress = 100;
const maxOfSite = 400;
const maxOfLocal = 2_000;
const maxOfAll = 4_000;

/** Bounds what strangers can make us compute: anybody's bytes may begin an encrypted handshake. */
export class ExchangeBudget {
  readonly #taken = new Tally();
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
      this.#taken.clear();
    }
    const isLocal = isPrivate({ host: address });
    const group = addressGroup(address);
    const site = siteOf(address);
    if (this.#all >= maxOfAll) return false;
    if (this.#taken.of(group) >= (isLocal ? maxOfLocal : maxOfAddress)) return false;
    if (this.#taken.of(site) >= (isLocal ? maxOfLocal : maxOfSite)) return false;
    for (const name of new Set([group, site])) this.#taken.add(name);
    this.#all++;
    return true;
  }
}
