import { infoHashProof } from './encryption/stream-keys.ts';

/**
 * What is seeded, by the 20-byte info hashes that peers name. Of a publication without peers this
 * is all there is in memory.
 */
export class SeededHashes {
  /** Ids by info hash, in hex, and the other way round. */
  readonly #ids = new Map<string, number>();
  readonly #hashes = new Map<number, readonly string[]>();
  /**
   * The info hashes, in hex, by what stands for them in encrypted handshakes, as binary strings; null
   * until there was such a handshake, since many never see one.
   */
  #byProof: Map<string, string> | null = null;

  has(id: number): boolean {
    return this.#hashes.has(id);
  }

  /** The publication that an info hash (hex, in lower case) means. */
  idOf(infoHash: string): number | undefined {
    return this.#ids.get(infoHash);
  }

  /** The info hashes of a publication, in hex; two of a hybrid. */
  of(id: number): readonly string[] {
    return this.#hashes.get(id) ?? [];
  }

  /** The info hash that an encrypted handshake means; see `infoHashProof`. */
  withProof(proof: Uint8Array): Uint8Array | null {
    this.#byProof ??= new Map(Array.from(this.#ids.keys(), (hash) => [proofOf(hash), hash]));
    const hash = this.#byProof.get(binaryString(proof));
    return hash === undefined ? null : Buffer.from(hash, 'hex');
  }

  /** `infoHashes` in hex. */
  add(id: number, infoHashes: readonly string[]): void {
    this.#hashes.set(id, infoHashes);
    for (const hash of infoHashes) {
      this.#ids.set(hash, id);
      this.#byProof?.set(proofOf(hash), hash);
    }
  }

  delete(id: number): void {
    for (const hash of this.of(id)) {
      if (this.#ids.get(hash) !== id) continue;
      this.#ids.delete(hash);
      this.#byProof?.delete(proofOf(hash));
    }
    this.#hashes.delete(id);
  }
}

function proofOf(infoHash: string): string {
  return binaryString(infoHashProof(Buffer.from(infoHash, 'hex')));
}

function binaryString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
