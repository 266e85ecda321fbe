import { Bitfield } from './bitfield.ts';

/** How many pieces a peer is offered that others do not have from it yet. */
const openOffers = 3;
/**
 * A peer that gets nothing from others, nor they from it, for so long is offered a piece, whatever
 * others have; and each time after that twice as many, in case it reaches nobody else.
 */
const stalledMs = 15_000;
/** Once every piece is out, peers have so long to get the last of them from each other. */
const afterReleaseMs = 60_000;
/** A piece is out when so many peers have it, one of which got it here; or so many anyhow. */
const copiesOut = 2;
const strangersOut = 3;

interface Known {
  has: Bitfield;
  /** Offered to it, and not yet seen with anybody else. */
  readonly open: Set<number>;
  readonly offered: Set<number>;
  /** When it last got a piece from others, or they from it; or was offered some for want of that. */
  exchangedAt: number;
  /** How many pieces it was offered then; 0 when it exchanges. */
  spared: number;
}

/**
 * Super-seeding (BEP 16): peers are not told what we have, but offered a piece here and there, the
 * ones that fewest have; and another one when others have got the last from them. So a first
 * release leaves here about once, and spreads from peer to peer. Who reaches nobody else gets all
 * it takes from here.
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
  /** How many peers have ever said that they have a piece, as far as that matters. */
  readonly #seen: Uint8Array;
  /** The pieces that somebody to whom they were offered has. */
  readonly #taken: Bitfield;
  readonly #out: Bitfield;
  #outAt: number | null = null;

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
    this.#seen = new Uint8Array(pieceCount);
    this.#taken = new Bitfield(pieceCount);
    this.#out = new Bitfield(pieceCount);
  }

  /** Whether it has done what it is for: every piece has been with others for a while. */
  isOver(now: number): boolean {
    return this.#outAt !== null && now - this.#outAt >= afterReleaseMs;
  }

  /** A peer has come. It is offered pieces when it has said what it has, or wants some. */
  join(peer: Peer, now: number): void {
    const has = new Bitfield(this.#pieceCount);
    this.#peers.set(peer, {
      has,
      open: new Set(),
      offered: new Set(),
      exchangedAt: now,
      spared: 0,
    });
  }

  /** The peer says that it has these pieces. */
  has(peer: Peer, pieces: Iterable<number>, now: number): void {
    const known = this.#peers.get(peer);
    if (!known) return;
    /** Those that are new, and whether the peer has them from others. */
    const gained = new Map<number, boolean>();
    for (const piece of pieces) {
      if (known.has.has(piece)) continue;
      known.has.set(piece);
      const isFromHere = known.offered.has(piece);
      this.#count(piece, 1, isFromHere ? -1 : 0);
      this.#noteSeen(piece, isFromHere, now);
      if (!isFromHere) noteExchange(known, now);
      gained.set(piece, !isFromHere);
    }
    this.#spread(gained, now);
    this.#fill(peer, known);
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
      this.#fill(peer, known);
      if (now - known.exchangedAt >= stalledMs) this.#spare(peer, known, now);
    }
  }

  /** Offers pieces to one who exchanges none, as many as it would have with those it has not got yet. */
  #spare(peer: Peer, known: Known, now: number): void {
    known.exchangedAt = now;
    known.spared = Math.max(1, 2 * known.spared);
    const coming = [...known.offered].filter((piece) => !known.has.has(piece)).length;
    for (let count = coming; count < known.spared; count++) {
      const piece = this.#rarest(known);
      if (piece === null) return;
      this.#offerPiece(peer, known, piece);
    }
  }

  /**
   * Somebody has got pieces: those who were offered them have passed them on, unless they were
   * offered to that one, too. A bitfield has very many: of each peer only what it was offered counts.
   */
  #spread(gained: ReadonlyMap<number, boolean>, now: number): void {
    const enough = Math.min(2, this.#peers.size);
    for (const [peer, known] of this.#peers) {
      const { offered } = known;
      let isFreed = false;
      for (const piece of gained.size < offered.size ? gained.keys() : offered) {
        const isPassedOn = gained.get(piece);
        if (isPassedOn === undefined || !offered.has(piece)) continue;
        if ((this.#holders[piece] ?? 0) < enough) continue;
        if (isPassedOn) noteExchange(known, now);
        if (known.open.delete(piece)) isFreed = true;
      }
      if (isFreed) this.#fill(peer, known);
    }
  }

  /** Offers as many pieces as may be open, of those that nobody has or is about to have. */
  #fill(peer: Peer, known: Known): void {
    while (known.open.size < openOffers && this.#untouched > 0) {
      const piece = this.#rarest(known);
      if (piece === null || this.#countOf(piece) > 0) return;
      this.#offerPiece(peer, known, piece);
    }
  }

  #noteSeen(piece: number, isFromHere: boolean, now: number): void {
    const seen = Math.min(strangersOut, (this.#seen[piece] ?? 0) + 1);
    this.#seen[piece] = seen;
    if (isFromHere) this.#taken.set(piece);
    if (seen < (this.#taken.has(piece) ? copiesOut : strangersOut)) return;
    this.#out.set(piece);
    if (this.#out.complete) this.#outAt ??= now;
  }

  #offerPiece(peer: Peer, known: Known, piece: number): void {
    known.open.add(piece);
    known.offered.add(piece);
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

function noteExchange(known: Known, now: number): void {
  known.exchangedAt = now;
  known.spared = 0;
}
