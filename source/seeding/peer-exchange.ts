import { isPrivate } from './listener/networks.ts';
import { formatAddress, type PeerAddress } from './listener/peer-address.ts';
import type { LivePublication, PublicationPeer } from './live-publication.ts';
import {
  type ExchangedPeer,
  encodePeerExchange,
  maxExchanged,
  parsePeerExchange,
  peerFlag,
} from './wire/peer-exchange.ts';

/** How often a peer is told of others, and may tell us (BEP 11). */
const intervalMs = 60_000;
/** Clocks differ, and messages wait for one another. */
const toleratedMs = 45_000;

/**
 * Peer exchange (BEP 11) with one peer: tells it who else is connected, and takes in whom it
 * names. Only those are told who have said where they accept connections.
 */
export class PeerExchange {
  readonly #publication: LivePublication;
  readonly #peer: PublicationPeer;
  /** Whom it was told of, by address. */
  #told = new Map<string, PeerAddress>();
  #sentAt = Number.NEGATIVE_INFINITY;
  #receivedAt = Number.NEGATIVE_INFINITY;

  constructor(publication: LivePublication, peer: PublicationPeer) {
    this.#publication = publication;
    this.#peer = peer;
  }

  /** The message that is to be sent now, or null: nothing has changed, or it is too soon. */
  next(now: number): Uint8Array | null {
    if (now - this.#sentAt < intervalMs) return null;
    const present = this.#present();
    const added = [...present].filter(([key]) => !this.#told.has(key)).slice(0, maxExchanged);
    const dropped = [...this.#told].filter(([key]) => !present.has(key)).slice(0, maxExchanged);
    if (added.length + dropped.length === 0) return null;
    this.#sentAt = now;
    for (const [key, peer] of added) this.#told.set(key, peer);
    for (const [key] of dropped) this.#told.delete(key);
    return encodePeerExchange({
      added: added.map(([, peer]) => peer),
      dropped: dropped.map(([, peer]) => peer),
    });
  }

  /**
   * Takes a message; gives the peers that may want data. None of one that comes too soon after
   * another; and nobody of a private network, but from who is in one.
   *
   * @throws WireError when it is malformed
   */
  receive(payload: Uint8Array, now: number): PeerAddress[] {
    if (now - this.#receivedAt < toleratedMs) return [];
    const named = parsePeerExchange(payload);
    this.#receivedAt = now;
    const isNear = isPrivate(this.#peer.address);
    return named.filter(
      (peer) => (peer.flags & peerFlag.uploadOnly) === 0 && (isNear || !isPrivate(peer)),
    );
  }

  /** Everybody else whose place is known. */
  #present(): Map<string, ExchangedPeer> {
    const present = new Map<string, ExchangedPeer>();
    for (const peer of this.#publication.peers) {
      if (peer === this.#peer || peer.listenPort === null || peer.complete) continue;
      const address = { host: peer.address.host, port: peer.listenPort };
      const flags =
        (peer.outgoing ? peerFlag.reachable : 0) |
        (peer.encrypted ? peerFlag.prefersEncryption : 0);
      // Those near us are nothing to those who are not.
      if (isPrivate(address) && !isPrivate(this.#peer.address)) continue;
      present.set(formatAddress(address), { ...address, flags });
    }
    return present;
  }
}
