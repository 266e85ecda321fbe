import type { Candidate } from './dialer/candidates.ts';
import type { Dialed } from './dialer/dial.ts';
import { siteOf } from './listener/peer-address.ts';
import { Tally } from './listener/tally.ts';
import type { LivePublication, PublicationPeer } from './live-publication.ts';
import type { LivePublications } from './live-publications.ts';

/** So many peers of a publication we connect to; others have to come by themselves. */
const maxDialed = 100;

/** A peer that has just come needs a moment to say that it is interested. */
const newcomerMs = 5_000;

/** Decides which peers a publication gets, and who has to go for them. */
export class PeerAdmission {
  readonly #live: LivePublications;
  readonly #maxPerPublication: number;
  readonly #now: () => number;

  /** `now`: milliseconds, on a clock that never goes back. */
  constructor(live: LivePublications, maxPerPublication: number, now: () => number) {
    this.#live = live;
    this.#maxPerPublication = maxPerPublication;
    this.#now = now;
  }

  /** Whether to connect to a peer that was named: there is room, and it is not connected yet. */
  wants({ id, host, port }: Candidate): boolean {
    const publication = this.#live.get(id);
    if (publication && this.#isFull(publication)) return false;
    let dialed = 0;
    for (const peer of publication?.peers ?? []) {
      if (peer.outgoing && ++dialed >= maxDialed) return false;
      const isIt = peer.listenPort === null || peer.listenPort === port;
      if (peer.address.host === host && isIt) return false;
    }
    return true;
  }

  /**
   * Whether a publication may have another peer, from a host. One that wants nothing may have to
   * go for it, or else one of the site that has most of them, if that has more than the newcomer's.
   */
  hasRoom(publication: LivePublication, host: string): boolean {
    const { peers } = publication;
    if (!this.#isFull(publication) || this.closeIdlest(peers)) return true;
    const sites = new Tally();
    for (const { site } of peers) sites.add(site);
    const crowd = sites.largest(sites.of(siteOf(host)) + 1);
    const latest = crowd === null ? null : [...peers].findLast(({ site }) => site === crowd);
    latest?.close(null);
    return Boolean(latest);
  }

  #isFull({ peers, maxConnections }: LivePublication): boolean {
    return peers.size >= (maxConnections ?? this.#maxPerPublication);
  }

  /** Closes the one that has wanted nothing for longest; false when every one is busy. */
  closeIdlest(peers: Iterable<PublicationPeer> = this.#live.peers()): boolean {
    let idlest: PublicationPeer | null = null;
    let since = this.#now() - newcomerMs;
    for (const peer of peers) {
      if (peer.idleSince === null || peer.idleSince > since) continue;
      idlest = peer;
      since = peer.idleSince;
    }
    idlest?.close(null);
    return idlest !== null;
  }
}

/** Whether a peer that was dialed is connected already, by a connection that it began itself. */
export function isConnected({ peers }: LivePublication, { address, handshake }: Dialed): boolean {
  for (const peer of peers) {
    const sameHost = peer.address.host === address.host;
    if (sameHost && Buffer.compare(peer.peerId, handshake.peerId) === 0) return true;
  }
  return false;
}
