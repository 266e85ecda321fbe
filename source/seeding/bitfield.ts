import { bitfieldLength } from './wire/messages.ts';

/** Which pieces somebody has, and how many. */
export class Bitfield {
  readonly pieceCount: number;
  readonly #bits: Uint8Array;
  #count = 0;

  constructor(pieceCount: number) {
    this.pieceCount = pieceCount;
    this.#bits = new Uint8Array(bitfieldLength(pieceCount));
  }

  /** A bitfield with every piece. */
  static full(pieceCount: number): Bitfield {
    return Bitfield.from(new Uint8Array(bitfieldLength(pieceCount)).fill(0xff), pieceCount);
  }

  /**
   * A copy of the bits of a BITFIELD message, which must be as long as so many pieces take. Spare
   * bits at the end should be zero (BEP 3); some clients set them, and they are ignored.
   */
  static from(bits: Uint8Array, pieceCount: number): Bitfield {
    const bitfield = new Bitfield(pieceCount);
    const own = bitfield.#bits;
    own.set(bits);
    const spare = own.length * 8 - pieceCount;
    const last = own.length - 1;
    if (spare > 0) own[last] = (own[last] ?? 0) & (0xff << spare);
    for (const byte of own) bitfield.#count += onesIn(byte);
    return bitfield;
  }

  /** How many pieces are set. */
  get count(): number {
    return this.#count;
  }

  get complete(): boolean {
    return this.#count === this.pieceCount;
  }

  /** As a BITFIELD message carries it. Not a copy. */
  get bits(): Uint8Array {
    return this.#bits;
  }

  has(piece: number): boolean {
    return ((this.#bits[piece >>> 3] ?? 0) & mask(piece)) !== 0;
  }

  /** The pieces that are set, in order. */
  *pieces(): Generator<number> {
    for (let piece = 0; piece < this.pieceCount; piece++) if (this.has(piece)) yield piece;
  }

  set(piece: number): void {
    if (piece >= this.pieceCount || this.has(piece)) return;
    this.#bits[piece >>> 3] = (this.#bits[piece >>> 3] ?? 0) | mask(piece);
    this.#count++;
  }

  unset(piece: number): void {
    if (!this.has(piece)) return;
    this.#bits[piece >>> 3] = (this.#bits[piece >>> 3] ?? 0) & ~mask(piece);
    this.#count--;
  }
}

/** The first piece is the highest bit of the first byte. */
function mask(piece: number): number {
  return 0x80 >> (piece & 7);
}

function onesIn(byte: number): number {
  let ones = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) ones++;
  return ones;
}
