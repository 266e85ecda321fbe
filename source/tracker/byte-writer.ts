import type { BinaryString } from './binary-string.ts';

const digit0 = 0x30;
/** Of whole numbers that are exact. */
const mostDigits = 16;

/** Bytes that are written one after the other, into room that is used again. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  /** `room` is for so many bytes; it grows when they do not suffice. */
  constructor(room: number) {
    this.#bytes = Buffer.allocUnsafeSlow(room);
  }

  get length(): number {
    return this.#length;
  }

  /** What is written there: valid until it is written over. */
  slice(at: number, end: number): Buffer {
    return this.#bytes.subarray(at, end);
  }

  clear(): void {
    this.#length = 0;
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** The same, for a few bytes that are always the same: those of a word. */
  word(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    const at = this.#length;
    for (let n = 0; n < bytes.length; n++) this.#bytes[at + n] = bytes[n] as number;
    this.#length = at + bytes.length;
  }

  text(text: BinaryString): void {
    this.#reserve(text.length);
    this.#length += this.#bytes.write(text, this.#length, 'latin1');
  }

  /** A whole number that is not negative, in decimal digits. */
  number(value: number): void {
    this.#reserve(mostDigits);
    let digits = 1;
    for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
    const end = this.#length + digits;
    let rest = value;
    for (let at = end - 1; at >= this.#length; at--) {
      const tenth = Math.floor(rest / 10);
      this.#bytes[at] = digit0 + (rest - 10 * tenth);
      rest = tenth;
    }
    this.#length = end;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.slice(0, this.#length));
    this.#bytes = larger;
  }
}
