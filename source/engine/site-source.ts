import { CatalogReader } from '../catalog/catalog-reader.ts';
import type { PublicationRow } from '../catalog/rows.ts';
import { type LinkOptions, magnetOf, torrentOf } from '../publishing/links.ts';
import type { SitePublication, SiteSource } from '../site/site-source.ts';
import { version } from '../version.ts';

interface SwarmCounts {
  seeds: number;
  leechers: number;
  completed: number;
}

/**
 * What the site shows, read from the catalog: everything published and not paused.
 * `countsOf` tells the swarm of an info hash in hex.
 */
export function createSiteSource(
  options: { catalogFile: string; links: LinkOptions },
  countsOf: (infoHash: string) => SwarmCounts,
): SiteSource & { close(): void } {
  const catalog = new CatalogReader(options.catalogFile);

  const describe = (row: PublicationRow): SitePublication => {
    const infoHash = Buffer.from(row.infoHash).toString('hex');
    return {
      infoHash,
      name: row.name,
      size: row.size,
      files: row.fileCount,
      createdAt: row.createdAt,
      comment: row.comment,
      magnet: magnetOf(row, options.links),
      ...countsOf(infoHash),
    };
  };

  const find = (infoHash: string): PublicationRow | null => {
    const row = catalog.byInfoHash(Buffer.from(infoHash, 'hex'));
    return row?.state === 'seeding' ? row : null;
  };

  return {
    list: () =>
      catalog
        .publications()
        .filter((row) => row.state === 'seeding')
        .map(describe),
    find(infoHash) {
      const row = find(infoHash);
      return row && describe(row);
    },
    torrent(infoHash) {
      const row = find(infoHash);
      const info = row && catalog.info(row.id);
      if (!row || !info) return null;
      return {
        fileName: `${row.name}.torrent`,
        bytes: torrentOf(row, info, `everseed/${version}`, options.links),
      };
    },
    close: () => catalog.close(),
  };
}
