import { Allowance } from './allowance.ts';
import { encodeMetadataPiece, encodeMetadataReject, metadataPieceCount } from './wire/extension.ts';

/** How often in a minute a peer may have the whole info dictionary. */
const timesPerMinute = 2;
const spareRequests = 8;
const maxQueued = 256;

/**
 * Serves the info dictionary of one publication to one peer (BEP 9). A request of 30 bytes is
 * answered with 16 KiB, so both how many answers there are in a minute and how many wait in
 * memory are limited; what is beyond is rejected.
 */
export class MetadataSender {
  readonly #info: () => Uint8Array;
  readonly #pieceCount: number;
  readonly #allowance: Allowance;
  readonly #queue: number[] = [];

  /** `info` gives the dictionary, of `length` bytes; it is called for each answer. */
  constructor(length: number, info: () => Uint8Array, now: number) {
    this.#info = info;
    this.#pieceCount = metadataPieceCount(length);
    this.#allowance = new Allowance(timesPerMinute * this.#pieceCount + spareRequests, now);
  }

  /** Takes a request. Returns the reject to answer it with, or null: its answer is now queued. */
  request(piece: number, now: number): Uint8Array | null {
    const exists = piece >= 0 && piece < this.#pieceCount;
    if (!exists || this.#queue.length >= maxQueued || !this.#allowance.take(1, now)) {
      return encodeMetadataReject(piece);
    }
    this.#queue.push(piece);
    return null;
  }

  /** The next answer to send, or null. */
  next(): Uint8Array | null {
    const piece = this.#queue.shift();
    return piece === undefined ? null : encodeMetadataPiece(piece, this.#info());
  }
}
