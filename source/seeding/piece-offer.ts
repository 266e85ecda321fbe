import { Bitfield } from './bitfield.ts';
import type { LivePublication } from './live-publication.ts';
import { WireError } from './wire/error.ts';
import { encodeDontHave } from './wire/extension.ts';
import {
  type BlockRequest,
  encodeBitfield,
  encodeExtended,
  encodeHave,
  haveAll,
  haveNone,
} from './wire/messages.ts';

/** When more pieces than this have changed, a new connection is the cheaper way to say so. */
const maxTold = 2_000;
/**
 * When more than this share of the pieces is lost, or so many, a new connection is the better way to
 * say so to who understands no lt_donthave, or cannot even be refused a request.
 */
const maxUntoldShare = 1 / 8;
const maxUntoldWithoutFast = 64;
/** How long a request waits for a piece that is lost and that the peer cannot be told of. */
const untoldWaitMs = { fast: 5_000, plain: 30_000 };
/** How many times such requests are rejected before the peer has to connect anew. */
const maxRejections = 3;
/** How many requests for pieces that are not offered a peer may make on one connection. */
const maxStrayRequests = 64;

interface HeldRequest {
  request: BlockRequest;
  since: number;
}

/**
 * What one peer was told of the pieces that can be served. Most clients never unlearn that a peer
 * has a piece, and ask for it again as soon as that was rejected, without end. So requests for
 * pieces that were lost are held until the peer has been told. Of a few pieces, who does not
 * understand that is left to believe in them: perhaps it will never ask. If it does, it is made to
 * wait, and in the end to connect anew.
 */
export class PieceOffer {
  readonly #publication: LivePublication;
  readonly #fast: boolean;
  /** What was not offered; null when everything was. */
  #withheld: Bitfield | null = null;
  #strayRequests = 0;
  #held: HeldRequest[] = [];
  readonly #now: () => number;
  #rejections = 0;

  /** `fast`: the peer speaks the fast extension. `now`: milliseconds, never going back. */
  constructor(publication: LivePublication, fast: boolean, now: () => number) {
    this.#publication = publication;
    this.#fast = fast;
    this.#now = now;
  }

  /** The message that comes first of all, if there is anything to say. */
  open(): Uint8Array | null {
    this.#withheld = this.#publication.withheld();
    if (!this.#withheld && this.#fast) return haveAll;
    const available = this.#publication.available();
    if (available.count > 0) return encodeBitfield(available.bits);
    return this.#fast ? haveNone : null;
  }

  /**
   * The messages that tell a peer of all there is, though it was told of nothing but what it
   * `knows`; null when that takes a new connection.
   */
  offerAll(knows: (piece: number) => boolean): Uint8Array[] | null {
    this.#withheld = this.#publication.withheld();
    const untold = [...this.#publication.available().pieces()].filter((piece) => !knows(piece));
    return untold.length > maxTold ? null : untold.map(encodeHave);
  }

  /**
   * The messages that bring the peer up to date; null when that takes a new connection.
   * `dontHaveId`: see PeerExtensions. `onWay`: how many requests may cross the messages.
   */
  update(dontHaveId: number, onWay: number): Uint8Array[] | null {
    const before = this.#withheld;
    const now = this.#publication.withheld();
    const lost = firstOnlyIn(now, before, dontHaveId === 0 ? this.#maxUntold : maxTold);
    const back = firstOnlyIn(before, now, maxTold);
    if (!lost || !back) return null;
    if (dontHaveId === 0) {
      this.#withheld = before && commonPieces(before, now);
      return back.map(encodeHave);
    }
    this.#withheld = now;
    if (lost.length > 0) this.#strayRequests = -onWay;
    return [
      ...lost.map((piece) => encodeExtended(dontHaveId, encodeDontHave(piece))),
      ...back.map(encodeHave),
    ];
  }

  /**
   * Takes a request for a piece that cannot be served. True when it is held: the peer believes
   * that the piece is there. False when it is to be refused.
   *
   * @throws WireError when there were too many for pieces that it knows are not there
   */
  hold(request: BlockRequest, limit: number): boolean {
    if (!this.#withheld?.has(request.piece)) {
      if (this.#held.length >= limit) return false;
      this.#held.push({ request, since: this.#now() });
      return true;
    }
    this.#strayRequests++;
    if (this.#strayRequests <= maxStrayRequests) return false;
    throw new WireError('too many requests for pieces that are not offered');
  }

  /** Whether there are such requests. */
  get holds(): boolean {
    return this.#held.length > 0;
  }

  /** Takes one such request out of those held; false when there is none. */
  cancel({ piece, begin, length }: BlockRequest): boolean {
    const index = this.#held.findIndex(
      ({ request }) =>
        request.piece === piece && request.begin === begin && request.length === length,
    );
    if (index >= 0) this.#held.splice(index, 1);
    return index >= 0;
  }

  /** Takes out all requests that are held. */
  takeHeld(): BlockRequest[] {
    return this.#take(() => true);
  }

  /** Takes out those held whose pieces the peer knows to be lost now, or that are back. */
  takeSettled(): BlockRequest[] {
    return this.#take(
      ({ request: { piece } }) =>
        this.#withheld?.has(piece) === true || this.#publication.serves(piece),
    );
  }

  /**
   * Takes out those that were held for too long, to be rejected; null when the peer has to be told by
   * a new connection.
   */
  takeOverdue(): BlockRequest[] | null {
    const before = this.#now() - (this.#fast ? untoldWaitMs.fast : untoldWaitMs.plain);
    const overdue = this.#take(({ since }) => since <= before);
    if (overdue.length === 0) return overdue;
    this.#rejections++;
    return this.#fast && this.#rejections <= maxRejections ? overdue : null;
  }

  get #maxUntold(): number {
    const most = this.#fast ? maxTold : maxUntoldWithoutFast;
    return Math.min(most, Math.ceil(this.#publication.content.pieceCount * maxUntoldShare));
  }

  #take(isTaken: (held: HeldRequest) => boolean): BlockRequest[] {
    if (this.#held.length === 0) return [];
    const [taken = [], left = []] = [true, false].map((wanted) =>
      this.#held.filter((held) => isTaken(held) === wanted),
    );
    this.#held = left;
    return taken.map(({ request }) => request);
  }
}

function commonPieces(some: Bitfield, others: Bitfield | null): Bitfield {
  const common = new Bitfield(some.pieceCount);
  for (const piece of some.pieces()) if (others?.has(piece)) common.set(piece);
  return common;
}

/** The pieces that are in `some` and not in `others`; null if they are more than `most`. */
function firstOnlyIn(
  some: Bitfield | null,
  others: Bitfield | null,
  most: number,
): number[] | null {
  const pieces: number[] = [];
  if (some === others) return pieces;
  for (const piece of some?.pieces() ?? []) {
    if (others?.has(piece)) continue;
    if (pieces.length === most) return null;
    pieces.push(piece);
  }
  return pieces;
}
