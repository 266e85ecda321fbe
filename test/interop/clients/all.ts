import { aria2 } from './aria2.ts';
import type { RealClient } from './client.ts';
import { libtorrent } from './libtorrent.ts';
import { qbittorrent } from './qbittorrent.ts';
import { rtorrent } from './rtorrent.ts';
import { torrentStream } from './torrent-stream.ts';
import { transmission } from './transmission.ts';
import { webtorrent } from './webtorrent.ts';

/** The clients that every publication must be downloadable with, the slowest to begin first. */
export const allClients: readonly RealClient[] = [
  transmission,
  aria2,
  libtorrent,
  qbittorrent,
  rtorrent,
  webtorrent,
  torrentStream,
];
