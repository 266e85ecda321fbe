/** The stream cipher RC4, which Node's OpenSSL no longer has. Kept for nothing but peers (MSE). */
export class Rc4 {
  readonly #state = new Uint32Array(256);
  #i = 0;
  #j = 0;

  /** `key`: 1 to 256 bytes. */
  constructor(key: Uint8Array) {
    const state = this.#state;
    for (let i = 0; i < 256; i++) state[i] = i;
    let j = 0;
    for (let i = 0; i < 256; i++) {
      const value = state[i] ?? 0;
      j = (j + value + (key[i % key.length] ?? 0)) & 255;
      state[i] = state[j] ?? 0;
      state[j] = value;
    }
  }

  /** Encrypts or decrypts the next bytes of the stream, in place; returns them. */
  apply<T extends Uint8Array>(bytes: T): T {
    const state = this.#state;
    let i = this.#i;
    let j = this.#j;
    const length = bytes.length;
    for (let at = 0; at < length; at++) {
      i = (i + 1) & 255;
      const a = state[i] ?? 0;
      j = (j + a) & 255;
      const b = state[j] ?? 0;
      state[i] = b;
      state[j] = a;
      bytes[at] = (bytes[at] ?? 0) ^ (state[(a + b) & 255] ?? 0);
    }
    this.#i = i;
    this.#j = j;
    return bytes;
  }

  /** Passes over bytes of the stream. */
  skip(count: number): this {
    this.apply(new Uint8Array(count));
    return this;
  }
}
