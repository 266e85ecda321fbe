/**
 * The bodies that were asked for last, so that one many ask for is made once. Holds so many bytes
 * at most, or only the last one when that alone is larger.
 */
export class RecentBodies {
  readonly #maxBytes: number;
  /** The longest not asked for first. */
  readonly #bodies = new Map<string, Uint8Array>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The body of this tag, which `make` makes unless it is here. The same bytes, not a copy. */
  get(tag: string, make: () => Uint8Array): Uint8Array {
    const body = this.#bodies.get(tag) ?? make();
    this.#remove(tag);
    for (const [oldest] of this.#bodies) {
      if (this.#bytes + body.length <= this.#maxBytes) break;
      this.#remove(oldest);
    }
    this.#bodies.set(tag, body);
    this.#bytes += body.length;
    return body;
  }

  #remove(tag: string): void {
    this.#bytes -= this.#bodies.get(tag)?.length ?? 0;
    this.#bodies.delete(tag);
  }
}
