import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from '../helpers/everseed.ts';
import type { NetworkNamespace } from '../helpers/network-namespace.ts';

/** What a leecher is told to do. */
export interface Download {
  /** A `.torrent` file's path, or a magnet link. */
  torrent: string;
  /** An existing folder. */
  into: string;
  network: NetworkNamespace;
  /** Downloads no faster than this, where the client can be told. */
  bytesPerSecond?: number;
  /** Speaks to nobody in plaintext. */
  encrypted?: boolean;
  /** Tries uTP, which the everseed does not speak, where the client can be told. */
  utp?: boolean;
  /** Connects to nobody, where the client can be told. */
  onlyListens?: boolean;
  /** Announces this often, where the client can be told, instead of when the tracker says. */
  announceSeconds?: number;
}

/** A real client, downloading with its DHT, LSD and PEX off: it has the tracker only. */
export interface Leecher {
  name: string;
  installed: boolean;
  /** Resolves when the client says that it has all; it goes on seeding until the test is over. */
  download(download: Download): Promise<void>;
}

const downloadLimitMs = 100_000;

function isInstalled(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Starts a client in `network`; its output is shown if it ends unasked. */
function start({ prefix }: NetworkNamespace, words: string[], env: NodeJS.ProcessEnv = {}) {
  const [command = '', ...args] = [...prefix, ...words];
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  }
  onTestFinished(() => end(child));
  return { child, output: () => output };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 3_000);
  await exited;
  clearTimeout(killer);
}

export const aria2: Leecher = {
  name: 'aria2',
  installed: isInstalled('aria2c', '--version'),
  async download({ torrent, into, network, encrypted, bytesPerSecond = 0, announceSeconds = 0 }) {
    const { child, output } = start(network, [
      'aria2c',
      `--max-download-limit=${bytesPerSecond}`,
      `--bt-tracker-interval=${announceSeconds}`,
      `--dir=${into}`,
      '--enable-dht=false',
      '--enable-dht6=false',
      '--bt-enable-lpd=false',
      '--enable-peer-exchange=false',
      '--disable-ipv6=true',
      '--file-allocation=none',
      '--seed-time=0',
      '--listen-port=6911-6999',
      '--no-conf=true',
      ...(encrypted ? ['--bt-require-crypto=true', '--bt-min-crypto-level=arc4'] : []),
      torrent,
    ]);
    const code = await new Promise((resolve) => child.once('exit', resolve));
    if (code !== 0) throw new Error(`aria2c ended with ${code}: ${output()}`);
  },
};

const libtorrentScript = fileURLToPath(new URL('libtorrent-leecher.py', import.meta.url));

export const libtorrent: Leecher = {
  name: 'libtorrent',
  installed: isInstalled('/usr/bin/python3', '-c', 'import libtorrent'),
  async download({ torrent, into, network, encrypted, onlyListens }) {
    const settings = {
      ...(encrypted && { out_enc_policy: 0, in_enc_policy: 0, allowed_enc_level: 2 }),
      ...(onlyListens && { connection_speed: 0 }),
    };
    const words = ['/usr/bin/python3', libtorrentScript, torrent, into, network.address];
    const { child, output } = start(network, [...words, JSON.stringify(settings)]);
    await until(() => {
      if (child.exitCode !== null) throw new Error(`libtorrent ended: ${output()}`);
      return output().includes('complete\n');
    }, downloadLimitMs);
  },
};

const swarmScript = fileURLToPath(new URL('libtorrent-swarm.py', import.meta.url));

/** Has libtorrent download at several addresses of a network, into a folder for each of them. */
export async function downloadBySwarm(
  { torrent, into, network }: Download,
  addresses: readonly string[],
): Promise<void> {
  const words = ['/usr/bin/python3', swarmScript, torrent, into, ...addresses];
  const { child, output } = start(network, words);
  await until(() => {
    if (child.exitCode !== null) throw new Error(`libtorrent ended: ${output()}`);
    return output().includes('complete\n');
  }, downloadLimitMs);
}

export const transmission: Leecher = {
  name: 'transmission',
  installed:
    isInstalled('transmission-daemon', '--version') &&
    isInstalled('transmission-remote', '--version'),
  async download({ torrent, into, network, encrypted, utp }) {
    const rpcPort = 9191;
    const config = `${into}.transmission`;
    await mkdir(config);
    const settings = {
      // 2: required
      encryption: encrypted ? 2 : 1,
      'dht-enabled': false,
      'lpd-enabled': false,
      'pex-enabled': false,
      'utp-enabled': utp === true,
      'port-forwarding-enabled': false,
      'peer-port': 6920,
      'bind-address-ipv4': '0.0.0.0',
      'rpc-port': rpcPort,
      'rpc-bind-address': '127.0.0.1',
      'rpc-whitelist': '127.0.0.1',
      'rpc-host-whitelist-enabled': false,
      'rpc-authentication-required': false,
      'download-dir': into,
    };
    await writeFile(join(config, 'settings.json'), JSON.stringify(settings));
    const { child, output } = start(network, ['transmission-daemon', '-f', '-g', config]);
    const remote = (...args: string[]) =>
      new Promise<string>((resolve) => {
        const words = [...network.prefix, 'transmission-remote', `127.0.0.1:${rpcPort}`, ...args];
        execFile(words[0] ?? '', words.slice(1), (_error, stdout) => resolve(stdout));
      });
    await until(async () => (await remote('-a', torrent, '-w', into)).includes('success'));
    await until(async () => {
      if (child.exitCode !== null) throw new Error(`transmission ended: ${output()}`);
      return (await remote('-t', '1', '-i')).includes('Percent Done: 100%');
    }, downloadLimitMs);
  },
};

/** The clients that every publication must be downloadable with. */
export const leechers: readonly Leecher[] = [aria2, transmission, libtorrent];
