import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import {
  canMakeNamespaces,
  createSharedNetwork,
  type NetworkNamespace,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { aria2 } from './clients/aria2.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { qbittorrent } from './clients/qbittorrent.ts';
import { rtorrent } from './clients/rtorrent.ts';
import { transmission } from './clients/transmission.ts';
import { downloaded, fetchTorrent, startDownload } from './downloads.ts';
import { runPython } from './python-script.ts';

const trackerPort = 6_969;

/** Whether a connection leads from one network to another. */
function isConnected({ prefix }: NetworkNamespace, { address }: NetworkNamespace): boolean {
  const words = ['ss', '-Htn', 'state', 'established'];
  return execFileSync('nsenter', [...prefix.slice(1), ...words], { encoding: 'utf8' }).includes(
    `${address}:`,
  );
}

/** Of each other they are told by the everseed alone: the tracker knows nobody but it. */
test.skipIf(!canMakeNamespaces).concurrent.for(
  [
    [libtorrent, transmission],
    [qbittorrent, aria2],
    [transmission, rtorrent],
  ].map((clients) => ({ clients, names: clients.map(({ name }) => name).join(' and ') })),
)(
  '$names find each other by what the everseed tells',
  { timeout: 180_000 },
  async ({ clients }, { skip, onTestFinished: lifetime }) => {
    if (clients.some(({ installed }) => !installed)) skip('one of them is not installed');
    const shared = createSharedNetwork(lifetime);
    const { middle } = shared;
    const everseed = await Everseed.create({
      prefix: middle.prefix,
      settings: { publicHost: middle.address },
      lifetime,
    });
    const folder = await temporaryFolder(lifetime);
    const content = join(folder, 'content');
    await writeRandomFile(content, 20_000_001);
    const published = await everseed.publish(content);
    const served = await fetchTorrent(published, middle, folder);
    const torrent = join(folder, 'lone.torrent');
    const tracker = `http://${middle.address}:${trackerPort}/announce`;
    const edit = ['torrent', 'edit', served, '-o', torrent, '--tracker', tracker];
    expect(await everseed.run(...edit)).toMatchObject({ code: 0 });
    const { peer } = await everseed.status();
    const known = [middle.address, String(peer.port)];
    await runPython(
      middle,
      'lone-tracker.py',
      [middle.address, String(trackerPort), ...known],
      'listening',
      lifetime,
    );
    // so that they have something to tell each other when they meet
    await everseed.run('limit', '1', '--up', '200K');
    const started = await Promise.all(
      clients.map(async (client) => {
        const network = shared.join(lifetime);
        const options = { torrent, network, lifetime, pex: true };
        return { network, download: await startDownload(client, content, options) };
      }),
    );
    const [one, other] = started;
    if (!one || !other) throw new Error('two were started');
    await until(() => isConnected(one.network, other.network), 150_000);
    await everseed.run('limit', '1', '--up', 'none');
    for (const { download } of started) await downloaded(download, content);
  },
);
