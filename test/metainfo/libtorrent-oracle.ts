import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('./libtorrent_oracle.py', import.meta.url));

/** Whether Python's libtorrent (Debian: python3-libtorrent) is here to compare with. */
export const hasLibtorrent = spawnSync(python, ['-c', 'import libtorrent']).status === 0;

function ask(call: object): unknown {
  return JSON.parse(execFileSync(python, [script, JSON.stringify(call)], { encoding: 'utf8' }));
}

/** The info dictionary that libtorrent makes of a path, bencoded. */
export function libtorrentInfo(path: string, pieceLength: number, isPrivate: boolean): Uint8Array {
  const { info } = ask({ do: 'create', with: [path, pieceLength, isPrivate] }) as { info: string };
  return new Uint8Array(Buffer.from(info, 'hex'));
}

/** What libtorrent reads in a torrent file. */
export function libtorrentRead(path: string): { trackers: unknown[] } {
  return ask({ do: 'read', with: [path] }) as { trackers: unknown[] };
}

/** What libtorrent reads in a magnet link. */
export function libtorrentMagnet(uri: string): unknown {
  return ask({ do: 'magnet', with: [uri] });
}
