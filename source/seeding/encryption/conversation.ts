/** One side of a dialogue: yields bytes to send, or null until more have come. */
export type Dialogue<Result> = Generator<Uint8Array | null, Result, void>;

/** What the other side has said and nobody has read yet. */
export class Heard {
  #bytes: Buffer = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
  }

  /** The next bytes, once there are so many. The caller may change them. */
  *read(count: number): Dialogue<Buffer> {
    while (this.#bytes.length < count) yield null;
    return this.#take(count);
  }

  /**
   * Passes over all up to a mark, and the mark. False once it cannot begin within `maxBefore`
   * bytes any more.
   */
  *passOver(mark: Uint8Array, maxBefore: number): Dialogue<boolean> {
    for (;;) {
      const at = this.#bytes.subarray(0, maxBefore + mark.length).indexOf(mark);
      if (at >= 0) {
        this.#take(at + mark.length);
        return true;
      }
      if (this.#bytes.length >= maxBefore + mark.length) return false;
      yield null;
    }
  }

  /** All there is. The caller may change it. */
  rest(): Buffer {
    return this.#take(this.#bytes.length);
  }

  #take(count: number): Buffer {
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }
}

/** A dialogue under way: bytes in, bytes out, in whatever chunks they come. */
export class Conversation<Result> {
  readonly #heard = new Heard();
  readonly #dialogue: Dialogue<Result>;

  constructor(begin: (heard: Heard) => Dialogue<Result>) {
    this.#dialogue = begin(this.#heard);
  }

  /**
   * Takes the next chunk, which may be empty to begin with. Gives what to send, and the result
   * once it is over; it must not be given more then. Throws what the dialogue throws.
   */
  push(chunk: Uint8Array): { reply: Uint8Array; result: Result | null } {
    this.#heard.add(chunk);
    const replies: Uint8Array[] = [];
    for (;;) {
      const step = this.#dialogue.next();
      if (step.done) return { reply: Buffer.concat(replies), result: step.value };
      if (step.value === null) return { reply: Buffer.concat(replies), result: null };
      replies.push(step.value);
    }
  }
}
