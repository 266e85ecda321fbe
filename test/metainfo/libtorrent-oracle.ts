import { execFileSync, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const python = '/usr/bin/python3';
const script = fileURLToPath(new URL('./libtorrent_oracle.py', import.meta.url));

/** Whether Python's libtorrent (Debian: python3-libtorrent) is here to compare with. */
export const hasLibtorrent = spawnSync(python, ['-c', 'import libtorrent']).status === 0;

function ask(call: object): unknown {
  const said = execFileSync(python, [script, JSON.stringify(call)], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(said);
}

/** What to have libtorrent make: a path, a piece length, and how. */
export interface LibtorrentOrder {
  path: string;
  pieceLength: number;
  private?: boolean;
  format?: 'v1' | 'v2' | 'hybrid';
}

export interface LibtorrentMade {
  /** The info dictionary, bencoded. */
  info: Buffer;
  /** By pieces root in hex. */
  pieceLayers: Map<string, Buffer>;
}

/** What libtorrent makes of paths, all by one process since starting it takes longest. */
export function libtorrentCreate(orders: readonly LibtorrentOrder[]): LibtorrentMade[] {
  const calls = orders.map((order) => [
    order.path,
    order.pieceLength,
    order.private ?? false,
    order.format ?? 'v1',
  ]);
  const made = ask({ do: 'create', with: calls }) as {
    info: string;
    pieceLayers: Record<string, string>;
  }[];
  return made.map(({ info, pieceLayers }) => ({
    info: Buffer.from(info, 'hex'),
    pieceLayers: new Map(
      Object.entries(pieceLayers).map(([root, layer]) => [root, Buffer.from(layer, 'hex')]),
    ),
  }));
}

/** The v1 info dictionary that libtorrent makes of a path, bencoded. */
export function libtorrentInfo(path: string, pieceLength: number, isPrivate: boolean): Uint8Array {
  const [made] = libtorrentCreate([{ path, pieceLength, private: isPrivate }]);
  if (!made) throw new Error('libtorrent made nothing');
  return new Uint8Array(made.info);
}

/** Files are paths below the name, padding among them, and bytes. */
export interface LibtorrentRead {
  trackers: [tier: number, url: string][];
  files: [path: string, bytes: number][];
}

/** What libtorrent reads in a torrent file. */
export function libtorrentRead(path: string): LibtorrentRead {
  return ask({ do: 'read', with: [path] }) as LibtorrentRead;
}

/** What libtorrent reads in a magnet link. */
export function libtorrentMagnet(uri: string): unknown {
  return ask({ do: 'magnet', with: [uri] });
}
