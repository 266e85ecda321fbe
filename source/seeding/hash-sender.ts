import { Allowance } from './allowance.ts';
import { encodeHashes, encodeHashReject, type HashRequest } from './wire/messages.ts';

/** How often in a minute a peer may have the hashes of all pieces. */
const timesPerMinute = 3;
const spareHashes = 4_096;
const maxQueued = 64;

/**
 * Answers one peer's hash requests (BEP 52). An answer is much larger than its request, so both how
 * many hashes there are in a minute and how many answers wait are limited; what is beyond is
 * rejected.
 */
export class HashSender {
  readonly #hashes: (request: HashRequest) => Uint8Array | null;
  readonly #allowance: Allowance;
  readonly #queue: HashRequest[] = [];

  /** `hashes` gives the hashes that answer a request; it is called for each answer. */
  constructor(
    pieceCount: number,
    hashes: (request: HashRequest) => Uint8Array | null,
    now: number,
  ) {
    this.#hashes = hashes;
    this.#allowance = new Allowance(timesPerMinute * pieceCount + spareHashes, now);
  }

  /** Takes a request. Returns the reject to answer it with, or null: its answer is now queued. */
  request(request: HashRequest, now: number): Uint8Array | null {
    const cost = request.length + request.proofLayers;
    if (this.#queue.length >= maxQueued || !this.#allowance.take(cost, now)) {
      return encodeHashReject(request);
    }
    this.#queue.push({ ...request, piecesRoot: request.piecesRoot.slice() });
    return null;
  }

  /** The next answer to send, or null. */
  next(): Uint8Array | null {
    const request = this.#queue.shift();
    if (!request) return null;
    const hashes = this.#hashes(request);
    return hashes ? encodeHashes(request, hashes) : encodeHashReject(request);
  }
}
