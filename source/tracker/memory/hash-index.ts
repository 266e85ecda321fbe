/** A part of an index: open addressing with linear probing. */
interface Segment {
  /** 0 is free; else a reference and one, below a few bits of its hash. */
  slots: Uint32Array;
  used: number;
  /** How many of the highest bits of the hashes in it are the same. */
  depth: number;
}

const firstSlots = 32;
/** Splitting a segment of this size takes some tens of microseconds. */
const mostSlots = 4096;
const mostLoad = 0.75;
const referenceBits = 24;
const referenceMask = 2 ** referenceBits - 1;
/** References are below this. */
export const mostReferences = referenceMask;
/** More than this many segments are not made: they grow instead. */
const mostDepth = 12;

/**
 * Finds references (whole numbers below 2^24 - 1) by 32-bit hashes of what they stand for. It grows
 * a small part at a time (extendible hashing), so that nobody ever waits for all of it to move.
 */
export class HashIndex {
  /** By the highest bits of a hash; a segment of fewer such bits is in it several times. */
  #directory: Segment[];
  #depth = 0;
  readonly #hashOf: (reference: number) => number;
  // where the search of `first` and `next` is
  #segment: Segment;
  #slot = 0;
  #mark = 0;

  /** `hashOf` gives the hash of a reference that is in the index. */
  constructor(hashOf: (reference: number) => number) {
    this.#hashOf = hashOf;
    this.#segment = { slots: new Uint32Array(firstSlots), used: 0, depth: 0 };
    this.#directory = [this.#segment];
  }

  /** The first reference that may be of this hash; -1 when there is none. */
  first(hash: number): number {
    this.#segment = this.#segmentOf(hash);
    this.#slot = slotOf(hash) - 1;
    this.#mark = markOf(hash);
    return this.next();
  }

  /** The next one of the same search. */
  next(): number {
    const { slots } = this.#segment;
    const mask = slots.length - 1;
    for (;;) {
      this.#slot = (this.#slot + 1) & mask;
      const entry = slots[this.#slot] ?? 0;
      if (entry === 0) return -1;
      if (entry >>> referenceBits === this.#mark) return (entry & referenceMask) - 1;
    }
  }

  add(hash: number, reference: number): void {
    let segment = this.#segmentOf(hash);
    while (segment.used + 1 > segment.slots.length * mostLoad) {
      this.#makeRoom(segment, hash);
      segment = this.#segmentOf(hash);
    }
    put(segment, hash, reference);
  }

  remove(hash: number, reference: number): void {
    for (let found = this.first(hash); found >= 0; found = this.next()) {
      if (found !== reference) continue;
      this.#close(this.#segment, this.#slot);
      return;
    }
  }

  #segmentOf(hash: number): Segment {
    // a shift by 32 would be none
    const at = this.#depth === 0 ? 0 : hash >>> (32 - this.#depth);
    return this.#directory[at] as Segment;
  }

  /** Frees a slot, and moves up those after it that would not be found any more. */
  #close(segment: Segment, slot: number): void {
    const { slots } = segment;
    const mask = slots.length - 1;
    let hole = slot;
    for (let at = (hole + 1) & mask; slots[at] !== 0; at = (at + 1) & mask) {
      const entry = slots[at] ?? 0;
      const home = slotOf(this.#hashOf((entry & referenceMask) - 1)) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      slots[hole] = entry;
      hole = at;
    }
    slots[hole] = 0;
    segment.used--;
  }

  #makeRoom(segment: Segment, hash: number): void {
    const { slots, depth } = segment;
    if (slots.length < mostSlots || depth === mostDepth) {
      segment.slots = new Uint32Array(slots.length * 2);
      segment.used = 0;
      this.#moveInto(slots, () => segment);
      return;
    }
    if (depth === this.#depth) {
      this.#directory = this.#directory.flatMap((one) => [one, one]);
      this.#depth++;
    }
    const halves = [0, 1].map(() => ({
      slots: new Uint32Array(slots.length),
      used: 0,
      depth: depth + 1,
    })) as [Segment, Segment];
    const half = (of: number) => halves[(of >>> (31 - depth)) & 1] as Segment;
    const copies = 2 ** (this.#depth - depth);
    const start = Math.floor((hash >>> (32 - this.#depth)) / copies) * copies;
    this.#directory.fill(halves[0], start, start + copies / 2);
    this.#directory.fill(halves[1], start + copies / 2, start + copies);
    this.#moveInto(slots, half);
  }

  #moveInto(slots: Uint32Array, segmentOf: (hash: number) => Segment): void {
    for (const entry of slots) {
      if (entry === 0) continue;
      const reference = (entry & referenceMask) - 1;
      const hash = this.#hashOf(reference);
      put(segmentOf(hash), hash, reference);
    }
  }
}

function put(segment: Segment, hash: number, reference: number): void {
  const mask = segment.slots.length - 1;
  let slot = slotOf(hash) & mask;
  while (segment.slots[slot] !== 0) slot = (slot + 1) & mask;
  segment.slots[slot] = entryOf(hash, reference);
  segment.used++;
}

/** The lowest bits mark entries, the highest choose segments: those between choose slots. */
function slotOf(hash: number): number {
  return hash >>> 8;
}

function markOf(hash: number): number {
  return hash & 0xff;
}

function entryOf(hash: number, reference: number): number {
  return ((markOf(hash) << referenceBits) | (reference + 1)) >>> 0;
}
