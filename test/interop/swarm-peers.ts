import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { NetworkNamespace } from '../helpers/network-namespace.ts';

/** How peers reach the tracker, and each other. */
export type Way = 'http' | 'http6' | 'udp' | 'udp6';

export interface PeerOptions {
  /** A `.torrent` file, which names one tracker. */
  torrent: string;
  /** Where the content is, or is to be. */
  folder: string;
  /** Where it listens. */
  port: number;
  way: Way;
  network: NetworkNamespace;
  /** For its settings. */
  scratch: string;
}

/** A real client that has the tracker only, neither DHT nor LSD nor PEX: downloads, and seeds on. */
export interface SwarmPeer {
  name: string;
  installed: boolean;
  /** The ways it can announce by. */
  ways: readonly Way[];
  start(options: PeerOptions): Promise<ChildProcess>;
}

function isInstalled(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** Starts a program in the network; it is ended with the test, and its output shown on failure. */
function run(
  { prefix }: NetworkNamespace,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): ChildProcess {
  const [command = '', ...args] = [...prefix, ...words];
  const child = spawn(command, args, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-4_000);
    });
  }
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') process.stderr.write(`${words[0]}:\n${output}\n`);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const killer = setTimeout(() => child.kill('SIGKILL'), 2_000);
    await exited;
    clearTimeout(killer);
  });
  return child;
}

const isIpv6Way = (way: Way) => way.endsWith('6');

const aria2: SwarmPeer = {
  name: 'aria2',
  installed: isInstalled('aria2c', '--version'),
  // it speaks UDP over IPv4 only
  ways: ['http', 'http6', 'udp'],
  async start({ torrent, folder, port, way, network, scratch }) {
    return run(network, [
      'aria2c',
      `--dir=${folder}`,
      `--listen-port=${port}`,
      `--disable-ipv6=${!isIpv6Way(way)}`,
      // its UDP is that of its DHT, which finds nobody in here
      `--enable-dht=${way === 'udp'}`,
      `--dht-listen-port=${port}`,
      `--dht-file-path=${join(scratch, 'dht')}`,
      '--enable-dht6=false',
      '--bt-enable-lpd=false',
      '--enable-peer-exchange=false',
      '--file-allocation=none',
      '--seed-ratio=0',
      '--no-conf=true',
      torrent,
    ]);
  },
};

const transmission: SwarmPeer = {
  name: 'transmission',
  installed:
    isInstalled('transmission-daemon', '--version') &&
    isInstalled('transmission-remote', '--version'),
  // Debian's 3.00 speaks UDP over IPv4 only
  ways: ['http', 'http6', 'udp'],
  async start({ torrent, folder, port, network, scratch }) {
    const config = join(scratch, 'transmission');
    const watched = join(config, 'watched');
    await mkdir(watched, { recursive: true });
    const settings = {
      'dht-enabled': false,
      'lpd-enabled': false,
      'pex-enabled': false,
      'utp-enabled': false,
      'port-forwarding-enabled': false,
      'peer-port': port,
      'rpc-enabled': false,
      'download-dir': folder,
      'watch-dir': watched,
      'watch-dir-enabled': true,
    };
    await writeFile(join(config, 'settings.json'), JSON.stringify(settings));
    spawnSync('cp', [torrent, join(watched, 'one.torrent')]);
    return run(network, ['transmission-daemon', '-f', '-g', config]);
  },
};

const libtorrentScript = fileURLToPath(new URL('libtorrent-leecher.py', import.meta.url));

export const libtorrent: SwarmPeer = {
  name: 'libtorrent',
  installed: isInstalled('/usr/bin/python3', '-c', 'import libtorrent'),
  ways: ['http', 'http6', 'udp', 'udp6'],
  async start({ torrent, folder, port, way, network }) {
    const address = isIpv6Way(way) ? network.address6 : network.address;
    const host = isIpv6Way(way) ? `[${address}]` : address;
    const settings = JSON.stringify({ listen_interfaces: `${host}:${port}` });
    return run(network, ['/usr/bin/python3', libtorrentScript, torrent, folder, address, settings]);
  },
};

const qbittorrent: SwarmPeer = {
  name: 'qbittorrent',
  installed: isInstalled('qbittorrent-nox', '--version'),
  ways: ['http', 'http6', 'udp', 'udp6'],
  async start({ torrent, folder, port, way, network, scratch }) {
    const profile = join(scratch, 'qbittorrent');
    const config = join(profile, 'qBittorrent', 'config');
    await mkdir(config, { recursive: true });
    const address = isIpv6Way(way) ? network.address6 : network.address;
    const lines = [
      '[LegalNotice]',
      'Accepted=true',
      '[BitTorrent]',
      `Session\\DefaultSavePath=${folder}`,
      `Session\\Port=${port}`,
      `Session\\InterfaceAddress=${address}`,
      'Session\\DHTEnabled=false',
      'Session\\LSDEnabled=false',
      'Session\\PeXEnabled=false',
      'Session\\BTProtocol=TCP',
      'Session\\MultiConnectionsPerIp=true',
      '[Preferences]',
      'WebUI\\Enabled=false',
      'Advanced\\trackerPort=0',
      '',
    ];
    await writeFile(join(config, 'qBittorrent.conf'), lines.join('\n'));
    return run(
      network,
      [
        'qbittorrent-nox',
        `--profile=${profile}`,
        '--skip-dialog=true',
        `--save-path=${folder}`,
        torrent,
      ],
      { HOME: scratch },
    );
  },
};

const rtorrent: SwarmPeer = {
  name: 'rtorrent',
  installed: isInstalled('rtorrent', '-h'),
  // Debian's 0.9.8 takes IPv4 peers only
  ways: ['http', 'udp'],
  async start({ torrent, folder, port, network, scratch }) {
    const session = join(scratch, 'rtorrent');
    await mkdir(session, { recursive: true });
    const settings = [
      'system.daemon.set = true',
      `directory.default.set = "${folder}"`,
      `session.path.set = "${session}"`,
      `network.port_range.set = ${port}-${port}`,
      'network.port_random.set = no',
      `network.bind_address.set = ${network.address}`,
      'dht.mode.set = disable',
      'protocol.pex.set = no',
      'trackers.use_udp.set = yes',
      '',
    ];
    // its settings are in its home
    await writeFile(join(scratch, '.rtorrent.rc'), settings.join('\n'));
    return run(network, ['rtorrent', torrent], { HOME: scratch, TERM: 'dumb' });
  },
};

const webtorrentScript = fileURLToPath(new URL('webtorrent-peer.mjs', import.meta.url));

export const webtorrent: SwarmPeer = {
  name: 'webtorrent',
  installed: true,
  // it speaks UDP over IPv4 only
  ways: ['http', 'http6', 'udp'],
  async start({ torrent, folder, port, network }) {
    return run(network, [process.execPath, webtorrentScript, torrent, folder, String(port)]);
  },
};

export const swarmPeers: readonly SwarmPeer[] = [
  aria2,
  transmission,
  libtorrent,
  qbittorrent,
  rtorrent,
  webtorrent,
];
