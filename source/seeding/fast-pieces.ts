import type { Bitfield } from './bitfield.ts';
import type { LivePublication } from './live-publication.ts';
import { allowedFastPieces } from './wire/allowed-fast.ts';
import type { BlockRequest } from './wire/messages.ts';

/** With so many pieces a peer has something to trade. */
const mostPieces = 10;
/** Large pieces are fewer: who is choked is not to get more than this, or one piece. */
const mostBytes = 2 * 1024 * 1024;
/** How often each of them may be sent, as a peer may lose one. */
const timesEach = 2;

/**
 * The pieces that one peer may ask for while it is choked (BEP 6): a few, always the same for its
 * network, so that it has something to trade while it waits for a slot, and nothing to gain by
 * coming again.
 */
export class FastPieces {
  readonly #publication: LivePublication;
  readonly #host: string;
  /** Null while it was told of none. */
  #pieces: ReadonlySet<number> | null = null;
  /** Bytes that it may still have of them. */
  #left = 0;

  /** `host`: the address of the peer. */
  constructor(publication: LivePublication, host: string) {
    this.#publication = publication;
    this.#host = host;
  }

  /** The pieces to tell a peer of that has `has`, the first time; none that has some already. */
  offer(has: Bitfield | null): number[] {
    if (this.#pieces) return [];
    const { infoHash, shortInfoHashV2, pieceLength, pieceCount } = this.#publication.content;
    const swarm = infoHash ?? shortInfoHashV2;
    const count = Math.min(mostPieces, Math.max(1, Math.floor(mostBytes / pieceLength)));
    if (!swarm || (has?.count ?? 0) >= count) return [];
    const pieces = allowedFastPieces(swarm, this.#host, pieceCount, count).filter(
      (piece) => this.#publication.serves(piece) && !has?.has(piece),
    );
    this.#pieces = new Set(pieces);
    this.#left = timesEach * pieces.length * pieceLength;
    return pieces;
  }

  /** Whether a request is for one of them; it then counts as answered. */
  takes({ piece, length }: BlockRequest): boolean {
    if (!this.#pieces?.has(piece) || this.#left < length) return false;
    this.#left -= length;
    return true;
  }
}
