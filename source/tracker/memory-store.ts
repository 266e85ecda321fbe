import { AddressCounts } from './address-counts.ts';
import type { BinaryString } from './binary-string.ts';
import { PeerList } from './peer-list.ts';
import { SilenceQueue, type Silent } from './silence-queue.ts';
import { type Peer, Swarm } from './swarm.ts';
import type { Announced, StoredCounts, SwarmStore, SwarmStoreOptions } from './swarm-store.ts';

interface StoredPeer extends Peer, Silent<StoredPeer> {
  readonly infoHash: BinaryString;
}

const noCounts: StoredCounts = { seeds: 0, leechers: 0, partialSeeds: 0, completed: 0 };
/** A few milliseconds' worth. */
const expiredAtOnce = 10_000;

/** Swarms in memory. */
export function createMemoryStore(options: SwarmStoreOptions): SwarmStore {
  const { limits, now, random, onCountsChanged } = options;
  const swarms = new Map<BinaryString, Swarm<StoredPeer>>();
  const silence = new SilenceQueue<StoredPeer>();
  const ofAddress = new AddressCounts();
  const lists = { peers: new PeerList(6), peers6: new PeerList(18) };
  let peers6 = 0;

  const hasRoom = (swarm: Swarm<StoredPeer>, address: BinaryString): boolean =>
    swarm.size < limits.inSwarm &&
    silence.size < limits.inAll &&
    swarm.sizeOf(address) < limits.ofAddressInSwarm &&
    ofAddress.of(address) < limits.ofAddressInAll;

  const swarmOf = (infoHash: BinaryString): Swarm<StoredPeer> => {
    const known = swarms.get(infoHash);
    if (known) return known;
    const swarm = new Swarm<StoredPeer>();
    swarms.set(infoHash, swarm);
    return swarm;
  };

  const freeWhenEmpty = (infoHash: BinaryString, swarm: Swarm<StoredPeer>): void => {
    const { seeds, leechers } = swarm.guests;
    if (swarm.size + seeds + leechers + swarm.completed === 0) swarms.delete(infoHash);
  };

  const add = (peer: StoredPeer, swarm: Swarm<StoredPeer>): void => {
    swarms.set(peer.infoHash, swarm);
    swarm.add(peer);
    silence.add(peer);
    ofAddress.add(peer.address);
    if (peer.address.length === 16) peers6++;
  };

  /** Drops one that is hidden. */
  const drop = (peer: StoredPeer, swarm: Swarm<StoredPeer>): void => {
    swarm.remove(peer);
    silence.remove(peer);
    ofAddress.remove(peer.address);
    if (peer.address.length === 16) peers6--;
    freeWhenEmpty(peer.infoHash, swarm);
  };

  const countsOf = (swarm: Swarm<StoredPeer>): StoredCounts => ({
    ...swarm.counts(),
    completed: swarm.completed,
  });

  return {
    announce(announcement): Announced {
      const { infoHash, address, peerId, event } = announcement;
      const endpoint = address + portBytes(announcement.port);
      const swarm = swarms.get(infoHash) ?? new Swarm<StoredPeer>();
      const known = swarm.find(endpoint);
      const roleBefore = known?.role ?? null;
      const countedBefore = known?.counted ?? false;
      const sinceBefore = known && roleBefore !== null ? now() - known.since : null;

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
      lists.peers.clear();
      lists.peers6.clear();
      for (const peer of swarm.choose(announcement, announcement.want, random)) {
        const list = peer.address.length === 4 ? lists.peers : lists.peers6;
        list.add(peer.endpoint, options.keepPeerIds ? peer.peerId : null);
      }

      const finished = kept && finishes && !countedBefore;
      if (finished) swarm.completed++;
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
      if (roleNow !== roleBefore || finished) onCountsChanged(infoHash);
      return { counts: countsOf(swarm), ...lists, finished, sinceBefore };
    },

    counts(infoHash) {
      const swarm = swarms.get(infoHash);
      return swarm ? countsOf(swarm) : noCounts;
    },

    setGuests(infoHash, guests) {
      const swarm = swarmOf(infoHash);
      swarm.guests = guests;
      freeWhenEmpty(infoHash, swarm);
      onCountsChanged(infoHash);
    },

    addCompleted(infoHash) {
      swarmOf(infoHash).completed++;
      onCountsChanged(infoHash);
    },

    setCompleted(infoHash, completed) {
      const swarm = swarmOf(infoHash);
      swarm.completed = completed;
      freeWhenEmpty(infoHash, swarm);
    },

    forget(infoHash) {
      const swarm = swarms.get(infoHash);
      if (!swarm) return;
      for (const peer of swarm.peers()) {
        swarm.hide(peer);
        drop(peer, swarm);
      }
      swarms.delete(infoHash);
    },

    sweep() {
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

    get totals() {
      let guests = 0;
      for (const swarm of swarms.values()) guests += swarm.guests.seeds + swarm.guests.leechers;
      return { swarms: swarms.size, peers: silence.size - peers6, peers6, guests };
    },
  };
}

function portBytes(port: number): BinaryString {
  return String.fromCharCode(port >>> 8, port & 0xff);
}
