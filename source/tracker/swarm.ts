import { AddressCounts } from './address-counts.ts';
import type { PeerAddress, SwarmCounts } from './announce.ts';
import type { BinaryString } from './binary-string.ts';
import { type Ipv4, isNearby } from './ipv4.ts';
import { type InDeck, PeerDeck } from './peer-deck.ts';

/** What a peer is to others: partial seeds (BEP 21) have what they want, though not all. */
export type Role = 'seed' | 'downloader' | 'partialSeed';

export interface Peer extends PeerAddress, InDeck {
  /** That of its endpoint. */
  readonly address: Ipv4;
  peerId: BinaryString;
  /** Null when it stopped, and is remembered only as one whose download was counted. */
  role: Role | null;
  /** Its download is among those counted. */
  counted: boolean;
}

type Decks<P extends Peer> = Record<Role, PeerDeck<P>>;

/** The peers of one info hash, one an endpoint. */
export class Swarm<P extends Peer> {
  readonly #byEndpoint = new Map<BinaryString, P>();
  readonly #ofAddress = new AddressCounts();
  /** Those that only who is near them, and near us, can reach. */
  readonly #nearby: Decks<P> = emptyDecks();
  readonly #world: Decks<P> = emptyDecks();

  /** How many peers are held, those that stopped and are remembered among them. */
  get size(): number {
    return this.#byEndpoint.size;
  }

  /** How many of them have this address. */
  sizeOf(address: Ipv4): number {
    return this.#ofAddress.of(address);
  }

  counts(): SwarmCounts {
    const count = (role: Role) => this.#nearby[role].size + this.#world[role].size;
    const partialSeeds = count('partialSeed');
    return { seeds: count('seed'), leechers: count('downloader') + partialSeeds, partialSeeds };
  }

  find(endpoint: BinaryString): P | undefined {
    return this.#byEndpoint.get(endpoint);
  }

  add(peer: P): void {
    this.#byEndpoint.set(peer.endpoint, peer);
    this.#ofAddress.add(peer.address);
    this.show(peer);
  }

  /** Removes one that is hidden. */
  remove(peer: P): void {
    this.#byEndpoint.delete(peer.endpoint);
    this.#ofAddress.remove(peer.address);
  }

  /** Has a peer neither chosen nor counted until it is shown; its role may change meanwhile. */
  hide(peer: P): void {
    if (peer.role !== null) this.#decksOf(peer.address)[peer.role].remove(peer);
  }

  show(peer: P): void {
    if (peer.role !== null) this.#decksOf(peer.address)[peer.role].add(peer);
  }

  peers(): Iterable<P> {
    return this.#byEndpoint.values();
  }

  /**
   * Up to `want` random peers that are of use to one of this role and address: a downloader gets
   * all kinds, in the proportion they are there; who downloads nothing gets those who do. Who is
   * far away gets none that are nearby.
   */
  choose(role: Role, address: Ipv4, want: number, random: () => number): P[] {
    const within = isNearby(address) ? [this.#world, this.#nearby] : [this.#world];
    const roles = role === 'downloader' ? allRoles : downloaders;
    const decks = roles.flatMap((wanted) => within.map((one) => one[wanted]));
    const hand: P[] = [];
    let total = decks.reduce((sum, deck) => sum + deck.size, 0);
    let missing = Math.min(want, total);
    for (const deck of decks) {
      const count = share(deck.size, total, missing, random);
      total -= deck.size;
      missing -= count;
      deck.deal(count, random, hand);
    }
    return hand;
  }

  #decksOf(address: Ipv4): Decks<P> {
    return isNearby(address) ? this.#nearby : this.#world;
  }
}

const allRoles: readonly Role[] = ['seed', 'partialSeed', 'downloader'];
const downloaders: readonly Role[] = ['downloader'];

function emptyDecks<P extends Peer>(): Decks<P> {
  return {
    seed: new PeerDeck<P>(),
    downloader: new PeerDeck<P>(),
    partialSeed: new PeerDeck<P>(),
  };
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
