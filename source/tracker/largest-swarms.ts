import type { ScrapeEntry } from './announce.ts';
import type { BinaryString } from './binary-string.ts';

/**
 * The swarms with the most peers, as their counts are reported when they change. The last places
 * are approximate: a swarm that lost its place comes back with its next change.
 */
export class LargestSwarms {
  readonly #places: number;
  readonly #entries = new Map<BinaryString, ScrapeEntry>();
  /** Swarms of no more peers than this are not among the largest. */
  #least = 0;

  constructor(places: number) {
    this.#places = places;
  }

  update(changed: readonly ScrapeEntry[]): void {
    for (const entry of changed) {
      const peers = peersOf(entry);
      const isKept = peers > this.#least || this.#entries.has(entry.infoHash);
      if (peers === 0) this.#entries.delete(entry.infoHash);
      else if (isKept) this.#entries.set(entry.infoHash, entry);
      // more are kept than are shown: for those that shrink, and not to sort at every change
      if (this.#entries.size > 4 * this.#places) this.#prune();
    }
    if (this.#entries.size < this.#places) this.#least = 0;
  }

  forget(infoHash: BinaryString): void {
    this.#entries.delete(infoHash);
  }

  #prune(): void {
    const kept = this.#sorted().slice(0, 2 * this.#places);
    this.#entries.clear();
    for (const entry of kept) this.#entries.set(entry.infoHash, entry);
    const last = kept.at(-1);
    this.#least = last ? peersOf(last) : 0;
  }

  /** The largest first. */
  get list(): ScrapeEntry[] {
    return this.#sorted().slice(0, this.#places);
  }

  #sorted(): ScrapeEntry[] {
    return [...this.#entries.values()].sort((a, b) => peersOf(b) - peersOf(a));
  }
}

function peersOf({ seeds, leechers }: ScrapeEntry): number {
  return seeds + leechers;
}
