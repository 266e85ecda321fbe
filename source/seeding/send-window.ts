import { maxChunkData } from './chunk-pool.ts';
import { blockLength } from './wire/messages.ts';

const firstWindow = 4 * blockLength;
const minWindow = blockLength;

/** A chunk that the socket took faster than this could have been larger. */
const fastMs = 250;
/** One that took longer keeps memory for too long. */
const slowMs = 1_000;

/**
 * How much data one chunk for a peer carries: what its connection takes in about a second, so that
 * fast peers are read for in large stretches and slow ones hold little memory. Starts in the
 * middle, doubles and halves with what each chunk took.
 */
export class SendWindow {
  #bytes = firstWindow;

  /** Bytes of data. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The socket has taken a chunk with `payload` bytes of data, `elapsedMs` after it was given it. */
  sent(payload: number, elapsedMs: number): void {
    if (elapsedMs > slowMs) this.#bytes = Math.max(minWindow, this.#bytes / 2);
    else if (elapsedMs < fastMs && 2 * payload > this.#bytes) {
      this.#bytes = Math.min(maxChunkData, this.#bytes * 2);
    }
  }
}
