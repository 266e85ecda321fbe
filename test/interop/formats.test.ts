import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestsOf, writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { canMakeNamespaces, createNetworkNamespace } from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { libtorrent } from './leechers.ts';

/** Not 16 KiB: libtorrent 2.0.8 takes a lone hash of a leaf, got for a hybrid, for a failure. */
const piece = 32_768;
/** Peers ask for the hashes of 512 pieces at a time. */
const hashBatch = 512;

const runs = libtorrent.installed && canMakeNamespaces;
const skipped = runs ? '' : ' (skipped: needs libtorrent and network namespaces)';

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

describe.each(['v1', 'v2', 'hybrid'])('%s', (format) => {
  test.skipIf(!runs).for(['the served .torrent', 'the magnet link'])(
    `libtorrent downloads it from %s${skipped}`,
    { timeout: 120_000 },
    async (from) => {
      const network = createNetworkNamespace();
      const everseed = await Everseed.create({
        prefix: network.prefix,
        settings: { publicHost: network.address },
      });
      const folder = await temporaryFolder();
      const path = join(folder, 'pub lished');
      await writeContent(path);
      const flags = ['--format', format, '--piece-length', String(piece)];
      const publication = await everseed.publish(path, ...flags);
      expect(publication.infoHash === null).toBe(format === 'v2');
      expect(publication.infoHashV2 === null).toBe(format === 'v1');

      const torrentFile = join(folder, 'served.torrent');
      const fetching = [...network.prefix, 'curl', '-sSf', publication.torrentUrl];
      await writeFile(torrentFile, execFileSync(fetching[0] ?? '', fetching.slice(1)));
      const into = join(folder, 'downloaded');
      await mkdir(into);
      const torrent = from === 'the magnet link' ? publication.magnet : torrentFile;
      await libtorrent.download({ torrent, into, network });

      expect(await digestsOf(join(into, 'pub lished'))).toEqual(await digestsOf(path));
      await until(async () => (await everseed.list())[0]?.completed === 1);
    },
  );
});
