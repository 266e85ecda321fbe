import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestsOf, writeRandomFile } from '../helpers/content.ts';
import { Everseed } from '../helpers/everseed.ts';
import { canMakeNamespaces, createNetworkNamespace } from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { libtorrent, transmission } from './leechers.ts';

const runs = libtorrent.installed && transmission.installed && canMakeNamespaces;
const skipped = runs ? '' : ' (skipped: needs libtorrent, Transmission and network namespaces)';

test.skipIf(!runs).for([
  { how: 'in plaintext', encrypted: false, format: 'v1', leecher: libtorrent },
  { how: 'encrypted', encrypted: true, format: 'v1', leecher: libtorrent },
  { how: 'for a hybrid', encrypted: false, format: 'hybrid', leecher: libtorrent },
  // it tries uTP again and again
  { how: 'as Transmission needs it', encrypted: false, format: 'v1', leecher: transmission },
])(
  `a leecher that does not come by itself is connected to, $how${skipped}`,
  { timeout: 120_000 },
  async ({ encrypted, format, leecher }) => {
    const network = createNetworkNamespace();
    const everseed = await Everseed.create({
      prefix: network.prefix,
      settings: { publicHost: network.address },
    });
    const folder = await temporaryFolder();
    const path = join(folder, 'content');
    await writeRandomFile(path, 20_000_001);
    const { torrentUrl } = await everseed.publish(path, '--format', format);
    const torrent = join(folder, 'served.torrent');
    const [command = '', ...words] = [...network.prefix, 'curl', '-sSf', torrentUrl];
    await writeFile(torrent, execFileSync(command, words));
    const into = join(folder, 'downloaded');
    await mkdir(into);
    const how = { encrypted, onlyListens: true, utp: true };
    await leecher.download({ torrent, into, network, ...how });
    expect(await digestsOf(join(into, 'content'))).toEqual(await digestsOf(path));
  },
);
