import { createHash } from 'node:crypto';
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

const createdBy = `everseed/${version}`;

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
    count: () => catalog.seedingCount(),
    list: (range) => catalog.seeding(range).map(describe),
    find(infoHash) {
      const row = find(infoHash);
      return row && describe(row);
    },
    torrent(infoHash) {
      const row = find(infoHash);
      if (!row) return null;
      const make = (info: Uint8Array) => torrentOf(row, info, createdBy, options.links);
      return {
        fileName: `${row.name}.torrent`,
        // With the hash of its info for the info itself: as telling, and there is nothing to read.
        tag: createHash('sha256').update(make(row.infoHash)).digest('base64url').slice(0, 22),
        bytes() {
          const info = catalog.info(row.id);
          if (!info) throw new Error(`publication ${row.id} has no info`);
          return make(info);
        },
      };
    },
    close: () => catalog.close(),
  };
}
