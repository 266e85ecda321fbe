import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../../helpers/everseed.ts';
import { isInstalled, type RealClient, run, usual } from './client.ts';

export const transmission: RealClient = {
  name: 'transmission',
  installed:
    isInstalled('transmission-daemon', '--version') &&
    isInstalled('transmission-remote', '--version'),
  // Debian's 3.00 speaks UDP over IPv4 only
  ways: ['http', 'http6', 'udp'],
  encrypts: true,
  async start(options) {
    const {
      torrent,
      folder,
      scratch,
      network,
      port = usual.port,
      encrypted,
      pex = false,
      utp,
      bytesPerSecond = 0,
    } = options;
    const config = join(scratch, 'transmission');
    await mkdir(config);
    const rpc = `127.0.0.1:${port + 1_000}`;
    const settings = {
      // 2: required
      encryption: encrypted ? 2 : 1,
      'dht-enabled': false,
      'lpd-enabled': false,
      'pex-enabled': pex,
      'utp-enabled': utp === true,
      'port-forwarding-enabled': false,
      'peer-port': port,
      'rpc-port': port + 1_000,
      'rpc-bind-address': '127.0.0.1',
      'rpc-whitelist': '127.0.0.1',
      'rpc-host-whitelist-enabled': false,
      'rpc-authentication-required': false,
      'download-dir': folder,
      'speed-limit-down': Math.ceil(bytesPerSecond / 1000),
      'speed-limit-down-enabled': bytesPerSecond > 0,
    };
    await writeFile(join(config, 'settings.json'), JSON.stringify(settings));
    const running = run(options, ['transmission-daemon', '-f', '-g', config]);
    const remote = (...args: string[]) =>
      new Promise<string>((resolve) => {
        const [command = '', ...words] = [...network.prefix, 'transmission-remote', rpc, ...args];
        execFile(command, words, (_error, stdout) => resolve(stdout));
      });
    await until(async () => {
      if (running.ended() !== null) throw new Error(`transmission ended: ${running.output()}`);
      return (await remote('-a', torrent, '-w', folder)).includes('success');
    });
    return running;
  },
};
