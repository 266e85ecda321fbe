import { CatalogReader, type ServedRow } from '../catalog/catalog-reader.ts';
import { parsePublishedInfo } from '../metainfo/info.ts';
import { shortInfoHashV2 } from '../metainfo/info-hash.ts';
import type { ContentSource, SeedContent } from '../seeding/content.ts';
import { HashTrees } from './hash-trees.ts';

/** What the seeder serves, read from the catalog when a peer asks for it. */
export function openContentSource(catalogFile: string): ContentSource & { close(): void } {
  const catalog = new CatalogReader(catalogFile);
  const trees = new HashTrees(catalog);
  return {
    load(id) {
      const row = catalog.served(id);
      if (!row) return null;
      const content = {
        id,
        infoHash: row.infoHash,
        shortInfoHashV2: row.infoHashV2 && shortInfoHashV2(row.infoHashV2),
        infoLength: row.infoLength,
        size: row.paddedSize,
        pieceLength: row.pieceLength,
        pieceCount: row.pieceCount,
        private: row.private,
        superSeeding: row.superSeeding,
        maxConnections: row.maxConnections,
        ...placesOf(row, () => catalog.info(id)),
      };
      return { content, badPieces: row.badPieces };
    },
    root: (id) => catalog.byId(id)?.path ?? null,
    files: (id, first, end) => catalog.files(id, first, end),
    info: (id) => catalog.info(id),
    badPieces: (id) => catalog.badPieces(id),
    hashes: (id, range) => trees.hashes(id, range),
    close: () => catalog.close(),
  };
}

type Places = Pick<SeedContent, 'fileStarts' | 'fileEnds'>;

/** Where the files are in the pieces: one behind the other, but in v2 each begins with a piece. */
function placesOf(
  { fileLengths: lengths, format, pieceLength, paddedSize }: ServedRow,
  readInfo: () => Uint8Array | null,
): Places {
  const isPadded = format === 'v1' && lengths.reduce((sum, one) => sum + one, 0) < paddedSize;
  if (isPadded) return placesByInfo(lengths.length, readInfo() ?? new Uint8Array());
  // An array for both where every file ends where the next begins.
  const places = new Float64Array(lengths.length + 1);
  const fileStarts = places.subarray(0, lengths.length);
  const fileEnds = format === 'v1' ? places.subarray(1) : new Float64Array(lengths.length);
  let end = 0;
  for (const [index, length] of lengths.entries()) {
    const aligned = Math.ceil(end / pieceLength) * pieceLength;
    const start = format === 'v1' || length === 0 ? end : aligned;
    end = start + length;
    fileStarts[index] = start;
    fileEnds[index] = end;
  }
  return { fileStarts, fileEnds };
}

/** The same of v1 with padding, which may be anywhere (BEP 47): only the info dictionary says where. */
function placesByInfo(fileCount: number, info: Uint8Array): Places {
  const fileStarts = new Float64Array(fileCount);
  const fileEnds = new Float64Array(fileCount);
  let at = 0;
  let index = 0;
  for (const { length, padding, symlink } of parsePublishedInfo(info).files) {
    if (!padding && !symlink) {
      fileStarts[index] = at;
      fileEnds[index] = at + length;
      index++;
    }
    at += length;
  }
  return { fileStarts, fileEnds };
}
