import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { PublicationDetail } from '../../source/control/publications.ts';
import { Everseed } from './everseed.ts';
import { asItIs, freePort, pathTo, python, type RunningSeeder, type Wrap } from './program.ts';

/** What is to be seeded. */
export interface Content {
  torrent: string;
  /** The file, absolute; the torrent has its name. */
  file: string;
  /** Bytes. */
  size: number;
  pieceLength: number;
  /** In hex. */
  infoHash: string;
}

/** A seeder to be measured. */
export interface Contender {
  name: string;
  /** Whether it is here. */
  isHere(): Promise<boolean>;
  /** Starts it, and waits until it seeds. `folder` is its own. */
  start(content: Content, folder: string, wrap?: Wrap): Promise<RunningSeeder>;
}

export const names = {
  everseed: 'everseed',
  libtorrent: 'libtorrent',
  transmission: 'Transmission',
  webtorrent: 'webtorrent',
} as const;

const run = promisify(execFile);

export const contenders: readonly Contender[] = [
  {
    name: names.everseed,
    isHere: async () => true,
    async start({ torrent, file }, folder, wrap) {
      const everseed = await Everseed.create(folder, {}, wrap);
      await everseed.command('adopt', torrent, '--data', file);
      return everseed.running();
    },
  },
  {
    name: names.libtorrent,
    isHere: () => isThere(python, '-c', 'import libtorrent'),
    start: ({ torrent, file }, _folder, wrap) =>
      startAndWait(wrap, (port) => [
        ...[python, pathTo('./libtorrent_seeder.py'), torrent, dirname(file), String(port)],
      ]),
  },
  {
    name: names.transmission,
    isHere: () => isThere('transmission-daemon', '--version'),
    start: startTransmission,
  },
  {
    name: names.webtorrent,
    isHere: async () => true,
    start: ({ torrent, file }, _folder, wrap) =>
      startAndWait(wrap, (port) => [
        ...[process.execPath, pathTo('./webtorrent-seeder.mjs')],
        ...[torrent, dirname(file), String(port)],
      ]),
  },
];

/** Starts a program that says `ready`, and waits until it does. */
async function startAndWait(
  wrap: Wrap = asItIs,
  command: (port: number) => string[],
): Promise<RunningSeeder> {
  const port = await freePort();
  const [program = '', ...words] = wrap(command(port));
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit').then(() => {
    throw new Error(`${program} ended`);
  });
  await Promise.race([once(child.stdout, 'data'), ended]);
  ended.catch(() => undefined);
  return { port, pid: child.pid ?? 0, stop: () => stop(child) };
}

async function startTransmission(
  { torrent, file }: Content,
  folder: string,
  wrap: Wrap = asItIs,
): Promise<RunningSeeder> {
  const [port, rpcPort] = [await freePort(), await freePort()];
  const config = join(folder, 'transmission');
  await mkdir(config, { recursive: true });
  const settings = {
    // 0: whatever the peer likes
    encryption: 0,
    'dht-enabled': false,
    'lpd-enabled': false,
    'pex-enabled': false,
    'utp-enabled': false,
    'port-forwarding-enabled': false,
    'peer-port': port,
    'bind-address-ipv4': '127.0.0.1',
    'rpc-port': rpcPort,
    'rpc-bind-address': '127.0.0.1',
    'rpc-whitelist': '127.0.0.1',
    'rpc-authentication-required': false,
    'download-dir': dirname(file),
    'peer-limit-global': 2000,
    'peer-limit-per-torrent': 2000,
    'upload-slots-per-torrent': 2000,
    'cache-size-mb': 64,
  };
  await writeFile(join(config, 'settings.json'), JSON.stringify(settings));
  const [program = '', ...words] = wrap(['transmission-daemon', '-f', '-g', config]);
  const child = spawn(program, words, { stdio: 'ignore' });
  const remote = async (...command: string[]): Promise<string> => {
    try {
      return (await run('transmission-remote', [`127.0.0.1:${rpcPort}`, ...command])).stdout;
    } catch {
      // it does not listen yet
      return '';
    }
  };
  const until = async (said: RegExp, ...command: string[]): Promise<void> => {
    while (!said.test(await remote(...command))) {
      if (child.exitCode !== null) throw new Error('transmission-daemon ended');
      await sleep(200);
    }
  };
  await until(/success/, '-a', torrent, '-w', dirname(file));
  // it reads all of the content first
  await until(/State: (Idle|Seeding)[\s\S]*Percent Done: 100%/, '-t', '1', '-i');
  return { port, pid: child.pid ?? 0, stop: () => stop(child) };
}

/** Makes a torrent of a file, with everseed. */
export async function makeContent(file: string, pieceLength: number): Promise<Content> {
  const torrent = `${file}.torrent`;
  const cli = pathTo('../../dist/cli.js');
  const words = ['torrent', 'create', file, '-o', torrent, '--piece-length', String(pieceLength)];
  await run(process.execPath, [cli, ...words]);
  const { stdout } = await run(process.execPath, [cli, 'torrent', 'show', torrent, '--json']);
  const { infoHash, size } = JSON.parse(stdout) as PublicationDetail;
  return { torrent, file, size, pieceLength, infoHash: infoHash ?? '' };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  // Transmission first tells its trackers, for which there is no need to wait.
  const timer = setTimeout(() => child.kill('SIGKILL'), 2_000);
  await ended;
  clearTimeout(timer);
}

async function isThere(program: string, ...words: string[]): Promise<boolean> {
  try {
    await run(program, words);
    return true;
  } catch {
    return false;
  }
}
