import type { Bitfield } from './bitfield.ts';
import type { UnreadableFile } from './block-reader.ts';
import { BlockSender, type DataPlane } from './block-sender.ts';
import { FastPieces } from './fast-pieces.ts';
import type { UploadGate } from './limits/upload-limiter.ts';
import type { LivePublication } from './live-publication.ts';
import { PieceOffer } from './piece-offer.ts';
import type { QueuedBlock } from './request-queue.ts';
import { WireError } from './wire/error.ts';
import {
  type BlockRequest,
  choke,
  encodeAllowedFast,
  encodeRejectRequest,
  haveNone,
  maxRequestLength,
  unchoke,
} from './wire/messages.ts';

/** How many requests of a peer are kept (`reqq`, BEP 10). */
export const requestQueueLength = 2_000;

/** How long a peer whose requests cannot even be rejected is left choked. */
const barMs = 10_000;

/** The connection that blocks are asked for and sent over. */
interface PieceTransport {
  /** Sends a small message, soon. */
  send(message: Uint8Array): void;
  /** Hands bytes to the socket; `done` when it has taken them, or never will. */
  write(bytes: Uint8Array, done: (error?: Error | null) => void): void;
  /** The address it leads to. */
  readonly host: string;
  /** Whether it was told of a piece. */
  mayHave(piece: number): boolean;
  /** What limits the peer, which calls `wake` when it may go on. */
  openGate(wake: () => void): UploadGate;
  /** The socket has taken so many bytes of content. */
  sent(payload: number): void;
  /** A file cannot be served; the publication's pieces must be marked when this returns. */
  fileFailed(error: UnreadableFile): void;
  /** Runs what does not begin with a message of the peer, and sends what it has to say. */
  run(work: () => void): void;
  /** The peer was choked though it may have had its slot. */
  slotFreed(): void;
  /** Reading failed for a reason that is neither the peer's nor the content's. */
  failed(error: unknown): void;
}

/**
 * What one peer is offered and asks for (BEP 3, BEP 6): its requests are queued, held, rejected or
 * dropped, depending on whether it is choked and which pieces can be served.
 */
export class PieceRequests {
  readonly #publication: LivePublication;
  readonly #transport: PieceTransport;
  readonly #now: () => number;
  /** The peer speaks the fast extension. */
  readonly #fast: boolean;
  readonly #blocks: BlockSender;
  readonly #offer: PieceOffer;
  readonly #fastPieces: FastPieces;
  #choked = true;
  #since: number;
  #barredUntil = 0;
  /** When it last asked for something that it may have. */
  #askedAt = Number.NEGATIVE_INFINITY;
  /** Since when it had its last slot, if it asked for nothing with it. */
  #wastedSlotAt: number | null = null;

  constructor(
    publication: LivePublication,
    plane: DataPlane,
    fast: boolean,
    transport: PieceTransport,
  ) {
    this.#publication = publication;
    this.#transport = transport;
    this.#now = () => plane.now();
    this.#fast = fast;
    this.#since = plane.now();
    this.#offer = new PieceOffer(publication, fast, () => plane.now());
    this.#fastPieces = new FastPieces(publication, transport.host);
    this.#blocks = new BlockSender(
      publication,
      plane,
      {
        write: (bytes, done) => transport.write(bytes, done),
        sent: (payload) => transport.sent(payload),
        fileFailed: (error) => transport.fileFailed(error),
        refused: (blocks) => this.#holdOrRefuse(blocks),
        failed: (error) => transport.failed(error),
      },
      requestQueueLength,
      (wake) => transport.openGate(wake),
    );
  }

  get choked(): boolean {
    return this.#choked;
  }

  /** When it was unchoked or, while it is choked, when it began to wait. */
  get since(): number {
    return this.#since;
  }

  /** Since when it might have asked for something, and did not; null while it waits for its slot or for data. */
  get unusedSince(): number | null {
    // Of what is super-seeded there may be nothing to ask for, and of what is at fault nothing to send.
    if (this.#publication.superSeeding || this.#offer.holds) return null;
    if (this.#choked) return this.#wastedSlotAt;
    return this.#blocks.isIdle ? Math.max(this.#since, this.#askedAt) : null;
  }

  /** It gets no slot before this. */
  get barredUntil(): number {
    return this.#barredUntil;
  }

  /** The message that says which pieces there are, if there is anything to say. */
  open(): Uint8Array | null {
    if (this.#publication.superSeeding) return this.#fast ? haveNone : null;
    return this.#offer.open();
  }

  /** The peer has just begun, or ceased, to want data. */
  interestChanged(): void {
    if (this.#choked) this.#since = this.#now();
  }

  setChoked(choked: boolean): void {
    if (choked && !this.#choked) {
      this.#wastedSlotAt = this.#askedAt < this.#since && this.#blocks.isIdle ? this.#since : null;
    }
    this.#choked = choked;
    this.#since = this.#now();
    if (!choked) {
      this.#transport.send(unchoke);
      return;
    }
    this.#transport.send(choke);
    // Without the fast extension a choke itself says that no request will be answered.
    const dropped = this.#blocks.clear();
    for (const block of dropped) this.#reject(this.#requestOf(block));
    for (const request of this.#offer.takeHeld()) this.#reject(request);
  }

  /** Tells a peer that waits for its slot, and has `has`, what it may have meanwhile (BEP 6). */
  offerFastPieces(has: Bitfield | null): void {
    if (!this.#fast || !this.#choked || this.#publication.superSeeding) return;
    for (const piece of this.#fastPieces.offer(has)) {
      this.#transport.send(encodeAllowedFast(piece));
    }
  }

  /** @throws WireError when there can be no such block */
  request(request: BlockRequest): void {
    if (request.length > maxRequestLength || !this.#publication.layout.has(request)) {
      throw new WireError(
        `request for ${request.length} bytes at ${request.begin} of piece ${request.piece}`,
      );
    }
    const mayAsk = !this.#choked || this.#fastPieces.takes(request);
    if (mayAsk) this.#askedAt = this.#now();
    if (!mayAsk || !this.#transport.mayHave(request.piece)) {
      // The choke may have crossed it on the way; without the fast extension that is known.
      this.#reject(request);
    } else if (!this.#publication.serves(request.piece)) {
      if (!this.#offer.hold(request, requestQueueLength)) this.#refuse(request);
    } else if (!this.#blocks.add(request)) {
      this.#reject(request);
    }
  }

  cancel(request: BlockRequest): void {
    if (!this.#publication.layout.has(request)) return;
    if (this.#blocks.cancel(request) || this.#offer.cancel(request)) this.#reject(request);
  }

  /**
   * Tells the peer which pieces can be served now. False when that takes a new connection.
   * `dontHaveId`: the number it wants lt_donthave messages (BEP 54) sent with, or 0.
   */
  piecesChanged(dontHaveId: number): boolean {
    // Nobody was promised what cannot be served, but for what was offered, which is rejected.
    if (this.#publication.superSeeding) return true;
    const messages = this.#offer.update(dontHaveId, requestQueueLength);
    if (!messages) return false;
    for (const message of messages) this.#transport.send(message);
    for (const request of this.#offer.takeSettled()) {
      if (this.#publication.serves(request.piece)) this.request(request);
      else this.#refuse(request);
    }
    this.pump();
    return true;
  }

  /**
   * Tells the peer of all that can be served, though it was told of nothing but what it `knows`.
   * False when that takes a new connection.
   */
  offerAll(knows: (piece: number) => boolean): boolean {
    const messages = this.#offer.offerAll(knows);
    for (const message of messages ?? []) this.#transport.send(message);
    return messages !== null;
  }

  /** To be called once a second. False when the peer has to be told of lost pieces by a new connection. */
  tick(): boolean {
    const overdue = this.#offer.takeOverdue();
    for (const request of overdue ?? []) this.#reject(request);
    return overdue !== null;
  }

  /** Goes on reading and sending what was asked for. */
  pump(): void {
    this.#blocks.pump();
  }

  close(): void {
    this.#blocks.close();
  }

  #requestOf(block: QueuedBlock): BlockRequest {
    return this.#publication.layout.blockAt(block.offset, block.length);
  }

  /** Blocks that were asked for when their pieces could still be served. */
  #holdOrRefuse(blocks: QueuedBlock[]): void {
    this.#transport.run(() => {
      for (const block of blocks) {
        const request = this.#requestOf(block);
        if (!this.#offer.hold(request, requestQueueLength)) this.#refuse(request);
      }
    });
  }

  /**
   * Says that a block will not come. Without the fast extension only a choke says so, of all
   * blocks; the peer would ask for it again at once, so it stays choked for a while.
   */
  #refuse(request: BlockRequest): void {
    if (this.#fast) {
      this.#reject(request);
    } else if (!this.#choked) {
      this.#barredUntil = this.#now() + barMs;
      this.setChoked(true);
      this.#transport.slotFreed();
    }
  }

  #reject(request: BlockRequest): void {
    if (this.#fast) this.#transport.send(encodeRejectRequest(request));
  }
}
