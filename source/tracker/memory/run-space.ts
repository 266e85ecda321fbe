/** Memory for runs, in words of 32 bits and, the same memory, in words of 16. */
export interface Slab {
  words: Uint32Array;
  halves: Uint16Array;
}

interface SizeClass {
  /** Words of one run. */
  length: number;
  /** How many runs a slab holds, as a power of two. */
  runsPerSlabLog2: number;
  slabs: Slab[];
  /** Runs in use; they have no gaps between them. */
  runs: number;
}

/** What has no run. */
export const noRun = 0xffffffff;

const sizeClassShift = 25;
const numberMask = 2 ** sizeClassShift - 1;
/**
 * Words that are allocated together, unless one run takes more. Few slabs, since what finds them is
 * to stay in the processor's cache; memory of one that was never written is not resident.
 */
const slabWords = 2 ** 17;

/**
 * Runs of words, of some sizes. Those of one size lie in slabs without gaps, so that runs that come
 * and go leave no holes: a run that is freed is filled with the last one of its size. The first word
 * of each is its owner, who is told when it is called otherwise.
 */
export class RunSpace {
  readonly #classes: SizeClass[];
  readonly #onRenamed: (owner: number, run: number) => void;

  /** `lengths` are the words of a run of each size class. */
  constructor(lengths: readonly number[], onRenamed: (owner: number, run: number) => void) {
    this.#onRenamed = onRenamed;
    this.#classes = lengths.map((length) => ({
      length,
      runsPerSlabLog2: Math.max(0, Math.floor(Math.log2(slabWords / length))),
      slabs: [],
      runs: 0,
    }));
  }

  sizeClassOf(run: number): number {
    return run >>> sizeClassShift;
  }

  slabOf(run: number): Slab {
    const { slabs, runsPerSlabLog2 } = this.#classOf(run);
    return slabs[(run & numberMask) >>> runsPerSlabLog2] as Slab;
  }

  /** Where in its slab a run begins, in words. */
  startOf(run: number): number {
    const { length, runsPerSlabLog2 } = this.#classOf(run);
    return (run & ((1 << runsPerSlabLog2) - 1)) * length;
  }

  /** A run of a size class; but for the owner, its words are any. */
  allocate(sizeClass: number, owner: number): number {
    const chosen = this.#classes[sizeClass] as SizeClass;
    const number = chosen.runs++;
    if (number >>> chosen.runsPerSlabLog2 === chosen.slabs.length) {
      const words = new Uint32Array(chosen.length << chosen.runsPerSlabLog2);
      chosen.slabs.push({ words, halves: new Uint16Array(words.buffer) });
    }
    const run = ((sizeClass << sizeClassShift) | number) >>> 0;
    this.slabOf(run).words[this.startOf(run)] = owner;
    this.#onRenamed(owner, run);
    return run;
  }

  /** Frees a run, whose owner knows. */
  release(run: number): void {
    const sizeClass = this.#classOf(run);
    const { length, runsPerSlabLog2, slabs } = sizeClass;
    const last = (((run >>> sizeClassShift) << sizeClassShift) | --sizeClass.runs) >>> 0;
    if (last !== run) {
      const from = this.slabOf(last).words;
      const start = this.startOf(last);
      this.slabOf(run).words.set(from.subarray(start, start + length), this.startOf(run));
      this.#onRenamed(from[start] as number, run);
    }
    // one slab is kept beyond the last, so that one who comes and goes does not make it each time
    const { runs } = sizeClass;
    if (runs & ((1 << runsPerSlabLog2) - 1)) return;
    const kept = (runs >>> runsPerSlabLog2) + (runsPerSlabLog2 === 0 ? 0 : 1);
    if (kept < slabs.length) slabs.length = kept;
  }

  #classOf(run: number): SizeClass {
    return this.#classes[run >>> sizeClassShift] as SizeClass;
  }
}
