import type { PublicationRow } from '../catalog/rows.ts';
import { infoHashHex } from '../metainfo/info-hash.ts';
import { encodeMagnet } from '../metainfo/magnet.ts';
import type { PieceLayers } from '../metainfo/piece-layers.ts';
import { encodeTorrent } from '../metainfo/torrent-file.ts';

/** What announce URLs and links are made of. */
export interface LinkOptions {
  /** Name or address, IPv6 without brackets. */
  publicHost: string;
  httpPort: number;
  udpPort: number;
}

type Linked = Pick<
  PublicationRow,
  'infoHash' | 'infoHashV2' | 'name' | 'size' | 'trackers' | 'webSeeds'
>;

/**
 * The announce URLs of a publication in tiers (BEP 12): this engine's tracker first, by HTTP and
 * by UDP in one tier, since they are one tracker; then those its publisher named. With a passkey,
 * this engine's are those of its member.
 */
export function trackerTiers(
  row: Pick<Linked, 'trackers'>,
  options: LinkOptions,
  passkey: string | null = null,
): string[][] {
  const own =
    passkey === null ? announceUrls('/announce', options) : memberAnnounceUrls(passkey, options);
  return [own, ...row.trackers];
}

/** Where a member announces with its passkey: by HTTP, and by UDP as BEP 41 has it. */
export function memberAnnounceUrls(passkey: string, options: LinkOptions): string[] {
  return announceUrls(`/${passkey}/announce`, options);
}

function announceUrls(path: string, { publicHost, httpPort, udpPort }: LinkOptions): string[] {
  const host = hostInUrl(publicHost);
  return [`http://${host}:${httpPort}${path}`, `udp://${host}:${udpPort}${path}`];
}

/** The magnet link (BEP 9) of a publication. */
export function magnetOf(row: Linked, options: LinkOptions): string {
  return encodeMagnet({
    infoHash: row.infoHash,
    infoHashV2: row.infoHashV2,
    name: row.name,
    size: row.size,
    trackers: trackerTiers(row, options).flat(),
    webSeeds: row.webSeeds,
  });
}

/** Where the site shows the publication: under its v1 info hash, or v2's if it has no other. */
export function pageUrlOf(row: Linked, options: LinkOptions): string {
  const hash = infoHashHex(row.infoHash ?? row.infoHashV2 ?? new Uint8Array());
  return `http://${hostInUrl(options.publicHost)}:${options.httpPort}/t/${hash}`;
}

/** Where the site serves the publication's `.torrent`. */
export function torrentUrlOf(row: Linked, options: LinkOptions): string {
  return `${pageUrlOf(row, options)}.torrent`;
}

/** What of a torrent never changes once it is published. */
interface TorrentContent {
  /** The bencoded info dictionary. */
  info: Uint8Array;
  /** Null for v1. */
  pieceLayers: PieceLayers | null;
}

/**
 * The `.torrent` of a publication. It is made when asked for, not kept: the host and ports in its
 * announce URLs are settings, and may change while the info dictionary never does. With a passkey it
 * is for the member who has that, and for nobody else.
 */
export function torrentOf(
  row: Linked & Pick<PublicationRow, 'comment' | 'createdBy' | 'creationDate' | 'nodes'>,
  content: TorrentContent,
  options: LinkOptions,
  passkey: string | null = null,
): Uint8Array {
  const { webSeeds, nodes, comment, createdBy, creationDate } = row;
  return encodeTorrent({
    ...content,
    trackers: trackerTiers(row, options, passkey),
    webSeeds,
    nodes,
    ...(comment !== null && { comment }),
    ...(createdBy !== null && { createdBy }),
    ...(creationDate !== null && { creationDate }),
  });
}

/** A name or address as URLs have it. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
