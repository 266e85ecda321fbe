/** A block asked for, by where it is in the content. */
export interface QueuedBlock {
  /** Offset in the whole content, bytes. */
  offset: number;
  length: number;
}

const firstCapacity = 64;

/**
 * The blocks a peer waits for, in the order it asked. Two flat arrays: thousands of peers may each
 * queue thousands of blocks, and a cancel searches 2,000 of them in about a microsecond.
 */
export class RequestQueue {
  readonly #limit: number;
  #offsets = new Float64Array(0);
  #lengths = new Uint32Array(0);
  #head = 0;
  #tail = 0;

  /** Holds at most `limit` requests. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#tail - this.#head;
  }

  /** Adds a request at the end; false when the queue is full. */
  push(offset: number, length: number): boolean {
    if (this.size >= this.#limit) return false;
    if (this.#tail === this.#offsets.length) this.#makeRoom();
    this.#offsets[this.#tail] = offset;
    this.#lengths[this.#tail] = length;
    this.#tail++;
    return true;
  }

  /** Takes one such request out; false when there is none. */
  cancel(offset: number, length: number): boolean {
    for (let i = this.#offsets.indexOf(offset, this.#head); i >= 0 && i < this.#tail; ) {
      if (this.#lengths[i] === length) {
        this.#offsets.copyWithin(i, i + 1, this.#tail);
        this.#lengths.copyWithin(i, i + 1, this.#tail);
        this.#tail--;
        return true;
      }
      i = this.#offsets.indexOf(offset, i + 1);
    }
    return false;
  }

  /**
   * Takes requests from the front: as many as `maxBytes` hold (but at least one), at most
   * `maxBlocks`, and only as long as each begins where the one before it ended, or as no more than
   * `maxRuns` such runs come of it, and as long as `admits` says so of each but the first.
   */
  take(
    maxBytes: number,
    maxBlocks: number,
    maxRuns: number,
    admits: (offset: number, length: number) => boolean = () => true,
  ): QueuedBlock[] {
    const taken: QueuedBlock[] = [];
    let bytes = 0;
    let runs = 0;
    let runEnd = -1;
    while (this.#head < this.#tail && taken.length < maxBlocks) {
      const offset = this.#offsets[this.#head] ?? 0;
      const length = this.#lengths[this.#head] ?? 0;
      if (taken.length > 0 && bytes + length > maxBytes) break;
      if (offset !== runEnd && ++runs > maxRuns) break;
      if (!admits(offset, length) && taken.length > 0) break;
      taken.push({ offset, length });
      bytes += length;
      runEnd = offset + length;
      this.#head++;
    }
    if (this.#head === this.#tail) {
      this.#head = 0;
      this.#tail = 0;
    }
    return taken;
  }

  /** Takes every request out and returns them. */
  clear(): QueuedBlock[] {
    return this.take(Number.POSITIVE_INFINITY, this.size, this.size);
  }

  /** Moves the queue to the front of its arrays, and into larger ones when they are mostly full. */
  #makeRoom(): void {
    const size = this.size;
    const capacity = this.#offsets.length;
    const isSparse = size < capacity / 2;
    const next = isSparse ? capacity : Math.max(firstCapacity, capacity * 2);
    const offsets = isSparse ? this.#offsets : new Float64Array(next);
    const lengths = isSparse ? this.#lengths : new Uint32Array(next);
    offsets.set(this.#offsets.subarray(this.#head, this.#tail));
    lengths.set(this.#lengths.subarray(this.#head, this.#tail));
    this.#offsets = offsets;
    this.#lengths = lengths;
    this.#head = 0;
    this.#tail = size;
  }
}
