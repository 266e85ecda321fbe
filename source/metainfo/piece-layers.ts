import { getDictionary } from '../bencode/dictionary.ts';
import type { Dictionary } from '../bencode/value.ts';
import { merkleHashLength, rootOfPieceLayer } from './merkle.ts';
import { MetainfoError } from './metainfo-error.ts';

/**
 * The hashes of the pieces of files longer than a piece (BEP 52), by the file's pieces root in
 * hex. 32 bytes a piece: views of the input.
 */
export type PieceLayers = ReadonlyMap<string, Uint8Array>;

interface LayeredFile {
  path: readonly string[];
  length: number;
  piecesRoot: Uint8Array | null;
}

/**
 * Reads the `piece layers` that files need from a torrent's outer dictionary. Layers that no file
 * needs are left out.
 *
 * @throws MetainfoError when a layer is missing, of another length than the file has pieces, or
 *   not below the file's pieces root
 */
export function readPieceLayers(
  torrent: Dictionary,
  files: readonly LayeredFile[],
  pieceLength: number,
): PieceLayers {
  const layers = new Map<string, Uint8Array>();
  const found = getDictionary(torrent, 'piece layers');
  for (const { path, length, piecesRoot } of files) {
    if (!piecesRoot || length <= pieceLength) continue;
    const root = Buffer.from(piecesRoot);
    const key = root.toString('hex');
    const layer = found?.get(root.toString('latin1'));
    const expectedLength = Math.ceil(length / pieceLength) * merkleHashLength;
    // Files of the same content share a layer, whose root need not be computed again.
    if (layers.get(key)?.length === expectedLength) continue;
    const what = `the piece layer of ${JSON.stringify(path.join('/'))}`;
    if (!(layer instanceof Uint8Array)) throw new MetainfoError(`${what} is missing`);
    if (layer.length !== expectedLength) {
      throw new MetainfoError(`${what} has ${layer.length} bytes instead of ${expectedLength}`);
    }
    if (!root.equals(rootOfPieceLayer(layer, pieceLength))) {
      throw new MetainfoError(`${what} does not belong to its pieces root`);
    }
    layers.set(key, layer);
  }
  return layers;
}

/** The layer of a file, 32 bytes a piece; of a file of one piece, its pieces root. */
export function pieceLayerOf(layers: PieceLayers, piecesRoot: Uint8Array): Uint8Array {
  return layers.get(Buffer.from(piecesRoot).toString('hex')) ?? piecesRoot;
}
