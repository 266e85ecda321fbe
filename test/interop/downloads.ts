import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { digestsOf } from '../helpers/content.ts';
import { type Everseed, until } from '../helpers/everseed.ts';
import type { NetworkNamespace } from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import type { ClientOptions, RealClient, RunningClient } from './clients/client.ts';

const limitMs = 100_000;

/** Fetches the `.torrent` that the site serves, into a folder; gives the file. */
export async function fetchTorrent(
  { torrentUrl }: { torrentUrl: string },
  { prefix }: NetworkNamespace,
  folder: string,
): Promise<string> {
  const file = join(await mkdtemp(join(folder, 'served-')), 'served.torrent');
  const [command = '', ...args] = [...prefix, 'curl', '-sSf', torrentUrl];
  await writeFile(file, execFileSync(command, args));
  return file;
}

/** Makes a copy of a `.torrent` that names the tracker by its IPv6 address; gives the file. */
export async function announceByIpv6(
  everseed: Everseed,
  { address6 }: NetworkNamespace,
  torrent: string,
): Promise<string> {
  const { http } = await everseed.status();
  const url = `http://[${address6}]:${http.port}/announce`;
  const copy = torrent.replace(/\.torrent$/, ' by IPv6.torrent');
  const edit = ['torrent', 'edit', torrent, '-o', copy, '--tracker', url];
  const { code, stderr } = await everseed.run(...edit);
  if (code !== 0) throw new Error(stderr);
  return copy;
}

/** A download under way: into a new folder. */
interface Download {
  running: RunningClient;
  /** Where the content is to be. */
  path: string;
}

type DownloadOptions = Omit<ClientOptions, 'folder' | 'scratch'>;

/** Has a client download what is published from `content`, into a new folder. */
export async function startDownload(
  client: RealClient,
  content: string,
  options: DownloadOptions,
): Promise<Download> {
  const root = await temporaryFolder(options.lifetime);
  const folder = join(root, 'downloaded');
  const scratch = join(root, 'scratch');
  await mkdir(folder);
  await mkdir(scratch);
  const running = await client.start({ ...options, folder, scratch });
  return { running, path: join(folder, basename(content)) };
}

/** Has a client download, and waits until its files are those of `content`, byte for byte. */
export async function download(
  client: RealClient,
  content: string,
  options: DownloadOptions,
): Promise<Download> {
  const download = await startDownload(client, content, options);
  await downloaded(download, content);
  return download;
}

/** Waits until the files of a download are those of `content`, byte for byte. */
export async function downloaded({ running, path }: Download, content: string): Promise<void> {
  const wanted = await digestsOf(content);
  await until(async () => {
    if (running.ended() !== null) throw new Error(`it ended: ${running.output()}`);
    return (await exists(path)) && isDeepStrictEqual(await digestsSoFar(path), wanted);
  }, limitMs);
}

/** The digests of what is there, or null when a file was renamed meanwhile. */
async function digestsSoFar(path: string): Promise<Record<string, string> | null> {
  try {
    return await digestsOf(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
