import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isInstalled, type RealClient, run, usual } from './client.ts';

export const rtorrent: RealClient = {
  name: 'rtorrent',
  installed: isInstalled('rtorrent', '-h'),
  // Debian's 0.9.8 takes IPv4 peers only
  ways: ['http', 'udp'],
  encrypts: true,
  async start(options) {
    const { torrent, folder, scratch, network, port = usual.port } = options;
    const { encrypted, pex, bytesPerSecond = 0 } = options;
    const session = join(scratch, 'rtorrent');
    await mkdir(session);
    const encryption = encrypted
      ? 'require,require_RC4,try_outgoing'
      : 'allow_incoming,enable_retry,prefer_plaintext';
    const settings = [
      'system.daemon.set = true',
      `directory.default.set = "${folder}"`,
      `session.path.set = "${session}"`,
      `network.port_range.set = ${port}-${port}`,
      'network.port_random.set = no',
      `network.bind_address.set = ${network.address}`,
      `protocol.encryption.set = ${encryption}`,
      'dht.mode.set = disable',
      `protocol.pex.set = ${pex ? 'yes' : 'no'}`,
      'trackers.use_udp.set = yes',
      `throttle.global_down.max_rate.set_kb = ${Math.ceil(bytesPerSecond / 1024)}`,
      '',
    ];
    // its settings are in its home
    await writeFile(join(scratch, '.rtorrent.rc'), settings.join('\n'));
    return run(options, ['rtorrent', torrent], { HOME: scratch, TERM: 'dumb' });
  },
};
