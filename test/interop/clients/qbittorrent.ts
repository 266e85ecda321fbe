import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isInstalled, isIpv6Way, type RealClient, run, usual } from './client.ts';

export const qbittorrent: RealClient = {
  name: 'qbittorrent',
  installed: isInstalled('qbittorrent-nox', '--version'),
  ways: ['http', 'http6', 'udp', 'udp6'],
  encrypts: true,
  async start(options) {
    const { torrent, folder, scratch, network, port = usual.port, way = usual.way } = options;
    const { encrypted, pex = false, utp, bytesPerSecond = 0 } = options;
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
      `Session\\PeXEnabled=${pex}`,
      `Session\\BTProtocol=${utp ? 'Both' : 'TCP'}`,
      `Session\\Encryption=${encrypted ? 1 : 0}`,
      'Session\\MultiConnectionsPerIp=true',
      `Session\\GlobalDLSpeedLimit=${Math.ceil(bytesPerSecond / 1024)}`,
      '[Preferences]',
      'WebUI\\Enabled=false',
      'Advanced\\trackerPort=0',
      '',
    ];
    await writeFile(join(config, 'qBittorrent.conf'), lines.join('\n'));
    const words = ['--skip-dialog=true', `--save-path=${folder}`, torrent];
    return run(options, ['qbittorrent-nox', `--profile=${profile}`, ...words], { HOME: scratch });
  },
};
