import { join } from 'node:path';
import { isInstalled, isIpv6Way, type RealClient, run, usual } from './client.ts';

export const aria2: RealClient = {
  name: 'aria2',
  installed: isInstalled('aria2c', '--version'),
  // it speaks UDP over IPv4 only
  ways: ['http', 'http6', 'udp'],
  encrypts: true,
  async start(options) {
    const { torrent, folder, scratch, port = usual.port, way = usual.way } = options;
    const { encrypted, pex = false, bytesPerSecond = 0, announceSeconds = 0 } = options;
    return run(options, [
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
      `--enable-peer-exchange=${pex}`,
      `--max-download-limit=${bytesPerSecond}`,
      `--bt-tracker-interval=${announceSeconds}`,
      '--file-allocation=none',
      '--seed-ratio=0',
      '--no-conf=true',
      ...(encrypted ? ['--bt-require-crypto=true', '--bt-min-crypto-level=arc4'] : []),
      torrent,
    ]);
  },
};
