import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { canMakeNamespaces, createSharedNetwork } from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { aria2 } from './clients/aria2.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { qbittorrent } from './clients/qbittorrent.ts';
import { rtorrent } from './clients/rtorrent.ts';
import { transmission } from './clients/transmission.ts';
import { webtorrent } from './clients/webtorrent.ts';
import { downloaded, fetchTorrent, startDownload } from './downloads.ts';

const size = 100_000_000;
/** Real clients as they are installed: PEX as everybody has it, and no setting for speed. */
const leechers = [
  ...[libtorrent, libtorrent, qbittorrent, qbittorrent, transmission, transmission],
  ...[aria2, aria2, rtorrent, webtorrent],
];
const runs = canMakeNamespaces && leechers.every(({ installed }) => installed);
const skipped = runs ? '' : ' (skipped: needs all clients and network namespaces)';

test.skipIf(!runs)(
  `ten leechers of all kinds get a first release for little more than one copy of it${skipped}`,
  { timeout: 240_000 },
  async ({ onTestFinished: lifetime }) => {
    const shared = createSharedNetwork(lifetime);
    const { middle } = shared;
    const everseed = await Everseed.create({
      prefix: middle.prefix,
      settings: { publicHost: middle.address },
    });
    const folder = await temporaryFolder();
    const content = join(folder, 'content');
    await writeRandomFile(content, size);
    const published = await everseed.publish(content, '--super-seed');
    const torrent = await fetchTorrent(published, middle, folder);
    const downloads = await Promise.all(
      leechers.map((client) => {
        const network = shared.join(lifetime);
        return startDownload(client, content, { torrent, network, lifetime, pex: true });
      }),
    );
    const uploaded = async () => (await everseed.list())[0]?.uploaded ?? 0;
    for (const one of downloads) await downloaded(one, content);
    // those that tell the tracker as soon as they have all
    await until(async () => ((await everseed.list())[0]?.completed ?? 0) >= 8);
    const ratio = (await uploaded()) / size;
    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(ratio).toBeLessThan(1.3);
  },
);
