import { levelOfLength, merkleHashLength, paddingHash, rowAbove } from './merkle.ts';

/** A stretch of a layer of a hash tree, and how much of what proves it is wanted (BEP 52). */
export interface HashRange {
  /** Counted from the leaves. */
  baseLayer: number;
  /** The first hash in that layer. */
  index: number;
  /** How many of them. */
  length: number;
  /** How many layers above the base to prove the hashes for. */
  proofLayers: number;
}

/** The most hashes of a layer that are given at one time: what libtorrent asks for at most. */
const maxLength = 8_192;

/**
 * The hash tree of a file longer than a piece (BEP 52), from its piece layer up; rows are computed
 * when they are needed first. What is below its pieces only the content itself would tell.
 */
export class HashTree {
  readonly #pieceLevel: number;
  readonly #height: number;
  /** By level above the pieces. Where a row ends, padding goes on. */
  readonly #rows: Uint8Array[];

  /** `pieceLayer` has 32 bytes for each of at least two pieces. */
  constructor(pieceLayer: Uint8Array, pieceLength: number) {
    this.#pieceLevel = levelOfLength(pieceLength);
    const pieces = pieceLayer.length / merkleHashLength;
    this.#height = this.#pieceLevel + Math.ceil(Math.log2(pieces));
    this.#rows = [pieceLayer];
  }

  /** About how many bytes it takes when all its rows are computed. */
  get bytes(): number {
    return 2 * (this.#rows[0]?.length ?? 0);
  }

  /**
   * The hashes of a range, and behind them one for each layer that proves them, from the lowest
   * on: those that the hashes of the range do not tell themselves. Null when there is no such
   * range, or it is below the pieces.
   */
  hashes({ baseLayer, index, length, proofLayers }: HashRange): Uint8Array | null {
    const isPowerOfTwo = length > 0 && length <= maxLength && (length & (length - 1)) === 0;
    const inTree = baseLayer >= this.#pieceLevel && baseLayer <= this.#height;
    if (!isPowerOfTwo || !inTree || index % length !== 0) return null;
    if (index + length > 2 ** (this.#height - baseLayer)) return null;
    const ownLayers = Math.log2(length);
    if (proofLayers >= this.#height - baseLayer) return null;

    const proofs = Math.max(0, proofLayers - ownLayers + 1);
    const hashes = new Uint8Array((length + proofs) * merkleHashLength);
    for (let at = 0; at < length; at++) {
      hashes.set(this.#node(baseLayer, index + at), at * merkleHashLength);
    }
    for (let proof = 0; proof < proofs; proof++) {
      const layer = ownLayers + proof;
      const ancestor = Math.floor(index / 2 ** layer);
      const sibling = ancestor % 2 === 0 ? ancestor + 1 : ancestor - 1;
      hashes.set(this.#node(baseLayer + layer, sibling), (length + proof) * merkleHashLength);
    }
    return hashes;
  }

  #node(level: number, index: number): Uint8Array {
    const node = this.#row(level).subarray(
      index * merkleHashLength,
      (index + 1) * merkleHashLength,
    );
    return node.length > 0 ? node : paddingHash(level);
  }

  #row(level: number): Uint8Array {
    const above = level - this.#pieceLevel;
    const known = this.#rows[above];
    if (known) return known;
    const row = rowAbove(this.#row(level - 1), level - 1);
    this.#rows[above] = row;
    return row;
  }
}
