import { createHash } from 'node:crypto';
import { CatalogReader } from '../catalog/catalog-reader.ts';
import type { PublicationRow } from '../catalog/rows.ts';
import { infoHashHex } from '../metainfo/info-hash.ts';
import { type LinkOptions, magnetOf, torrentOf } from '../publishing/links.ts';
import type { SitePublication, SiteSource } from '../site/site-source.ts';
import { readTorrent } from './read-torrent.ts';
import { joinCounts, type SwarmCounts, swarmHashesOf } from './swarms.ts';

/**
 * What the site shows, read from the catalog: everything published and not paused.
 * `countsOf` tells the swarm of an info hash, 20 bytes in hex.
 */
export function createSiteSource(
  options: { catalogFile: string; links: LinkOptions },
  countsOf: (infoHash: string) => SwarmCounts,
): SiteSource & { close(): void } {
  const catalog = new CatalogReader(options.catalogFile);

  const describe = (row: PublicationRow): SitePublication => {
    return {
      infoHash: row.infoHash && infoHashHex(row.infoHash),
      infoHashV2: row.infoHashV2 && infoHashHex(row.infoHashV2),
      name: row.name,
      size: row.size,
      files: row.fileCount,
      createdAt: row.createdAt,
      comment: row.comment,
      magnet: magnetOf(row, options.links),
      ...joinCounts(swarmHashesOf(row).map(countsOf)),
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
      // With the hash of its info for the info itself: as telling, and there is nothing to read.
      const hash = row.infoHashV2 ?? row.infoHash ?? new Uint8Array();
      const stand = torrentOf(row, { info: hash, pieceLayers: null }, options.links);
      return {
        fileName: `${row.name}.torrent`,
        tag: createHash('sha256').update(stand).digest('base64url').slice(0, 22),
        bytes: () => readTorrent(catalog, row, options.links),
      };
    },
    close: () => catalog.close(),
  };
}
