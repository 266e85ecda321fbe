import { merkleHashLength } from '../merkle.ts';
import type { PieceLayers } from '../piece-layers.ts';

/**
 * Cuts the hashes of all pieces, in the order of the files, into the layers that a v2 torrent has
 * beside its info dictionary (BEP 52).
 */
export function pieceLayers(
  lengths: Iterable<number>,
  pieceLength: number,
  pieceRoots: Uint8Array,
  fileRoots: Uint8Array,
): PieceLayers {
  const layers = new Map<string, Uint8Array>();
  let index = 0;
  let offset = 0;
  for (const length of lengths) {
    const end = offset + Math.ceil(length / pieceLength) * merkleHashLength;
    if (length > pieceLength) {
      const root = fileRoots.subarray(index * merkleHashLength, (index + 1) * merkleHashLength);
      layers.set(Buffer.from(root).toString('hex'), pieceRoots.subarray(offset, end));
    }
    offset = end;
    index++;
  }
  return layers;
}
