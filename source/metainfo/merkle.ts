/**
 * The hash trees of v2 torrents (BEP 52): SHA-256 over blocks of 16 KiB, each node above the hash
 * of its two children. Rows of hashes are one byte array, 32 bytes a hash.
 *
 * Levels count from the leaves: a node at level `n` covers 2^n blocks. Rows are as wide as a power
 * of two; what a file has no data for are leaves of 32 zero bytes (not hashes of zeros).
 */
import { hash } from 'node:crypto';

/** Bytes of content below each leaf. */
export const merkleBlockLength = 16 * 1024;

/** Bytes of a node: a SHA-256. */
export const merkleHashLength = 32;

/** The leaves of content that begins at a block: one hash a block, the last block may be short. */
export function leafHashes(content: Uint8Array): Uint8Array<ArrayBuffer> {
  const count = Math.ceil(content.length / merkleBlockLength);
  const leaves = new Uint8Array(count * merkleHashLength);
  for (let index = 0; index < count; index++) {
    const start = index * merkleBlockLength;
    const block = content.subarray(start, start + merkleBlockLength);
    leaves.set(hash('sha256', block, 'buffer'), index * merkleHashLength);
  }
  return leaves;
}

/** Whether v2 takes it for a piece length: a power of two from 16 KiB (BEP 52). */
export function isV2PieceLength(pieceLength: number): boolean {
  return pieceLength >= merkleBlockLength && Number.isInteger(Math.log2(pieceLength));
}

/** How many blocks a power of two of bytes holds, as a level: 0 for 16 KiB, 1 for 32 KiB. */
export function levelOfLength(length: number): number {
  return Math.log2(length / merkleBlockLength);
}

const paddingHashes: Uint8Array<ArrayBuffer>[] = [new Uint8Array(merkleHashLength)];

/** The node at `level` (0 to 52) below which there is no content. The caller must not change it. */
export function paddingHash(level: number): Uint8Array<ArrayBuffer> {
  const known = paddingHashes[level];
  if (known) return known;
  const below = paddingHash(level - 1);
  const node = new Uint8Array(hash('sha256', Buffer.concat([below, below]), 'buffer'));
  paddingHashes[level] = node;
  return node;
}

/**
 * The root above a row of hashes, at least one, that are at `level`; a row of one hash is its own
 * root. The row is filled up with padding to `padTo` hashes, a power of two: as many as there are
 * blocks in a piece for the last piece of a file longer than a piece, the next power of two unless
 * set.
 *
 * @throws RangeError when the row is empty, not of whole hashes, or longer than `padTo`
 */
export function merkleRoot(
  hashes: Uint8Array,
  padTo: number = nextPowerOfTwo(hashes.length / merkleHashLength),
  level = 0,
): Uint8Array<ArrayBuffer> {
  const count = hashes.length / merkleHashLength;
  if (!Number.isInteger(count) || count === 0 || count > padTo || padTo !== nextPowerOfTwo(padTo)) {
    throw new RangeError(`no row of ${padTo} hashes can be made of ${hashes.length} bytes`);
  }
  let row = new Uint8Array(hashes);
  let rowLevel = level;
  for (let width = padTo; width > 1; width /= 2) row = rowAbove(row, rowLevel++);
  return row;
}

/** The row above one of at least one hash; an odd one out is joined by padding of its level. */
export function rowAbove(row: Uint8Array, level: number): Uint8Array<ArrayBuffer> {
  const pairLength = 2 * merkleHashLength;
  const pairs = Math.ceil(row.length / pairLength);
  const above = new Uint8Array(pairs * merkleHashLength);
  for (let index = 0; index < pairs; index++) {
    const pair = row.subarray(index * pairLength, (index + 1) * pairLength);
    const whole =
      pair.length === pairLength ? pair : Buffer.concat([pair, paddingHash(level)], pairLength);
    above.set(hash('sha256', whole, 'buffer'), index * merkleHashLength);
  }
  return above;
}

/** The pieces root of a file from its piece layer, which is at the level of a piece's blocks. */
export function rootOfPieceLayer(layer: Uint8Array, pieceLength: number): Uint8Array<ArrayBuffer> {
  return merkleRoot(layer, undefined, levelOfLength(pieceLength));
}

function nextPowerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count));
}
