import { fileURLToPath } from 'node:url';
import { type RealClient, run } from './client.ts';

const script = fileURLToPath(new URL('torrent-stream-client.mjs', import.meta.url));

/** It listens nowhere. */
export const torrentStream: RealClient = {
  name: 'torrent-stream',
  installed: true,
  ways: ['http', 'udp'],
  encrypts: false,
  async start(options) {
    const { torrent, folder, scratch } = options;
    return run(options, [process.execPath, script, torrent, folder, scratch]);
  },
};
