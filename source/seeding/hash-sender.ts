import { Allowance } from './allowance.ts';
import type { HashAnswer } from './content.ts';
import { encodeHashes, encodeHashReject, type HashRequest } from './wire/messages.ts';

/** How often in a minute a peer may have the hashes of all pieces. */
const timesPerMinute = 3;
const spareHashes = 4_096;
const maxQueued = 64;

interface HashSenderOptions {
  /** Answers a request; asked for one at a time. */
  hashes(request: HashRequest): Promise<HashAnswer>;
  /** There is another answer to send. */
  onAnswer(): void;
  /** Answering failed, for a reason that is not the peer's. */
  onFault(error: unknown): void;
}

/**
 * Answers one peer's hash requests (BEP 52). An answer is much larger than its request, and may take
 * much computing; so both how many hashes are sent and computed for it in a minute and how many
 * answers wait are limited. What is beyond is rejected.
 */
export class HashSender {
  readonly #options: HashSenderOptions;
  readonly #allowance: Allowance;
  readonly #queue: HashRequest[] = [];
  #answer: Uint8Array | null = null;
  #isAsking = false;

  constructor(pieceCount: number, now: number, options: HashSenderOptions) {
    this.#options = options;
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

  /** The next answer to send, or null: then `onAnswer` tells when there is one. */
  next(): Uint8Array | null {
    const answer = this.#answer;
    this.#answer = null;
    if (!answer && !this.#isAsking) void this.#ask();
    return answer;
  }

  /** It never rejects. */
  async #ask(): Promise<void> {
    const request = this.#queue.shift();
    if (!request) return;
    this.#isAsking = true;
    try {
      const { hashes, computed } = await this.#options.hashes(request);
      this.#allowance.charge(computed);
      this.#answer = hashes ? encodeHashes(request, hashes) : encodeHashReject(request);
      this.#isAsking = false;
      this.#options.onAnswer();
    } catch (error) {
      this.#options.onFault(error);
    }
  }
}
