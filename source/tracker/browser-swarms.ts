import type { Role, SwarmCounts } from './announce.ts';
import type { BinaryString } from './binary-string.ts';

/** What a browser peer tells of itself for one swarm. */
export interface BrowserAnnouncement {
  peerId: BinaryString;
  role: Role;
  event: 'completed' | 'stopped' | null;
}

/** What a peer is reached by. */
export interface PeerConnection {
  /** Who is at its other end, as limits count: see `partyOf`. */
  readonly party: BinaryString;
}

interface BrowserAnnounced {
  /**
   * Why nothing was changed, if so: a connection of somebody else has this peer id, or this one has
   * another in the swarm.
   */
  conflict: 'idTaken' | 'secondId' | null;
  /** It just finished a download that was not counted yet. */
  finished: boolean;
  /** When it announced before; milliseconds of the given clock, null when it had not. */
  announcedAt: number | null;
}

/** How many peers are held. Newcomers beyond it are answered, but not listed. */
export interface BrowserLimits {
  inSwarm: number;
  inAll: number;
  /** Swarms of one connection. */
  ofConnection: number;
  /** Of all that come from one address (of IPv6: from one network of 64 bits). */
  ofPartyInSwarm: number;
  ofPartyInAll: number;
}

interface BrowserSwarmsOptions {
  limits: BrowserLimits;
  /** Milliseconds, of a clock that is never set back. */
  now: () => number;
  /** A number from 0 to below 1. */
  random: () => number;
  /** Told of each swarm whose counts changed, and the counts. */
  onCountsChanged: (infoHash: BinaryString, counts: SwarmCounts) => void;
}

interface BrowserPeer<Connection> {
  connection: Connection;
  readonly infoHash: BinaryString;
  readonly peerId: BinaryString;
  /** Where it is in its swarm's list. */
  position: number;
  role: Role;
  /** Its download is among those counted. */
  counted: boolean;
  since: number;
  /** The offers of its that were handed out, and to whom; the oldest first. */
  readonly offered: Map<string, BrowserPeer<Connection>>;
}

interface BrowserSwarm<Connection> {
  byId: Map<BinaryString, BrowserPeer<Connection>>;
  list: BrowserPeer<Connection>[];
  ofParty: Map<BinaryString, number>;
  counts: Record<Role, number>;
}

/** Offers of one peer that wait for their answers; the oldest are forgotten. */
const offersRemembered = 50;

/**
 * The peers that are reached through their connection to the tracker only: browsers. A peer
 * belongs to the connection it came by, and ends with it; unless it comes again from the same
 * address, as one does that lost its connection before the tracker knew.
 */
export class BrowserSwarms<Connection extends PeerConnection> {
  readonly #options: BrowserSwarmsOptions;
  readonly #swarms = new Map<BinaryString, BrowserSwarm<Connection>>();
  /** The peers of each connection, by info hash. */
  readonly #ofConnection = new Map<Connection, Map<BinaryString, BrowserPeer<Connection>>>();
  readonly #ofParty = new Map<BinaryString, number>();
  #size = 0;

  constructor(options: BrowserSwarmsOptions) {
    this.#options = options;
  }

  /** How many peers there are in all swarms. */
  get size(): number {
    return this.#size;
  }

  announce(
    connection: Connection,
    infoHash: BinaryString,
    { peerId, role, event }: BrowserAnnouncement,
  ): BrowserAnnounced {
    const own = this.#ofConnection.get(connection)?.get(infoHash);
    if (own && own.peerId !== peerId) return inConflict('secondId');
    const known = this.#find(infoHash, peerId);
    if (known && known.connection !== connection) {
      if (known.connection.party !== connection.party) return inConflict('idTaken');
      this.#move(known, connection);
    }
    const stopped = event === 'stopped';
    const finishes =
      known !== undefined &&
      known.role !== 'seed' &&
      !known.counted &&
      role === 'seed' &&
      event !== null;
    const announcedAt = known?.since ?? null;
    if (stopped) {
      if (known) this.#remove(known);
    } else if (known) {
      this.#setRole(known, role);
      known.since = this.#options.now();
      known.counted ||= finishes;
    } else {
      this.#add(connection, infoHash, peerId, role);
    }
    return { conflict: null, finished: finishes, announcedAt };
  }

  /**
   * Chooses other peers, each a different one, for the offers of this peer, by their ids, and
   * remembers whom each goes to. There may be fewer peers than offers: then the last offers go to
   * nobody. Those of a seed go to peers that download.
   */
  offer(infoHash: BinaryString, peerId: BinaryString, offerIds: readonly string[]): Connection[] {
    const swarm = this.#swarms.get(infoHash);
    const from = swarm?.byId.get(peerId);
    if (!swarm || !from) return [];
    const fits = (peer: BrowserPeer<Connection>) =>
      peer.connection !== from.connection &&
      (from.role === 'downloader' || peer.role === 'downloader');
    const chosen = draw(swarm.list, offerIds.length, fits, this.#options.random);
    for (const [index, to] of chosen.entries()) {
      const offerId = offerIds[index] ?? '';
      from.offered.delete(offerId);
      from.offered.set(offerId, to);
    }
    for (const oldest of from.offered.keys()) {
      if (from.offered.size <= offersRemembered) break;
      from.offered.delete(oldest);
    }
    return chosen.map((to) => to.connection);
  }

  /**
   * Whom an answer goes to: the connection of the peer that made the offer, once, if the offer was
   * handed to the peer that answers. Null otherwise.
   */
  answer(
    connection: Connection,
    infoHash: BinaryString,
    answer: { peerId: BinaryString; toPeerId: BinaryString; offerId: string },
  ): Connection | null {
    const from = this.#find(infoHash, answer.peerId);
    const to = this.#find(infoHash, answer.toPeerId);
    if (!from || !to || from.connection !== connection) return null;
    if (to.offered.get(answer.offerId) !== from) return null;
    to.offered.delete(answer.offerId);
    return to.connection;
  }

  /** Drops all peers of a connection. */
  closed(connection: Connection): void {
    for (const peer of this.#ofConnection.get(connection)?.values() ?? []) this.#remove(peer);
  }

  /** Drops a swarm with all its peers. */
  forget(infoHash: BinaryString): void {
    for (const peer of this.#swarms.get(infoHash)?.byId.values() ?? []) this.#remove(peer);
  }

  #find(infoHash: BinaryString, peerId: BinaryString): BrowserPeer<Connection> | undefined {
    return this.#swarms.get(infoHash)?.byId.get(peerId);
  }

  #setRole(peer: BrowserPeer<Connection>, role: Role): void {
    const swarm = this.#swarms.get(peer.infoHash);
    if (!swarm || peer.role === role) return;
    swarm.counts[peer.role]--;
    peer.role = role;
    swarm.counts[role]++;
    this.#tell(peer.infoHash, swarm);
  }

  #tell(infoHash: BinaryString, { counts }: BrowserSwarm<Connection>): void {
    this.#options.onCountsChanged(infoHash, {
      seeds: counts.seed,
      leechers: counts.downloader + counts.partialSeed,
      partialSeeds: counts.partialSeed,
    });
  }

  /** Has a peer belong to another connection of the same party. */
  #move(peer: BrowserPeer<Connection>, connection: Connection): void {
    this.#disown(peer);
    peer.connection = connection;
    // Offers were made by the page that is gone.
    peer.offered.clear();
    this.#own(peer);
  }

  #own(peer: BrowserPeer<Connection>): void {
    const own = this.#ofConnection.get(peer.connection) ?? new Map();
    own.set(peer.infoHash, peer);
    this.#ofConnection.set(peer.connection, own);
  }

  #disown({ connection, infoHash }: BrowserPeer<Connection>): void {
    const own = this.#ofConnection.get(connection);
    own?.delete(infoHash);
    if (own?.size === 0) this.#ofConnection.delete(connection);
  }

  #hasRoom(connection: Connection, swarm: BrowserSwarm<Connection>): boolean {
    const { limits } = this.#options;
    const { party } = connection;
    return (
      (this.#ofConnection.get(connection)?.size ?? 0) < limits.ofConnection &&
      (swarm.ofParty.get(party) ?? 0) < limits.ofPartyInSwarm &&
      (this.#ofParty.get(party) ?? 0) < limits.ofPartyInAll &&
      swarm.list.length < limits.inSwarm &&
      this.#size < limits.inAll
    );
  }

  #add(connection: Connection, infoHash: BinaryString, peerId: BinaryString, role: Role): void {
    const { now } = this.#options;
    const swarm = this.#swarms.get(infoHash) ?? newSwarm<Connection>();
    if (!this.#hasRoom(connection, swarm)) return;
    const position = swarm.list.length;
    const peer: BrowserPeer<Connection> = {
      ...{ connection, infoHash, peerId, position, role },
      ...{ counted: false, since: now(), offered: new Map() },
    };
    this.#own(peer);
    swarm.byId.set(peerId, peer);
    swarm.list.push(peer);
    add(swarm.ofParty, connection.party, 1);
    add(this.#ofParty, connection.party, 1);
    this.#swarms.set(infoHash, swarm);
    swarm.counts[role]++;
    this.#size++;
    this.#tell(infoHash, swarm);
  }

  #remove(peer: BrowserPeer<Connection>): void {
    const { connection, infoHash, peerId } = peer;
    const swarm = this.#swarms.get(infoHash);
    if (!swarm) return;
    swarm.byId.delete(peerId);
    const last = swarm.list.pop();
    if (last && last !== peer) {
      swarm.list[peer.position] = last;
      last.position = peer.position;
    }
    if (swarm.list.length === 0) this.#swarms.delete(infoHash);
    this.#disown(peer);
    add(swarm.ofParty, connection.party, -1);
    add(this.#ofParty, connection.party, -1);
    swarm.counts[peer.role]--;
    this.#size--;
    this.#tell(infoHash, swarm);
  }
}

function newSwarm<Connection>(): BrowserSwarm<Connection> {
  const counts = { seed: 0, downloader: 0, partialSeed: 0 };
  return { byId: new Map(), list: [], ofParty: new Map(), counts };
}

function inConflict(conflict: 'idTaken' | 'secondId'): BrowserAnnounced {
  return { conflict, finished: false, announcedAt: null };
}

/** Adds to a count; what is none is not kept. */
function add(counts: Map<BinaryString, number>, party: BinaryString, more: 1 | -1): void {
  const count = (counts.get(party) ?? 0) + more;
  if (count > 0) counts.set(party, count);
  else counts.delete(party);
}

/** How many are looked at to find each of the few that are wanted. */
const looksPerWanted = 8;

/** Up to `count` different members that fit, looked for at random. */
function draw<Member>(
  members: readonly Member[],
  count: number,
  fits: (member: Member) => boolean,
  random: () => number,
): Member[] {
  // Of a small swarm all are looked at; of a large one so many that some of them fit.
  const looks = Math.min(members.length, count * looksPerWanted);
  const moved = new Map<number, number>();
  const drawn: Member[] = [];
  for (let look = 0; look < looks && drawn.length < count; look++) {
    // the shuffle of Fisher and Yates, keeping only what it moves
    const other = look + Math.floor(random() * (members.length - look));
    const member = members[moved.get(other) ?? other];
    moved.set(other, moved.get(look) ?? look);
    if (member !== undefined && fits(member)) drawn.push(member);
  }
  return drawn;
}
