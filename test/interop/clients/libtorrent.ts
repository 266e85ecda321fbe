import { fileURLToPath } from 'node:url';
import { isInstalled, isIpv6Way, type RealClient, run, usual } from './client.ts';

const script = fileURLToPath(new URL('libtorrent-client.py', import.meta.url));

export const libtorrent: RealClient = {
  name: 'libtorrent',
  installed: isInstalled('/usr/bin/python3', '-c', 'import libtorrent'),
  ways: ['http', 'http6', 'udp', 'udp6'],
  encrypts: true,
  async start(options) {
    const { torrent, folder, network, port = usual.port, way = usual.way } = options;
    const { encrypted, pex, utp, bytesPerSecond = 0 } = options;
    const host = isIpv6Way(way) ? `[${network.address6}]` : network.address;
    const settings = {
      listen_interfaces: `${host}:${port}`,
      ...(encrypted && { out_enc_policy: 0, in_enc_policy: 0, allowed_enc_level: 2 }),
      download_rate_limit: bytesPerSecond,
      enable_incoming_utp: utp === true,
      enable_outgoing_utp: utp === true,
    };
    const words = [
      '/usr/bin/python3',
      script,
      torrent,
      folder,
      JSON.stringify(settings),
      pex ? 'pex' : '',
    ];
    return run(options, words);
  },
};
