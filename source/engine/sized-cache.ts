/** Values kept up to so many bytes, the most recently used; one at least. */
export class SizedCache<Value> {
  readonly #maxBytes: number;
  readonly #bytesOf: (value: Value) => number;
  /** The least recently used first. */
  readonly #values = new Map<string, Value>();
  #bytes = 0;

  /** `bytesOf` gives the same for a value as long as it is kept. */
  constructor(maxBytes: number, bytesOf: (value: Value) => number) {
    this.#maxBytes = maxBytes;
    this.#bytesOf = bytesOf;
  }

  get(key: string): Value | undefined {
    const value = this.#values.get(key);
    if (value === undefined) return undefined;
    this.#values.delete(key);
    this.#values.set(key, value);
    return value;
  }

  /** Keeps a value, under a key that has none. */
  set(key: string, value: Value): void {
    this.#values.set(key, value);
    this.#bytes += this.#bytesOf(value);
    for (const [oldest, one] of this.#values) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.#values.delete(oldest);
      this.#bytes -= this.#bytesOf(one);
    }
  }
}
