import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { PublicationDetail } from '../../source/control/publications.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed } from '../helpers/everseed.ts';
import { lifetimeOfFile } from '../helpers/lifetime.ts';
import {
  canMakeNamespaces,
  createNetworkStar,
  type NetworkStar,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { announceByIpv6, download, fetchTorrent } from './downloads.ts';

/** Not 16 KiB: libtorrent 2.0.8 takes a lone hash of a leaf, got for a hybrid, for a failure. */
const piece = 32_768;
/** Peers ask for the hashes of 512 pieces at a time. */
const hashBatch = 512;

/** What makes padding, and hash trees of one piece, of some, and of one more than fit a request. */
async function writeContent(folder: string): Promise<void> {
  await writeRandomFile(join(folder, 'a', 'empty'), 0);
  await writeRandomFile(join(folder, 'b short'), 7);
  await writeRandomFile(join(folder, 'ünïcödé', '日本語.bin'), 3 * piece);
  await writeRandomFile(join(folder, 'large'), (hashBatch + 1) * piece - 5);
  await writeRandomFile(join(folder, 'm', 'empty too'), 0);
  await writeRandomFile(join(folder, 'odd'), 5 * piece + 1);
  await writeRandomFile(join(folder, 'z'), 2 * hashBatch * piece + 77 * piece + 7);
  // The last in canonical order: of v2, libtorrent asks for the padding behind it too.
  await writeRandomFile(join(folder, 'ÿ last'), piece + 896);
}

describe.skipIf(!libtorrent.installed || !canMakeNamespaces)('libtorrent downloads', () => {
  const lifetime = lifetimeOfFile();
  let star: NetworkStar;
  let everseed: Everseed;
  let folder: string;
  let content: string;

  beforeAll(async () => {
    star = createNetworkStar(lifetime);
    everseed = await Everseed.create({
      prefix: star.middle.prefix,
      settings: { publicHost: star.middle.address },
      lifetime,
    });
    folder = await temporaryFolder(lifetime);
    content = join(folder, 'pub lished');
    await writeContent(content);
  });

  describe.each(['v1', 'v2', 'hybrid'])('%s', (format) => {
    let publication: PublicationDetail;
    let served: string;
    /** The same, but naming the tracker by its IPv6 address. */
    let servedByIpv6: string;

    beforeAll(async () => {
      const flags = ['--format', format, '--piece-length', String(piece)];
      publication = await everseed.publish(content, ...flags);
      expect(publication.infoHash === null).toBe(format === 'v2');
      expect(publication.infoHashV2 === null).toBe(format === 'v1');
      served = await fetchTorrent(publication, star.middle, folder);
      servedByIpv6 = await announceByIpv6(everseed, star.middle, served);
    });

    test.concurrent.for(['the served .torrent', 'the magnet link'])(
      'from %s',
      { timeout: 120_000 },
      async (from, { onTestFinished: lifetime }) => {
        const torrent = from === 'the magnet link' ? publication.magnet : served;
        await download(libtorrent, content, { torrent, network: star.connect(lifetime), lifetime });
      },
    );

    test.concurrent.for([
      { from: 'the served .torrent', how: 'encrypted', options: { encrypted: true } },
      { from: 'the magnet link', how: 'encrypted', options: { encrypted: true } },
      { from: 'the served .torrent', how: 'by IPv6', options: { way: 'http6' } },
      { from: 'the magnet link', how: 'by IPv6', options: { way: 'http6' } },
    ] as const)(
      'from $from, $how',
      { timeout: 120_000 },
      async ({ from, how, options }, { onTestFinished: lifetime }) => {
        const file = how === 'by IPv6' ? servedByIpv6 : served;
        const magnet = await everseed.run('torrent', 'magnet', file);
        const torrent = from === 'the magnet link' ? magnet.stdout.trim() : file;
        const network = star.connect(lifetime);
        await download(libtorrent, content, { torrent, network, lifetime, ...options });
      },
    );

    test('and each is counted', { timeout: 90_000 }, async () => {
      const completed = async () => {
        const listed = await everseed.list();
        return listed.find(({ id }) => id === publication.id)?.completed;
      };
      await expect.poll(completed, { timeout: 60_000 }).toBe(6);
    });
  });
});
