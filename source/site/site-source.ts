/** What is published, as the site shows it. */
export interface SitePublication {
  /** Lower case hex. */
  infoHash: string;
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

/** Where the site gets what it shows; asked anew for every page. */
export interface SiteSource {
  list(): SitePublication[];
  /** By info hash in lower case hex; null when it is not published here. */
  find(infoHash: string): SitePublication | null;
  /** The `.torrent` of a publication, and the name to save it under. */
  torrent(infoHash: string): { fileName: string; bytes: Uint8Array } | null;
}
