/** Two stretches, where they are split, and one who stands in for another. */
const mostBounds = 16;

/**
 * Chooses numbers at random: neighbours, in two stretches. What stands side by side in memory is read
 * and copied much faster than what is picked one by one, and two stretches, at random places each
 * time, still mix a swarm well.
 */
export class RandomStretches {
  /** Pairs of numbers: the first of a stretch, and the one after its last. No stretch goes from below 0 to above. */
  readonly bounds = new Int32Array(mostBounds);
  /** How many of the bounds are in use. */
  length = 0;
  readonly #random: () => number;
  // what is chosen from
  #start = 0;
  #end = 0;
  #skipped = 0;
  #others = 0;

  /** `random` gives 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /**
   * Chooses up to `want` numbers, all different, from `start` to before `end` and without `self` (null
   * for nobody); each is as likely to be among them as any other. Returns how many they are.
   */
  choose(start: number, end: number, self: number | null, want: number): number {
    this.length = 0;
    const isAmong = self !== null && self >= start && self < end;
    const others = end - start - (isAmong ? 1 : 0);
    const count = want < others ? want : others;
    if (count <= 0) return 0;
    this.#start = start;
    this.#end = end;
    this.#skipped = isAmong ? self : end;
    this.#others = others;
    if (count === others) {
      this.#addAround(0, others);
      return count;
    }
    // On a circle, which is turned at random. (Not by Math.floor, which would reckon with fractions.)
    const turn = (this.#random() * others) | 0;
    if (2 * count > others) {
      this.#addAround(turn, count);
      return count;
    }
    // One in each half of it, somewhere.
    const first = count >>> 1;
    const half = others >>> 1;
    this.#addAround(turn + this.#placeIn(half - first), first);
    this.#addAround(turn + half + this.#placeIn(others - half - (count - first)), count - first);
    return count;
  }

  #placeIn(room: number): number {
    return (this.#random() * (room + 1)) | 0;
  }

  /** Adds so many from a place on, as they stand on the circle. */
  #addAround(from: number, count: number): void {
    const skipped = this.#skipped;
    let at = from >= this.#others ? from - this.#others : from;
    let left = count;
    while (left > 0) {
      const first = this.#start + at;
      let last = this.#start + Math.min(at + left, this.#others);
      if (first < 0 && last > 0) last = 0;
      if (first === skipped) last = first + 1;
      else if (first < skipped && skipped < last) last = skipped;
      // the last one of all, which has no place, stands in for who is left out
      const isSkipped = first === skipped;
      this.bounds[this.length++] = isSkipped ? this.#end - 1 : first;
      this.bounds[this.length++] = isSkipped ? this.#end : last;
      left -= last - first;
      at += last - first;
      if (at === this.#others) at = 0;
    }
  }
}
