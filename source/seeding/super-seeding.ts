import { Bitfield } from './bitfield.ts';

/** How many pieces a peer is offered that others do not have from it yet. */
const openOffers = 3;
/** A peer that gets nothing for so long is offered a piece, whatever others have. */
const stalledMs = 15_000;

interface Known {
  has: Bitfield;
  /** Offered to it, and not yet seen with anybody else. */
  readonly open: Set<number>;
  readonly offered: Set<number>;
  /** When it was last offered a piece, or said that it has one. */
  progressAt: number;
}

/**
 * Super-seeding (BEP 16): peers are not told what we have, but offered a piece here and there, the
 * ones that fewest have; and another one when others have got the last from them. So a first
 * release leaves here about once, and spreads from peer to peer.
 */
export class SuperSeeding<Peer> {
  readonly #pieceCount: number;
  readonly #offer: (peer: Peer, piece: number) => void;
  readonly #random: () => number;
  readonly #peers = new Map<Peer, Known>();
  /** How many peers have each piece, and to how many it is offered that do not have it. */
  readonly #holders: Uint32Array;
  readonly #coming: Uint32Array;
  /** How many pieces nobody has or is about to have. */
  #untouched: number;

  /** `offer` tells a peer of a piece; `random` gives numbers from 0 to below 1. */
  constructor(
    pieceCount: number,
    offer: (peer: Peer, piece: number) => void,
    random: () => number = Math.random,
  ) {
    this.#pieceCount = pieceCount;
    this.#offer = offer;
    this.#random = random;
    this.#holders = new Uint32Array(pieceCount);
    this.#coming = new Uint32Array(pieceCount);
    this.#untouched = pieceCount;
  }

  /** A peer has come. It is offered pieces when it has said what it has, or wants some. */
  join(peer: Peer, now: number): void {
    const has = new Bitfield(this.#pieceCount);
    this.#peers.set(peer, { has, open: new Set(), offered: new Set(), progressAt: now });
  }

  /** The peer says that it has these pieces. */
  has(peer: Peer, pieces: Iterable<number>, now: number): void {
    const known = this.#peers.get(peer);
    if (!known) return;
    for (const piece of pieces) {
      if (known.has.has(piece)) continue;
      known.has.set(piece);
      known.progressAt = now;
      this.#count(piece, 1, known.offered.has(piece) ? -1 : 0);
      this.#spread(piece, now);
    }
    this.#fill(peer, known, now);
  }

  leave(peer: Peer): void {
    const known = this.#peers.get(peer);
    if (!known) return;
    this.#peers.delete(peer);
    for (const piece of known.has.pieces()) this.#count(piece, -1, 0);
    for (const piece of known.offered) if (!known.has.has(piece)) this.#count(piece, 0, -1);
  }

  /** Whether a peer was offered a piece. */
  offered(peer: Peer, piece: number): boolean {
    return this.#peers.get(peer)?.offered.has(piece) === true;
  }

  /** To be called once a second: those that get nothing from others are offered a piece. */
  tick(now: number): void {
    for (const [peer, known] of this.#peers) {
      this.#fill(peer, known, now);
      if (now - known.progressAt >= stalledMs) this.#offerTo(peer, known, now);
    }
  }

  /** Somebody has got a piece: those who were offered it have passed it on. */
  #spread(piece: number, now: number): void {
    if ((this.#holders[piece] ?? 0) < Math.min(2, this.#peers.size)) return;
    for (const [peer, known] of this.#peers) {
      if (known.open.delete(piece)) this.#fill(peer, known, now);
    }
  }

  /** Offers as many pieces as may be open, of those that nobody has or is about to have. */
  #fill(peer: Peer, known: Known, now: number): void {
    while (known.open.size < openOffers && this.#untouched > 0) {
      const piece = this.#rarest(known);
      if (piece === null || this.#countOf(piece) > 0) return;
      this.#offerPiece(peer, known, piece, now);
    }
  }

  #offerTo(peer: Peer, known: Known, now: number): void {
    const piece = this.#rarest(known);
    if (piece !== null) this.#offerPiece(peer, known, piece, now);
  }

  #offerPiece(peer: Peer, known: Known, piece: number, now: number): void {
    known.open.add(piece);
    known.offered.add(piece);
    known.progressAt = now;
    this.#count(piece, 0, 1);
    this.#offer(peer, piece);
  }

  #count(piece: number, holders: number, coming: number): void {
    const before = this.#countOf(piece);
    this.#holders[piece] = (this.#holders[piece] ?? 0) + holders;
    this.#coming[piece] = (this.#coming[piece] ?? 0) + coming;
    const after = this.#countOf(piece);
    if (before === 0 && after > 0) this.#untouched--;
    if (before > 0 && after === 0) this.#untouched++;
  }

  /** How many have a piece, or are about to. */
  #countOf(piece: number): number {
    return (this.#holders[piece] ?? 0) + (this.#coming[piece] ?? 0);
  }

  /** One of the pieces that fewest have or are about to have, and that the peer does not know. */
  #rarest({ has, offered }: Known): number | null {
    let rarest: number | null = null;
    let fewest = Number.POSITIVE_INFINITY;
    const start = Math.floor(this.#random() * this.#pieceCount);
    for (let n = 0; n < this.#pieceCount; n++) {
      const piece = (start + n) % this.#pieceCount;
      if (has.has(piece) || offered.has(piece)) continue;
      const count = this.#countOf(piece);
      if (count >= fewest) continue;
      rarest = piece;
      fewest = count;
      if (count === 0) break;
    }
    return rarest;
  }
}
