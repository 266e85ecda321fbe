import { merkleHashLength, rootOfPieceLayer } from '../merkle.ts';

/**
 * The roots of files' trees, 32 bytes each, from those of their pieces: a file of one piece has its
 * piece's, an empty file none, so zeros (BEP 52).
 */
export function fileRoots(
  lengths: Float64Array,
  pieceLength: number,
  pieceRoots: Uint8Array,
): Uint8Array<ArrayBuffer> {
  const roots = new Uint8Array(lengths.length * merkleHashLength);
  let offset = 0;
  for (const [index, length] of lengths.entries()) {
    const end = offset + Math.ceil(length / pieceLength) * merkleHashLength;
    const layer = pieceRoots.subarray(offset, end);
    const root = length > pieceLength ? rootOfPieceLayer(layer, pieceLength) : layer;
    roots.set(root, index * merkleHashLength);
    offset = end;
  }
  return roots;
}
