/** Memory for runs, in words of 32 bits and, the same memory, in words of 16. */
export interface Slab {
  words: Uint32Array;
  halves: Uint16Array;
}

/**
 * Words of a slab of the pool. Few slabs, since what finds them is to stay in the processor's cache;
 * memory of one that was never written is not resident.
 */
export const slabWords = 2 ** 17;

/** So many that nobody needs are kept for whoever needs one next. */
const mostSpare = 4;

/** A slab of so many words. */
export function newSlab(length: number): Slab {
  const words = new Uint32Array(length);
  return { words, halves: new Uint16Array(words.buffer) };
}

/**
 * Slabs of one size, lent and given back: while swarms grow, runs of one size become fewer as those
 * of the next become more, and memory that the system has once given is seldom taken back by it.
 */
export class SlabPool {
  readonly #spare: Slab[] = [];

  /** A slab, whose words are any. */
  take(): Slab {
    return this.#spare.pop() ?? newSlab(slabWords);
  }

  give(slab: Slab): void {
    if (this.#spare.length < mostSpare) this.#spare.push(slab);
  }
}
