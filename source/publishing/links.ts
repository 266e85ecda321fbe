import type { PublicationRow } from '../catalog/rows.ts';
import { encodeMagnet } from '../metainfo/magnet.ts';
import { encodeTorrent } from '../metainfo/torrent-file.ts';

/** What announce URLs and links are made of. */
export interface LinkOptions {
  /** Name or address, IPv6 without brackets. */
  publicHost: string;
  httpPort: number;
  udpPort: number;
}

type Linked = Pick<PublicationRow, 'infoHash' | 'name' | 'size' | 'trackers' | 'webSeeds'>;

/**
 * The announce URLs of a publication in tiers (BEP 12): this engine's tracker first, by HTTP and
 * by UDP in one tier, since they are one tracker; then those its publisher named.
 */
export function trackerTiers(row: Linked, options: LinkOptions): string[][] {
  const host = hostInUrl(options.publicHost);
  const own = [
    `http://${host}:${options.httpPort}/announce`,
    `udp://${host}:${options.udpPort}/announce`,
  ];
  return [own, ...row.trackers];
}

/** Where a member announces with its passkey: by HTTP, and by UDP as BEP 41 has it. */
export function memberAnnounceUrls(passkey: string, options: LinkOptions): string[] {
  const host = hostInUrl(options.publicHost);
  return [
    `http://${host}:${options.httpPort}/${passkey}/announce`,
    `udp://${host}:${options.udpPort}/${passkey}/announce`,
  ];
}

/** The magnet link (BEP 9) of a publication. */
export function magnetOf(row: Linked, options: LinkOptions): string {
  return encodeMagnet({
    infoHash: row.infoHash,
    name: row.name,
    size: row.size,
    trackers: trackerTiers(row, options).flat(),
    webSeeds: row.webSeeds,
  });
}

/** Where the site shows the publication. */
export function pageUrlOf(row: Linked, options: LinkOptions): string {
  return `http://${hostInUrl(options.publicHost)}:${options.httpPort}/t/${hex(row.infoHash)}`;
}

/** Where the site serves the publication's `.torrent`. */
export function torrentUrlOf(row: Linked, options: LinkOptions): string {
  return `${pageUrlOf(row, options)}.torrent`;
}

/**
 * The `.torrent` of a publication. It is made when asked for, not kept: the host and ports in its
 * announce URLs are settings, and may change while the info dictionary never does.
 */
export function torrentOf(
  row: Linked & Pick<PublicationRow, 'comment' | 'createdAt'>,
  info: Uint8Array,
  createdBy: string,
  options: LinkOptions,
): Uint8Array {
  return encodeTorrent({
    info,
    trackers: trackerTiers(row, options),
    webSeeds: row.webSeeds,
    createdBy,
    creationDate: Math.floor(row.createdAt / 1000),
    ...(row.comment === null ? {} : { comment: row.comment }),
  });
}

function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function hex(infoHash: Uint8Array): string {
  return Buffer.from(infoHash).toString('hex');
}
