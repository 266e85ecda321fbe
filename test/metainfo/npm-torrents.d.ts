/** What tests use of packages that come without types. */

declare module 'parse-torrent' {
  interface ParsedTorrent {
    infoHash: string;
    name: string;
    private?: boolean;
    comment?: string;
    announce: string[];
    urlList: string[];
    files: { path: string; length: number }[];
    length: number;
    pieceLength: number;
    pieces: string[];
  }
  export default function parseTorrent(torrent: Uint8Array | string): Promise<ParsedTorrent>;
}

declare module 'create-torrent' {
  interface CreateOptions {
    announceList?: string[][];
    comment?: string;
    createdBy?: string;
    private?: boolean;
    pieceLength?: number;
    urlList?: string[];
  }
  export default function createTorrent(
    path: string,
    options: CreateOptions,
    callback: (error: Error | null, torrent: Uint8Array) => void,
  ): void;
}
