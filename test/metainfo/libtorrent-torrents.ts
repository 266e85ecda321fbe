import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { MetainfoVersion } from '../../source/metainfo/info.ts';

const script = fileURLToPath(new URL('./libtorrent_torrents.py', import.meta.url));

/** A torrent that libtorrent made, and what it reads in it. Hashes are hex. */
export interface LibtorrentTorrent {
  bytes: Uint8Array;
  infoHash: string | null;
  infoHashV2: string | null;
  name: string;
  pieceCount: number;
  magnet: string;
  /** Paths begin with the name. */
  files: { path: string; length: number; padding: boolean; piecesRoot: string | null }[];
}

/** Has libtorrent make a torrent of the file or folder at `path`. */
export function libtorrentTorrent(
  path: string,
  version: MetainfoVersion,
  options: { pieceLength?: number; symlinks?: boolean } = {},
): LibtorrentTorrent {
  const { pieceLength = 16384, symlinks = false } = options;
  const call = JSON.stringify([path, version, pieceLength, symlinks]);
  const answer = execFileSync('/usr/bin/python3', [script, call], { encoding: 'utf8' });
  const { torrent, ...read } = JSON.parse(answer) as { torrent: string } & LibtorrentTorrent;
  return { ...read, bytes: new Uint8Array(Buffer.from(torrent, 'hex')) };
}
