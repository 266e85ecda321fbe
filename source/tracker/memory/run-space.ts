import { newSlab, type Slab, type SlabPool, slabWords } from './slab-pool.ts';

interface SizeClass {
  /** Words of one run. */
  length: number;
  /** More than one in slabs of the pool; longer runs have a slab of their own. */
  runsPerSlab: number;
  /** Of a run's number, so many of the lowest bits are its place in its slab; the others, which slab. */
  placeBits: number;
  slabs: Slab[];
  /** Runs in use; they have no gaps between them. */
  runs: number;
}

/** What has no run. */
export const noRun = 0xffffffff;

const sizeClassShift = 25;
const numberMask = 2 ** sizeClassShift - 1;
/** What is left over at the end of a slab is less than a run: at most a part of this many. */
const fewestPerSlab = 16;

/**
 * Runs of words, of some sizes. Those of one size lie in slabs without gaps, so that runs that come
 * and go leave no holes: a run that is freed is filled with the last one of its size. The first word
 * of each is its owner, who is told when it is called otherwise.
 */
export class RunSpace {
  readonly #classes: SizeClass[];
  readonly #pool: SlabPool;
  readonly #onRenamed: (owner: number, run: number) => void;

  /** `lengths` are the words of a run of each size class. */
  constructor(
    lengths: readonly number[],
    pool: SlabPool,
    onRenamed: (owner: number, run: number) => void,
  ) {
    this.#pool = pool;
    this.#onRenamed = onRenamed;
    this.#classes = lengths.map((length) => {
      const fitting = Math.floor(slabWords / length);
      const runsPerSlab = fitting < fewestPerSlab ? 1 : fitting;
      const placeBits = Math.ceil(Math.log2(runsPerSlab));
      return { length, runsPerSlab, placeBits, slabs: [], runs: 0 };
    });
  }

  sizeClassOf(run: number): number {
    return run >>> sizeClassShift;
  }

  slabOf(run: number): Slab {
    const { slabs, placeBits } = this.#classOf(run);
    return slabs[(run & numberMask) >>> placeBits] as Slab;
  }

  /** Where in its slab a run begins, in words. */
  startOf(run: number): number {
    const { length, placeBits } = this.#classOf(run);
    return (run & ((1 << placeBits) - 1)) * length;
  }

  /** A run of a size class; but for the owner, its words are any. */
  allocate(sizeClass: number, owner: number): number {
    const chosen = this.#classes[sizeClass] as SizeClass;
    const run = this.#nthOf(sizeClass, chosen.runs++);
    if ((run & numberMask) >>> chosen.placeBits === chosen.slabs.length) {
      chosen.slabs.push(chosen.runsPerSlab === 1 ? newSlab(chosen.length) : this.#pool.take());
    }
    this.slabOf(run).words[this.startOf(run)] = owner;
    this.#onRenamed(owner, run);
    return run;
  }

  /** Frees a run, whose owner knows. */
  release(run: number): void {
    const sizeClass = this.#classOf(run);
    const { length, runsPerSlab, slabs } = sizeClass;
    const last = this.#nthOf(this.sizeClassOf(run), --sizeClass.runs);
    if (last !== run) {
      const from = this.slabOf(last).words;
      const start = this.startOf(last);
      this.slabOf(run).words.set(from.subarray(start, start + length), this.startOf(run));
      this.#onRenamed(from[start] as number, run);
    }
    if (this.startOf(last) > 0) return;
    const emptied = slabs.pop();
    if (emptied && runsPerSlab > 1) this.#pool.give(emptied);
  }

  /** What the nth run of a size class is called. */
  #nthOf(sizeClass: number, nth: number): number {
    const { runsPerSlab, placeBits } = this.#classes[sizeClass] as SizeClass;
    const slab = Math.floor(nth / runsPerSlab);
    const number = (slab << placeBits) | (nth - slab * runsPerSlab);
    return ((sizeClass << sizeClassShift) | number) >>> 0;
  }

  #classOf(run: number): SizeClass {
    return this.#classes[run >>> sizeClassShift] as SizeClass;
  }
}
