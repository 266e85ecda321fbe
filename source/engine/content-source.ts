import { CatalogReader } from '../catalog/catalog-reader.ts';
import type { ContentSource } from '../seeding/content.ts';

/** What the seeder serves, read from the catalog when a peer first asks for it. */
export function openContentSource(catalogFile: string): ContentSource & { close(): void } {
  const catalog = new CatalogReader(catalogFile);
  return {
    load(id) {
      const row = catalog.byId(id);
      const info = catalog.info(id);
      if (!row || !info) return null;
      return {
        id,
        infoHash: row.infoHash,
        info,
        size: row.size,
        pieceLength: row.pieceLength,
        pieceCount: row.pieceCount,
        private: row.private,
        files: catalog.files(id),
      };
    },
    close: () => catalog.close(),
  };
}
