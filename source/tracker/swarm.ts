import type { PeerAddress, SwarmCounts } from './announce.ts';
import type { BinaryString } from './binary-string.ts';
import { type InDeck, PeerDeck } from './peer-deck.ts';

/** What a peer is to others: partial seeds (BEP 21) have what they want, though not all. */
export type Role = 'seed' | 'downloader' | 'partialSeed';

export interface Peer extends PeerAddress, InDeck {
  peerId: BinaryString;
  /** Null when it stopped, and is remembered only as one whose download was counted. */
  role: Role | null;
  /** Its download is among those counted. */
  counted: boolean;
}

/** The peers of one info hash, one an endpoint. */
export class Swarm<P extends Peer> {
  readonly #byEndpoint = new Map<BinaryString, P>();
  readonly #decks = {
    seed: new PeerDeck<P>(),
    downloader: new PeerDeck<P>(),
    partialSeed: new PeerDeck<P>(),
  };

  /** How many peers are held, those that stopped and are remembered among them. */
  get size(): number {
    return this.#byEndpoint.size;
  }

  counts(): SwarmCounts {
    const { seed, downloader, partialSeed } = this.#decks;
    return {
      seeds: seed.size,
      leechers: downloader.size + partialSeed.size,
      partialSeeds: partialSeed.size,
    };
  }

  find(endpoint: BinaryString): P | undefined {
    return this.#byEndpoint.get(endpoint);
  }

  add(peer: P): void {
    this.#byEndpoint.set(peer.endpoint, peer);
    if (peer.role !== null) this.#decks[peer.role].add(peer);
  }

  remove(peer: P): void {
    this.#byEndpoint.delete(peer.endpoint);
    if (peer.role !== null) this.#decks[peer.role].remove(peer);
  }

  peers(): Iterable<P> {
    return this.#byEndpoint.values();
  }

  /**
   * Up to `want` random peers that are of use to one of this role: a downloader gets all kinds, in
   * the proportion they are there; who downloads nothing gets those who do.
   */
  choose(role: Role, want: number, random: () => number): P[] {
    const { seed, downloader, partialSeed } = this.#decks;
    const hand: P[] = [];
    if (role !== 'downloader') {
      downloader.deal(want, random, hand);
      return hand;
    }
    const total = seed.size + downloader.size + partialSeed.size;
    if (want >= total) {
      for (const deck of [seed, downloader, partialSeed]) deck.deal(deck.size, random, hand);
      return hand;
    }
    const seeds = share(seed.size, total, want, random);
    const others = want - seeds;
    const partial = share(partialSeed.size, total - seed.size, others, random);
    seed.deal(seeds, random, hand);
    partialSeed.deal(partial, random, hand);
    downloader.deal(others - partial, random, hand);
    return hand;
  }
}

/**
 * How many of `want` things drawn from `total` fall to a group of `size`: the exact proportion,
 * rounded up or down at random so that small groups get their turn. The others can fill the rest.
 */
function share(size: number, total: number, want: number, random: () => number): number {
  if (size === 0) return 0;
  const rounded = Math.floor((want * size) / total + random());
  return Math.min(size, Math.max(rounded, want - (total - size)));
}
