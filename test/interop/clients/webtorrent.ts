import { fileURLToPath } from 'node:url';
import { type RealClient, run, usual } from './client.ts';

const script = fileURLToPath(new URL('webtorrent-client.mjs', import.meta.url));

/** It begins every connection with encryption, and goes on without if it may. */
export const webtorrent: RealClient = {
  name: 'webtorrent',
  installed: true,
  // it speaks UDP over IPv4 only
  ways: ['http', 'http6', 'udp'],
  encrypts: false,
  async start(options) {
    const { torrent, folder, port = usual.port, pex = false, bytesPerSecond = 0 } = options;
    const words = [port, pex, bytesPerSecond].map(String);
    return run(options, [process.execPath, script, torrent, folder, ...words]);
  },
};
