import type { PeerAddress, SwarmCounts } from './announce.ts';
import type { BinaryString } from './binary-string.ts';
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

interface SwarmStoreOptions {
  /** How long a peer that does not announce again is believed to be there. */
  lifetimeMs: number;
  /** When a swarm or the store is full, newcomers get peers but are not listed. */
  maxPeersPerSwarm: number;
  maxPeers: number;
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
  const { now, random, onCountsChanged } = options;
  const swarms = new Map<BinaryString, Swarm<StoredPeer>>();
  const silence = new SilenceQueue<StoredPeer>();

  const drop = (peer: StoredPeer): void => {
    const swarm = swarms.get(peer.infoHash);
    if (!swarm) return;
    swarm.remove(peer);
    if (swarm.size === 0) swarms.delete(peer.infoHash);
  };

  return {
    announce(infoHash, announcement) {
      const { endpoint, event } = announcement;
      const swarm = swarms.get(infoHash) ?? new Swarm<StoredPeer>();
      const known = swarm.find(endpoint);

      // While peers are chosen, the one who asks is out of the swarm.
      if (known) {
        swarm.remove(known);
        silence.remove(known);
      }
      const peers = swarm.choose(announcement.role, announcement.want, random);

      const stopped = event === 'stopped';
      const isComplete = announcement.role === 'seed';
      // Clients that are told not to seed go from downloading to stopped with nothing left.
      const finishes =
        isComplete &&
        ((event === 'completed' && known?.role !== 'seed') ||
          (stopped && known?.role === 'downloader'));
      const counted = known?.counted === true || finishes;
      const isFull = swarm.size >= options.maxPeersPerSwarm || silence.size >= options.maxPeers;
      // Who stops is forgotten, but for its download: it is not to be counted a second time.
      const kept = stopped ? counted : !announcement.unlisted && !isFull;
      if (kept) {
        const peer: StoredPeer = {
          infoHash,
          endpoint,
          peerId: announcement.peerId,
          role: stopped ? null : announcement.role,
          counted,
          position: 0,
          since: now(),
          before: null,
          after: null,
        };
        swarm.add(peer);
        silence.add(peer);
      }
      if (swarm.size === 0) swarms.delete(infoHash);
      else swarms.set(infoHash, swarm);

      const roleNow = kept && !stopped ? announcement.role : null;
      if (roleNow !== (known?.role ?? null)) onCountsChanged(infoHash);
      return {
        counts: swarm.counts(),
        peers,
        finished: kept && finishes && known?.counted !== true,
        announcedAt: known?.role ? known.since : null,
      };
    },

    counts: (infoHash) => swarms.get(infoHash)?.counts() ?? noPeers,

    forget(infoHash) {
      for (const peer of swarms.get(infoHash)?.peers() ?? []) silence.remove(peer);
      swarms.delete(infoHash);
    },

    expire() {
      const limit = now() - options.lifetimeMs;
      for (let count = 0; count < expiredAtOnce; count++) {
        const peer = silence.longest;
        if (!peer || peer.since > limit) return;
        silence.remove(peer);
        drop(peer);
        if (peer.role !== null) onCountsChanged(peer.infoHash);
      }
    },

    get size() {
      return silence.size;
    },
  };
}
