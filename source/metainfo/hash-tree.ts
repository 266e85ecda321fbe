import { levelOfLength, merkleHashLength, merkleRoot, paddingHash, rowAbove } from './merkle.ts';

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
/** What is fewer layers above the pieces than this is computed when it is asked for, and not kept. */
const subtreeLayers = 9;
const subtreePieces = 2 ** subtreeLayers;

/**
 * The hash tree of a file longer than a piece (BEP 52), from its piece layer up. Only its top is
 * kept, a five hundredth of all: what is below, 512 pieces tell. What is below the pieces only the
 * content itself would tell.
 */
export class HashTree {
  readonly #pieceLevel: number;
  readonly #height: number;
  /** By level above the lowest of the top. Where a row ends, padding goes on. */
  readonly #top: Uint8Array[];

  private constructor(pieces: number, pieceLevel: number, top: Uint8Array[]) {
    this.#pieceLevel = pieceLevel;
    this.#height = pieceLevel + Math.ceil(Math.log2(pieces));
    this.#top = top;
  }

  /**
   * Computes the tree, as many hashes at a time as 512 pieces take, and yields how many those were.
   * `pieceLayer` has 32 bytes for each of at least two pieces.
   */
  static *build(pieceLayer: Uint8Array, pieceLength: number): Generator<number, HashTree> {
    const pieceLevel = levelOfLength(pieceLength);
    const pieces = pieceLayer.length / merkleHashLength;
    if (pieces <= subtreePieces) return new HashTree(pieces, pieceLevel, []);
    const subtrees = Math.ceil(pieces / subtreePieces);
    let row = new Uint8Array(subtrees * merkleHashLength);
    for (let subtree = 0; subtree < subtrees; subtree++) {
      const hashes = sliceOf(pieceLayer, subtree * subtreePieces, subtreePieces);
      row.set(merkleRoot(hashes, subtreePieces, pieceLevel), subtree * merkleHashLength);
      yield subtreePieces;
    }
    const top = [row];
    for (let level = pieceLevel + subtreeLayers; row.length > merkleHashLength; level++) {
      row = rowAbove(row, level);
      top.push(row);
    }
    yield subtrees;
    return new HashTree(pieces, pieceLevel, top);
  }

  /** How many bytes its top takes. */
  get bytes(): number {
    return this.#top.reduce((sum, { length }) => sum + length, 0);
  }

  /**
   * The hashes of a range, and behind them one for each layer that proves them, from the lowest
   * on: those that the hashes of the range do not tell themselves. Null when there is no such
   * range, or it is below the pieces, or above so many that they are too many.
   *
   * `pieceLayer` is the one it was built from. `onComputed` is told how many hashes are computed.
   */
  hashes(
    { baseLayer, index, length, proofLayers }: HashRange,
    pieceLayer: Uint8Array,
    onComputed: (count: number) => void = () => undefined,
  ): Uint8Array | null {
    const isPowerOfTwo = length > 0 && length <= maxLength && (length & (length - 1)) === 0;
    const inTree = baseLayer >= this.#pieceLevel && baseLayer <= this.#height;
    if (!isPowerOfTwo || !inTree || index % length !== 0) return null;
    if (index + length > 2 ** (this.#height - baseLayer)) return null;
    const ownLayers = Math.log2(length);
    if (proofLayers >= this.#height - baseLayer) return null;
    const aboveBase = baseLayer - this.#pieceLevel;
    if (aboveBase < subtreeLayers && length * 2 ** aboveBase > maxLength) return null;

    const proofs = Math.max(0, proofLayers - ownLayers + 1);
    const hashes = new Uint8Array((length + proofs) * merkleHashLength);
    const node = (above: number, at: number) => {
      if (above > 0 && above < subtreeLayers) onComputed(2 ** above);
      return this.#node(above, at, pieceLayer);
    };
    for (let at = 0; at < length; at++) {
      hashes.set(node(aboveBase, index + at), at * merkleHashLength);
    }
    for (let proof = 0; proof < proofs; proof++) {
      const layer = ownLayers + proof;
      const ancestor = Math.floor(index / 2 ** layer);
      const sibling = ancestor % 2 === 0 ? ancestor + 1 : ancestor - 1;
      hashes.set(node(aboveBase + layer, sibling), (length + proof) * merkleHashLength);
    }
    return hashes;
  }

  /** A node so many layers above the pieces. */
  #node(above: number, index: number, pieceLayer: Uint8Array): Uint8Array {
    const padding = paddingHash(this.#pieceLevel + above);
    if (above >= subtreeLayers) {
      const known = sliceOf(this.#top[above - subtreeLayers] ?? new Uint8Array(0), index, 1);
      return known.length > 0 ? known : padding;
    }
    const below = sliceOf(pieceLayer, index * 2 ** above, 2 ** above);
    return below.length > 0 ? merkleRoot(below, 2 ** above, this.#pieceLevel) : padding;
  }
}

/** So many hashes of a row, from one on; fewer where it ends. */
function sliceOf(row: Uint8Array, first: number, count: number): Uint8Array {
  return row.subarray(first * merkleHashLength, (first + count) * merkleHashLength);
}
