import type { Role, SwarmCounts } from './announce.ts';
import type { BinaryString } from './binary-string.ts';
import type { IdWords } from './id-words.ts';
import type { PeerList } from './peer-list.ts';

/**
 * What the tracker needs of whatever holds its swarms, and no more: everything else of it reaches
 * peers through this alone. Here they are in memory (`memory/`).
 *
 * All of it answers at once, since nobody could wait for a network a hundred thousand times a second.
 * So a store that several machines share answers from its own copy, and tells the others what it is
 * told: announcements that are not `unlisted`, guests, and `addCompleted`. What they tell it becomes
 * announcements that want nobody, the guests of all machines together, and, where they count downloads
 * in one place, `setCompleted`. To connect and to part is for whoever makes it.
 *
 * All of it is plain data: bytes as strings of one byte a character, but for the ids of an announcement,
 * of which there are too many for strings; addresses of 4 bytes (IPv4) or 16 (IPv6; never an IPv4 one
 * in IPv6's clothes).
 */
export interface SwarmStore {
  /**
   * Takes in what a peer says, and chooses whom to tell it of. The announcement may be another the
   * moment this returns.
   */
  announce(announcement: Announcement): Announced;
  /** The numbers of a swarm; of one that is not known, zeros. Makes no swarm. */
  counts(infoHash: BinaryString): StoredCounts;
  /**
   * Has a swarm count peers that are not held here, in place of those it counted before: browser
   * peers, which no endpoint reaches, so that nobody is told of them.
   */
  setGuests(infoHash: BinaryString, guests: SwarmCounts): void;
  /** Counts one more completed download: of a guest. */
  addCompleted(infoHash: BinaryString): void;
  /**
   * Sets how many downloads of a swarm were completed, as was told elsewhere, and keeps its count
   * until it is forgotten.
   */
  setCompleted(infoHash: BinaryString, completed: number): void;
  /**
   * Downloads completed since the last call, by info hash, but for swarms whose count was set: to
   * be added to what is on disk.
   */
  takeCompleted(): ReadonlyMap<BinaryString, number>;
  /** Goes on counting the completed downloads of a swarm from what is on disk. */
  restoreCompleted(infoHash: BinaryString, completed: number): void;
  /**
   * The info hashes of swarms whose counts changed since they were taken, so many at most; the others
   * are taken the next time.
   */
  takeChanged(most: number): BinaryString[];
  /**
   * All peers in pieces, to be written to disk, each of which is there until the next one is asked for;
   * what changes meanwhile is in it or not. `wallSeconds` is the time, since the epoch, which tells
   * later how old it is.
   */
  dump(wallSeconds: number): Generator<Buffer>;
  /** Takes in the peers of a dump that are not silent for too long now. Throws when it is broken. */
  restore(dump: Uint8Array, wallSeconds: number): void;
  /** Drops a swarm with all its peers, its guests and its count of completed downloads. */
  forget(infoHash: BinaryString): void;
  /**
   * Drops peers that were silent for too long: some at each call, so that none takes long. To be
   * called ten times a second.
   */
  sweep(): void;
  readonly totals: StoreTotals;
}

/** What a peer says of itself, for one swarm. */
export interface Announcement {
  infoHash: IdWords;
  /** 4 or 16 bytes. With the port it is what makes a peer one, whatever its id. */
  address: BinaryString;
  port: number;
  peerId: IdWords;
  /**
   * What the peer alone knows (32 bits): who comes with the same id and key from a new endpoint of
   * the same family has moved; of the other family, is counted once. Null when it gave none.
   */
  key: number | null;
  role: Role;
  event: 'completed' | 'stopped' | null;
  /** How many peers it is to get at most, of both families together. */
  want: number;
  /** Which peers it can use: those of its own family, or both kinds. */
  families: 'own' | 'both';
  /** Answer it, but tell nobody of it. */
  unlisted: boolean;
}

/** What a store answers. One object, filled anew by every announcement. */
export interface Announced {
  /** With the announcement taken in. */
  readonly counts: StoredCounts;
  /**
   * Never the one who asks; for one that downloads nothing, downloaders only; who is far away gets
   * none that only those nearby can reach. The lists may be added to until the next announcement.
   */
  readonly peers: PeerList;
  readonly peers6: PeerList;
  /** It just finished a download that was not counted yet; it is in the counts. */
  readonly finished: boolean;
  /** Milliseconds since it announced before (to the second); null when that is not known. */
  readonly sinceBefore: number | null;
}

export interface StoredCounts extends SwarmCounts {
  /** Downloads that were completed, ever. */
  completed: number;
}

/** What is held in memory now. */
export interface StoreTotals {
  /** Swarms that have peers, and that are known: without them too. */
  swarms: number;
  known: number;
  /** Peers by family, without those that stopped and are remembered for their download. */
  peers: number;
  peers6: number;
  /** How many of them are there by both, and so counted twice in these two. */
  twins: number;
  /** Counted, but held elsewhere. */
  guests: number;
}

/** How many peers are held. Newcomers beyond it get peers, but are not listed. */
export interface PeerLimits {
  inSwarm: number;
  inAll: number;
  /**
   * The same of one address (of IPv6: of one network of 64 bits, which one host may have to
   * itself). Those behind it share it; but one alone could announce 65,535 ports, and nobody would
   * be told of anybody else. In a swarm those on this machine may be any number.
   */
  ofAddressInSwarm: number;
  ofAddressInAll: number;
  /** The same of its network: 24 bits of an IPv4 address, 48 of an IPv6 one. */
  ofNetworkInAll: number;
  /** Swarms without peers that are kept for their count of completed downloads. */
  emptySwarms: number;
}

export interface SwarmStoreOptions {
  /** How long a peer that does not announce again is believed to be there. */
  lifetimeMs: number;
  limits: PeerLimits;
  /** Whether peer ids are kept, for those that want peers as dictionaries. */
  keepPeerIds: boolean;
  /** Milliseconds, of a clock that is never set back. */
  now: () => number;
  /** A number from 0 to below 1. */
  random: () => number;
}
