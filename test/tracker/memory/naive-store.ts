import type { Role } from '../../../source/tracker/announce.ts';
import { isLoopback, isNearby, partyOf } from '../../../source/tracker/ip-address.ts';
import type { PeerLimits } from '../../../source/tracker/swarm-store.ts';
import type { TextAnnouncement } from '../text-store.ts';

/** What a swarm store is to do, written down plainly: for one of few peers, of which all are looked at. */

interface NaivePeer {
  readonly infoHash: string;
  readonly isIpv6: boolean;
  address: string;
  port: number;
  peerId: string;
  key: number | null;
  /** Null of one that stopped, and is remembered for its download. */
  role: Role | null;
  second: number;
  counted: boolean;
  /** Not counted, since it is counted as one of the other family. */
  isTwin: boolean;
}

interface NaiveAnnounced {
  finished: boolean;
  sinceBefore: number | null;
  /** Compact endpoints of those who asks may be told of, by family. */
  useful: readonly [Map<string, NaivePeer>, Map<string, NaivePeer>];
}

type Counts = { seeds: number; leechers: number; partialSeeds: number; completed: number };

export class NaiveStore {
  #peers: NaivePeer[] = [];
  readonly #completed = new Map<string, number>();
  readonly #limits: PeerLimits;
  readonly #lifetimeSeconds: number;

  constructor(limits: PeerLimits, lifetimeSeconds: number) {
    this.#limits = limits;
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  announce(announcement: TextAnnouncement, second: number): NaiveAnnounced {
    const { infoHash, address, port, peerId, key, event, role, unlisted } = announcement;
    const isIpv6 = address.length === 16;
    const family = this.#of(infoHash).filter((peer) => peer.isIpv6 === isIpv6);
    const others = this.#of(infoHash).filter((peer) => peer.isIpv6 !== isIpv6);
    const there = family.find((peer) => peer.address === address && peer.port === port);
    const known = family.find((peer) => isSame(peer, announcement)) ?? there;
    const hasMoved = known !== there;
    if (there && hasMoved) this.#drop(there);
    const roleBefore = known?.role ?? null;
    const sinceBefore = known && roleBefore ? (second - known.second) * 1000 : null;

    const stopped = event === 'stopped';
    const isStranger = !known && !family.some((peer) => peer.address === address);
    const wasIncomplete = roleBefore === 'downloader' || roleBefore === 'partialSeed';
    const finishes =
      role === 'seed' &&
      ((event === 'completed' && (wasIncomplete || isStranger)) ||
        (stopped && roleBefore === 'downloader'));
    const wasCounted = known?.counted ?? false;
    const counted = wasCounted || finishes;
    const hasPlace = known
      ? !hasMoved || this.#mayHold(infoHash, address, known)
      : this.#hasRoom(infoHash, address);
    const kept = hasPlace && (stopped ? counted : !unlisted);
    const isCountedBoth = others.some((other) => other.counted && isSame(other, announcement));
    const finished = kept && finishes && !wasCounted && !isCountedBoth;
    if (finished) this.#completed.set(infoHash, this.completedOf(infoHash) + 1);

    if (known && !kept) this.#drop(known);
    if (known?.isTwin !== true && known && (stopped || !isSame(known, announcement))) {
      this.#countTwinOf(known);
    }
    if (kept) {
      const twin = others.find((other) => isSame(other, announcement));
      const isTwin = !stopped && twin !== undefined && twin.role !== null && !twin.isTwin;
      const said = { infoHash, isIpv6, address, port, peerId, key, second, counted, isTwin };
      const now = { ...said, role: stopped ? null : role };
      if (known) Object.assign(known, now);
      else this.#peers.push(now);
    }
    return { finished, sinceBefore, useful: this.#usefulTo(announcement) };
  }

  #usefulTo({ infoHash, address, port, role }: TextAnnouncement): NaiveAnnounced['useful'] {
    const useful = this.#of(infoHash).filter(
      (peer) =>
        peer.role !== null &&
        (role === 'downloader' || peer.role === 'downloader') &&
        (isNearby(address) || !isNearby(peer.address)) &&
        !(peer.address === address && peer.port === port),
    );
    const of = (isIpv6: boolean) =>
      new Map(
        useful.filter((peer) => peer.isIpv6 === isIpv6).map((peer) => [endpointOf(peer), peer]),
      );
    return [of(false), of(true)];
  }

  /** Forgets who has been silent for too long. */
  expire(second: number): void {
    for (const peer of [...this.#peers]) {
      if (second - peer.second >= this.#lifetimeSeconds) this.#drop(peer);
    }
  }

  forget(infoHash: string): void {
    for (const peer of this.#of(infoHash)) this.#drop(peer);
    this.#completed.delete(infoHash);
  }

  /**
   * What it is when all were written down at `second`, and read so many seconds later by one whose
   * clock is the same then: whoever is there by both families is counted as of IPv4.
   */
  restored(second: number, secondsLater: number): void {
    for (const peer of this.#peers) peer.second -= secondsLater;
    this.expire(second);
    for (const peer of this.#peers) {
      peer.isTwin =
        peer.isIpv6 &&
        peer.role !== null &&
        this.#of(peer.infoHash).some(
          (other) => !other.isIpv6 && other.role !== null && isSame(other, peer),
        );
    }
  }

  completedOf(infoHash: string): number {
    return this.#completed.get(infoHash) ?? 0;
  }

  counts(infoHash: string): Counts {
    const counted = this.#of(infoHash).filter(({ isTwin }) => !isTwin);
    const of = (role: Role) => counted.filter((peer) => peer.role === role).length;
    return {
      seeds: of('seed'),
      leechers: of('downloader') + of('partialSeed'),
      partialSeeds: of('partialSeed'),
      completed: this.completedOf(infoHash),
    };
  }

  get totals() {
    const there = this.#peers.filter(({ role }) => role !== null);
    return {
      swarms: new Set(there.map(({ infoHash }) => infoHash)).size,
      peers: there.filter(({ isIpv6 }) => !isIpv6).length,
      peers6: there.filter(({ isIpv6 }) => isIpv6).length,
      twins: there.filter(({ isTwin }) => isTwin).length,
    };
  }

  #of(infoHash: string): NaivePeer[] {
    return this.#peers.filter((peer) => peer.infoHash === infoHash);
  }

  #drop(gone: NaivePeer): void {
    this.#peers = this.#peers.filter((peer) => peer !== gone);
    this.#countTwinOf(gone);
  }

  /** Has the same peer in the other family be counted there. */
  #countTwinOf(one: NaivePeer): void {
    for (const other of this.#of(one.infoHash)) {
      if (other.isIpv6 !== one.isIpv6 && isSame(other, one)) other.isTwin = false;
    }
  }

  #hasRoom(infoHash: string, address: string): boolean {
    const { inAll, inSwarm } = this.#limits;
    const inThis = this.#of(infoHash).length;
    return this.#peers.length < inAll && inThis < inSwarm && this.#mayHold(infoHash, address);
  }

  /** Whether an address may have one more, besides this one. */
  #mayHold(infoHash: string, address: string, besides?: NaivePeer): boolean {
    const { ofAddressInSwarm, ofAddressInAll, ofNetworkInAll } = this.#limits;
    const others = this.#peers.filter((peer) => peer !== besides);
    const ofParty = others.filter((peer) => partyOf(peer.address) === partyOf(address));
    const inSwarm = ofParty.filter((peer) => peer.infoHash === infoHash);
    const network = networkOf(address);
    const ofNetwork = others.filter((peer) => networkOf(peer.address) === network);
    return (
      (isLoopback(address) || inSwarm.length < ofAddressInSwarm) &&
      ofParty.length < ofAddressInAll &&
      ofNetwork.length < ofNetworkInAll
    );
  }
}

type Identity = Pick<NaivePeer, 'peerId' | 'key'>;

function isSame(one: Identity, other: Identity): boolean {
  return one.key !== null && one.key === other.key && one.peerId === other.peerId;
}

function networkOf(address: string): string {
  return address.length === 4 ? address.slice(0, 3) : address.slice(0, 6);
}

function endpointOf({ address, port }: NaivePeer): string {
  return address + String.fromCharCode(port >> 8, port & 0xff);
}
