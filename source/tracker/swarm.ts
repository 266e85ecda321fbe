import { AddressCounts } from './address-counts.ts';
import type { Role, SwarmCounts } from './announce.ts';
import type { BinaryString } from './binary-string.ts';
import { isNearby } from './ip-address.ts';
import { type InDeck, PeerDeck } from './peer-deck.ts';

export interface Peer extends InDeck {
  /** In compact form. */
  readonly endpoint: BinaryString;
  /** That of its endpoint. */
  readonly address: BinaryString;
  peerId: BinaryString;
  /** Null when it stopped, and is remembered only as one whose download was counted. */
  role: Role | null;
  /** Its download is among those counted. */
  counted: boolean;
}

type Decks<P extends Peer> = Record<Role, PeerDeck<P>>;

/** The peers of one info hash, one an endpoint. */
export class Swarm<P extends Peer> {
  guests: SwarmCounts = { seeds: 0, leechers: 0, partialSeeds: 0 };
  completed = 0;
  readonly #byEndpoint = new Map<BinaryString, P>();
  readonly #ofAddress = new AddressCounts();
  /** By address length; those that only who is near them, and near us, can reach apart. */
  readonly #decks = {
    4: { nearby: emptyDecks<P>(), world: emptyDecks<P>() },
    16: { nearby: emptyDecks<P>(), world: emptyDecks<P>() },
  };

  /** How many peers are held, those that stopped and are remembered among them. */
  get size(): number {
    return this.#byEndpoint.size;
  }

  /** How many of them have this address. */
  sizeOf(address: BinaryString): number {
    return this.#ofAddress.of(address);
  }

  counts(): SwarmCounts {
    const { 4: v4, 16: v6 } = this.#decks;
    const count = (role: Role) =>
      v4.nearby[role].size + v4.world[role].size + v6.nearby[role].size + v6.world[role].size;
    const partialSeeds = count('partialSeed');
    return {
      seeds: count('seed') + this.guests.seeds,
      leechers: count('downloader') + partialSeeds + this.guests.leechers,
      partialSeeds: partialSeeds + this.guests.partialSeeds,
    };
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
  choose(
    { role, address, families }: { role: Role; address: BinaryString; families: 'own' | 'both' },
    want: number,
    random: () => number,
  ): P[] {
    const { 4: v4, 16: v6 } = this.#decks;
    const kinds = families === 'both' ? [v4, v6] : [address.length === 4 ? v4 : v6];
    const isNear = isNearby(address);
    const within = kinds.flatMap(({ nearby, world }) => (isNear ? [world, nearby] : [world]));
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

  #decksOf(address: BinaryString): Decks<P> {
    const { nearby, world } = this.#decks[address.length === 4 ? 4 : 16];
    return isNearby(address) ? nearby : world;
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
