/**
 * HalfSipHash-1-3 (Aumasson and Bernstein) over words of up to 32 bits: a short hash that strangers
 * cannot make collide, for tables of what strangers choose. Not for proving anything.
 */
export class KeyedHash {
  #key0: number;
  #key1: number;

  /** A hash with a key of its own; `random` gives 0 to below 1. */
  constructor(random: () => number) {
    this.#key0 = Math.floor(random() * 2 ** 32) | 0;
    this.#key1 = Math.floor(random() * 2 ** 32) | 0;
  }

  /** Two words, by which another one hashes like this one. */
  get key(): readonly [number, number] {
    return [this.#key0, this.#key1];
  }

  set key([first, second]: readonly [number, number]) {
    this.#key0 = first | 0;
    this.#key1 = second | 0;
  }

  /** The hash of `count` words from `at` on; always of as many for one table. 32 bits, unsigned. */
  ofWords(words: Uint32Array, at: number, count: number): number {
    let v0 = this.#key0;
    let v1 = this.#key1;
    let v2 = 0x6c796765 ^ this.#key0;
    let v3 = 0x74656462 ^ this.#key1;
    // after the words come three rounds more
    for (let n = 0; n < count + 3; n++) {
      const word = n < count ? (words[at + n] as number) : 0;
      if (n === count) v2 ^= 0xff;
      v3 ^= word;
      v0 = (v0 + v1) | 0;
      v1 = ((v1 << 5) | (v1 >>> 27)) ^ v0;
      v0 = (v0 << 16) | (v0 >>> 16);
      v2 = (v2 + v3) | 0;
      v3 = ((v3 << 8) | (v3 >>> 24)) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = ((v3 << 7) | (v3 >>> 25)) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = ((v1 << 13) | (v1 >>> 19)) ^ v2;
      v2 = (v2 << 16) | (v2 >>> 16);
      v0 ^= word;
    }
    return (v1 ^ v3) >>> 0;
  }
}
