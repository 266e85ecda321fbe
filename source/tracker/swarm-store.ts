import { AddressCounts } from './address-counts.ts';
import type { PeerAddress, SwarmCounts } from './announce.ts';
import type { BinaryString } from './binary-string.ts';
import { type Ipv4, parseCompactEndpoint } from './ipv4.ts';
import { SilenceQueue, type Silent } from './silence-queue.ts';
import { type Peer, type Role, Swarm } from './swarm.ts';

/** What a peer says of itself, for one swarm. */
export interface Announcement {
  /** In compact form; a peer is its endpoint. */
  endpoint: BinaryString;
  peerId: BinaryString;
  role: Role;
  event: 'completed' | 'stopped' | null;
  /** How many peers it is to get at most. */
  want: number;
  /** Answer it, but tell nobody of it. */
  unlisted: boolean;
}

interface Announced {
  /** With the announcement taken in. */
  counts: SwarmCounts;
  /** Never the one who asks; for a seed, no seeds. Valid until the next call. */
  peers: readonly PeerAddress[];
  /** It just finished a download that was not counted yet. */
  finished: boolean;
  /** When it announced before, if it is known; milliseconds of the store's clock. */
  announcedAt: number | null;
}

/** All swarms. Everything else of the tracker reaches peers through this alone. */
interface SwarmStore {
  announce(infoHash: BinaryString, announcement: Announcement): Announced;
  counts(infoHash: BinaryString): SwarmCounts;
  /** Drops a swarm with all its peers. */
  forget(infoHash: BinaryString): void;
  /** Drops peers that were silent for too long: some at each call, so that none takes long. */
  expire(): void;
  /** How many peers are held in memory. */
  readonly size: number;
}

/** How many peers are held. Newcomers beyond it get peers, but are not listed. */
export interface PeerLimits {
  inSwarm: number;
  inAll: number;
  /**
   * The same of one address. Those behind it share it; but one alone could announce 65,535 ports,
   * and nobody would be told of anybody else.
   */
  ofAddressInSwarm: number;
  ofAddressInAll: number;
}

interface SwarmStoreOptions {
  /** How long a peer that does not announce again is believed to be there. */
  lifetimeMs: number;
  limits: PeerLimits;
  /** Milliseconds, of a clock that is never set back. */
  now: () => number;
  /** A number from 0 to below 1. */
  random: () => number;
  /** Told of each swarm whose counts changed. */
  onCountsChanged: (infoHash: BinaryString) => void;
}

interface StoredPeer extends Peer, Silent<StoredPeer> {
  readonly infoHash: BinaryString;
}

const noPeers: SwarmCounts = { seeds: 0, leechers: 0, partialSeeds: 0 };
/** A few milliseconds' worth. */
const expiredAtOnce = 10_000;

/** Swarms in memory. */
export function createSwarmStore(options: SwarmStoreOptions): SwarmStore {
  const { limits, now, random, onCountsChanged } = options;
  const swarms = new Map<BinaryString, Swarm<StoredPeer>>();
  const silence = new SilenceQueue<StoredPeer>();
  const ofAddress = new AddressCounts();

  const hasRoom = (swarm: Swarm<StoredPeer>, address: Ipv4): boolean =>
    swarm.size < limits.inSwarm &&
    silence.size < limits.inAll &&
    swarm.sizeOf(address) < limits.ofAddressInSwarm &&
    ofAddress.of(address) < limits.ofAddressInAll;

  const add = (peer: StoredPeer, swarm: Swarm<StoredPeer>): void => {
    swarms.set(peer.infoHash, swarm);
    swarm.add(peer);
    silence.add(peer);
    ofAddress.add(peer.address);
  };

  /** Drops one that is hidden. */
  const drop = (peer: StoredPeer, swarm: Swarm<StoredPeer>): void => {
    swarm.remove(peer);
    silence.remove(peer);
    ofAddress.remove(peer.address);
    if (swarm.size === 0) swarms.delete(peer.infoHash);
  };

  return {
    announce(infoHash, announcement) {
      const { endpoint, peerId, event } = announcement;
      const { address } = parseCompactEndpoint(endpoint);
      const swarm = swarms.get(infoHash) ?? new Swarm<StoredPeer>();
      const known = swarm.find(endpoint);
      const roleBefore = known?.role ?? null;
      const countedBefore = known?.counted ?? false;
      const announcedAt = known && roleBefore !== null ? known.since : null;

      const stopped = event === 'stopped';
      // A completion is believed of who was seen without all of it; and, since the announce that
      // told so may be lost, of a stranger who is the only one at its address.
      const mayComplete = known
        ? roleBefore === 'downloader' || roleBefore === 'partialSeed'
        : swarm.sizeOf(address) === 0;
      // Clients that are told not to seed go from downloading to stopped with nothing left.
      const finishes =
        announcement.role === 'seed' &&
        ((event === 'completed' && mayComplete) || (stopped && roleBefore === 'downloader'));
      const counted = countedBefore || finishes;
      const role = stopped ? null : announcement.role;
      // Who stops is forgotten, but for its download: it is not to be counted a second time.
      const kept = stopped
        ? counted
        : !announcement.unlisted && (known !== undefined || hasRoom(swarm, address));

      // While peers are chosen, the one who asks is not among them.
      if (known) swarm.hide(known);
      const peers = swarm.choose(announcement.role, address, announcement.want, random);

      if (known && kept) {
        known.peerId = peerId;
        known.role = role;
        known.counted = counted;
        known.since = now();
        swarm.show(known);
        silence.remove(known);
        silence.add(known);
      } else if (known) {
        drop(known, swarm);
      } else if (kept) {
        const links = { position: 0, since: now(), before: null, after: null };
        add({ infoHash, endpoint, address, peerId, role, counted, ...links }, swarm);
      }

      const roleNow = kept ? role : null;
      if (roleNow !== roleBefore) onCountsChanged(infoHash);
      return {
        counts: swarm.counts(),
        peers,
        finished: kept && finishes && !countedBefore,
        announcedAt,
      };
    },

    counts: (infoHash) => swarms.get(infoHash)?.counts() ?? noPeers,

    forget(infoHash) {
      const swarm = swarms.get(infoHash);
      if (!swarm) return;
      for (const peer of swarm.peers()) {
        swarm.hide(peer);
        drop(peer, swarm);
      }
    },

    expire() {
      const limit = now() - options.lifetimeMs;
      for (let count = 0; count < expiredAtOnce; count++) {
        const peer = silence.longest;
        if (!peer || peer.since > limit) return;
        const swarm = swarms.get(peer.infoHash);
        if (!swarm) return;
        swarm.hide(peer);
        drop(peer, swarm);
        if (peer.role !== null) onCountsChanged(peer.infoHash);
      }
    },

    get size() {
      return silence.size;
    },
  };
}
