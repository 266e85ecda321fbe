import type { ScrapeEntry } from './announce.ts';
import type { BinaryString } from './binary-string.ts';

/**
 * The swarms with the most peers, as their counts are reported when they change. The last places
 * are approximate: a swarm that lost its place comes back with its next change.
 */
export class LargestSwarms {
  readonly #places: number;
  readonly #entries = new Map<BinaryString, ScrapeEntry>();

  constructor(places: number) {
    this.#places = places;
  }

  update(changed: readonly ScrapeEntry[]): void {
    for (const entry of changed) {
      if (peersOf(entry) === 0) this.#entries.delete(entry.infoHash);
      else this.#entries.set(entry.infoHash, entry);
    }
    // twice as many are kept as are shown, so that it is not sorted at every change
    if (this.#entries.size <= 2 * this.#places) return;
    const kept = this.list;
    this.#entries.clear();
    for (const entry of kept) this.#entries.set(entry.infoHash, entry);
  }

  forget(infoHash: BinaryString): void {
    this.#entries.delete(infoHash);
  }

  /** The largest first. */
  get list(): ScrapeEntry[] {
    return [...this.#entries.values()]
      .sort((a, b) => peersOf(b) - peersOf(a))
      .slice(0, this.#places);
  }
}

function peersOf({ seeds, leechers }: ScrapeEntry): number {
  return seeds + leechers;
}
