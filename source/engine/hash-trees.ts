import type { CatalogReader } from '../catalog/catalog-reader.ts';
import { HashTree } from '../metainfo/hash-tree.ts';
import type { HashRequest } from '../seeding/wire/messages.ts';

/** Bytes of hash trees kept for the next request. */
const maxBytes = 16 * 1024 * 1024;

/** Answers hash requests (BEP 52) from the piece layers in the catalog. */
export class HashTrees {
  readonly #catalog: Pick<CatalogReader, 'byId' | 'pieceLayer'>;
  /** By publication and pieces root, the least recently used first. */
  readonly #trees = new Map<string, HashTree>();
  #bytes = 0;

  constructor(catalog: Pick<CatalogReader, 'byId' | 'pieceLayer'>) {
    this.#catalog = catalog;
  }

  /** The hashes of a range and those that prove them; null when they are not known. */
  hashes(id: number, range: HashRequest): Uint8Array | null {
    return this.#treeOf(id, range.piecesRoot)?.hashes(range) ?? null;
  }

  #treeOf(id: number, piecesRoot: Uint8Array): HashTree | null {
    const key = `${id}/${Buffer.from(piecesRoot).toString('hex')}`;
    const tree = this.#trees.get(key) ?? this.#read(id, piecesRoot);
    if (!tree) return null;
    if (!this.#trees.delete(key)) this.#bytes += tree.bytes;
    this.#trees.set(key, tree);
    for (const [oldest, { bytes }] of this.#trees) {
      if (this.#bytes <= maxBytes || oldest === key) break;
      this.#trees.delete(oldest);
      this.#bytes -= bytes;
    }
    return tree;
  }

  #read(id: number, piecesRoot: Uint8Array): HashTree | null {
    const layer = this.#catalog.pieceLayer(id, piecesRoot);
    const row = layer && this.#catalog.byId(id);
    return row ? new HashTree(layer, row.pieceLength) : null;
  }
}
