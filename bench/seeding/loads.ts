import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Content } from './contenders.ts';
import type { Loaded } from './load.ts';
import { pathTo, python } from './program.ts';

const run = promisify(execFile);

/** A real client may be so slow that waiting for the end says nothing more. */
const longestDownloadSeconds = 10;

interface Load {
  connections: number;
  seconds: number;
  /** Every connection asks for everything once, in order, and is done; at most for `seconds`. */
  once?: boolean;
}

/** Downloads from a seeder at a port of 127.0.0.1, by a process of its own. */
export async function load(content: Content, port: number, wanted: Load): Promise<Loaded> {
  const { stdout } = await run(process.execPath, [
    pathTo('./load.ts'),
    ...['--port', String(port), '--info-hash', content.infoHash, '--size', String(content.size)],
    ...['--piece-length', String(content.pieceLength), '--seconds', String(wanted.seconds)],
    ...['--connections', String(wanted.connections)],
    ...(wanted.once ? ['--once'] : []),
  ]);
  return JSON.parse(stdout) as Loaded;
}

/** Downloads with a libtorrent of the usual settings into a folder that is made for it. */
export async function downloadWithLibtorrent(
  { torrent }: Content,
  port: number,
  folder: string,
): Promise<{ bytes: number; seconds: number }> {
  await mkdir(dirname(folder), { recursive: true });
  const words = [torrent, folder, String(port), String(longestDownloadSeconds)];
  const { stdout } = await run(python, [pathTo('./libtorrent_leecher.py'), ...words]);
  return JSON.parse(stdout) as { bytes: number; seconds: number };
}
