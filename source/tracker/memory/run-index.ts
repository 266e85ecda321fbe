/** What a peer is found by. */
export const kinds = { endpoint: 0, tag: 1 } as const;
export type Kind = (typeof kinds)[keyof typeof kinds];

const positionBits = 21;
const kindAt = 1 << positionBits;
/** Positions are above the negative of this, and below it. */
export const positionLimit = 2 ** (positionBits - 1);
const positionMask = 2 ** positionBits - 1;
const markShift = positionBits + 1;
const referenceMask = 2 ** markShift - 1;

/**
 * Finds the positions of a run's peers by 32-bit hashes, in slots that are a part of the run: open
 * addressing with linear probing. One run's slots are open at a time.
 */
export class RunIndex {
  readonly #hashOf: (kind: Kind, position: number) => number;
  #words: Uint32Array = new Uint32Array(0);
  #start = 0;
  #mask = 0;
  // where the search of `first` and `next` is
  #slot = 0;
  #wanted = 0;

  /** `hashOf` gives the hash by which a peer of the open run is found. */
  constructor(hashOf: (kind: Kind, position: number) => number) {
    this.#hashOf = hashOf;
  }

  /** Opens the `count` slots from `start` on, a power of two. */
  open(words: Uint32Array, start: number, count: number): void {
    this.#words = words;
    this.#start = start;
    this.#mask = count - 1;
  }

  clear(): void {
    this.#words.fill(0, this.#start, this.#start + this.#mask + 1);
  }

  /** Whether there is a first position that may be of this hash: then it is `found`. */
  first(hash: number, kind: Kind): boolean {
    this.#slot = (hash & this.#mask) - 1;
    // the highest bits of a hash mark entries, the lowest choose slots
    this.#wanted = markOf(hash) | (kind === kinds.tag ? kindAt : 0);
    return this.next();
  }

  /** The same for the next one of that search. */
  next(): boolean {
    const words = this.#words;
    for (;;) {
      this.#slot = (this.#slot + 1) & this.#mask;
      const entry = words[this.#start + this.#slot] as number;
      if (entry === 0) return false;
      if (((entry ^ this.#wanted) & ~positionMask) === 0) return true;
    }
  }

  get found(): number {
    return positionOf(this.#words[this.#start + this.#slot] as number);
  }

  add(hash: number, kind: Kind, position: number): void {
    const words = this.#words;
    let slot = hash & this.#mask;
    while (words[this.#start + slot] !== 0) slot = (slot + 1) & this.#mask;
    words[this.#start + slot] = entryOf(hash, kind, position);
  }

  /** Has another position stand for what `from` of this hash stood for. */
  replace(hash: number, kind: Kind, from: number, to: number): void {
    if (this.#seek(hash, kind, from)) {
      this.#words[this.#start + this.#slot] = entryOf(hash, kind, to);
    }
  }

  remove(hash: number, kind: Kind, position: number): void {
    if (this.#seek(hash, kind, position)) this.#close(this.#slot);
  }

  #seek(hash: number, kind: Kind, position: number): boolean {
    let isThere = this.first(hash, kind);
    while (isThere && this.found !== position) isThere = this.next();
    return isThere;
  }

  /** Frees a slot, and moves up those after it that would not be found any more. */
  #close(slot: number): void {
    const words = this.#words;
    const start = this.#start;
    const mask = this.#mask;
    let hole = slot;
    for (let at = (hole + 1) & mask; words[start + at] !== 0; at = (at + 1) & mask) {
      const entry = words[start + at] as number;
      const kind = (entry & kindAt) === 0 ? kinds.endpoint : kinds.tag;
      const home = this.#hashOf(kind, positionOf(entry)) & mask;
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      words[start + hole] = entry;
      hole = at;
    }
    words[start + hole] = 0;
  }
}

function positionOf(entry: number): number {
  return (entry & positionMask) - positionLimit;
}

function markOf(hash: number): number {
  return hash & ~referenceMask;
}

/** Never 0, which is a free slot. */
function entryOf(hash: number, kind: Kind, position: number): number {
  return markOf(hash) | (kind === kinds.tag ? kindAt : 0) | (position + positionLimit);
}
