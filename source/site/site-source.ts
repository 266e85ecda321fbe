/** What is published, as the site shows it. */
export interface SitePublication {
  /** That of v1, 20 bytes in lower case hex; null for v2 alone. */
  infoHash: string | null;
  /** That of v2 (BEP 52), 32 bytes; null for v1. */
  infoHashV2: string | null;
  name: string;
  /** Bytes. */
  size: number;
  files: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
  magnet: string;
  comment: string | null;
  seeds: number;
  leechers: number;
  completed: number;
}

/** A `.torrent`, made only when its bytes are asked for. */
export interface SiteTorrent {
  /** The name to save it under. */
  fileName: string;
  /** Letters, digits, `-` and `_`: the same as long as the bytes are. */
  tag: string;
  bytes(): Uint8Array;
}

/** Where the site gets what it shows; asked anew for every page. */
export interface SiteSource {
  /** How many publications there are to list. */
  count(): number;
  /** Those of one page, the newest first. */
  list(range: { offset: number; limit: number }): SitePublication[];
  /** By either info hash in lower case hex; null when it is not published here. */
  find(infoHash: string): SitePublication | null;
  torrent(infoHash: string): SiteTorrent | null;
}
