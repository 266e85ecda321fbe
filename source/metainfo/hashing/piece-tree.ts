import { hash } from 'node:crypto';
import { merkleHashLength, paddingHash } from '../merkle.ts';

/**
 * The hash tree of one piece after another (BEP 52), built in one buffer. As `merkleRoot`, but a
 * tenth faster with a piece's blocks: hashes go through text into their place, since making a
 * buffer for each costs more, and what is hashed is seen through views that stay.
 */
export class PieceTree {
  readonly #row: Buffer;
  /** Each two hashes of the row that have a parent. */
  readonly #pairs: readonly Buffer[];

  /** For pieces of up to `blocks` blocks, a power of two. */
  constructor(blocks: number) {
    this.#row = Buffer.allocUnsafeSlow(Math.max(2, blocks) * merkleHashLength);
    const pairLength = 2 * merkleHashLength;
    this.#pairs = Array.from({ length: this.#row.length / pairLength }, (_, index) =>
      this.#row.subarray(index * pairLength, (index + 1) * pairLength),
    );
  }

  /** Hashes the block that is at `index` in the piece. */
  setBlock(index: number, block: Uint8Array): void {
    this.#set(index, block);
  }

  /**
   * The root above the first `count` blocks, at least one, in a tree `width` blocks wide, or as wide
   * as the next power of two: what is not there is padding. A view that is good until the next block is set.
   */
  root(count: number, width: number): Uint8Array {
    let left = count;
    for (let level = 0; 2 ** level < width; level++) {
      if (left % 2 === 1) this.#row.set(paddingHash(level), left * merkleHashLength);
      left = Math.ceil(left / 2);
      for (let index = 0; index < left; index++) {
        const pair = this.#pairs[index];
        if (pair) this.#set(index, pair);
      }
    }
    return this.#row.subarray(0, merkleHashLength);
  }

  #set(index: number, bytes: Uint8Array): void {
    this.#row.write(hash('sha256', bytes, 'binary'), index * merkleHashLength, 'latin1');
  }
}
