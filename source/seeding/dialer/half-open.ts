import { isHearsay, type Naming } from './quotas.ts';

/** Connections under way at one time: routers at home choke on more. */
const maxHalfOpen = 32;
/** Of those, to peers of whom we have only heard, who may be nowhere: others are not to wait for them. */
const maxHearsay = 20;
/** Of those, named by one peer. */
const maxPerNamer = 4;

/** Connections that are being made, for whom; nobody may have all places. */
export class HalfOpen {
  readonly #candidates = new Set<Naming>();

  /** Whether a connection to another candidate may be begun. */
  hasRoom({ source, namedBy }: Naming): boolean {
    if (this.#candidates.size >= maxHalfOpen) return false;
    if (!isHearsay(source)) return true;
    const heard = [...this.#candidates].filter((one) => isHearsay(one.source));
    if (heard.length >= maxHearsay) return false;
    return namedBy === null || heard.filter((one) => one.namedBy === namedBy).length < maxPerNamer;
  }

  begin(candidate: Naming): void {
    this.#candidates.add(candidate);
  }

  end(candidate: Naming): void {
    this.#candidates.delete(candidate);
  }
}
