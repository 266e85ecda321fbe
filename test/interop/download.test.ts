import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { PublicationDetail } from '../../source/control/publications.ts';
import { digestsOf, writeFolderOf200, writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import {
  canMakeNamespaces,
  createNetworkNamespace,
  type NetworkNamespace,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { aria2, leechers } from './leechers.ts';

const contents = [
  { what: 'a file', write: (path: string) => writeRandomFile(path, 5_000_001) },
  { what: 'a folder of 200 files', write: writeFolderOf200 },
];

function fetchTorrent({ torrentUrl }: PublicationDetail, network: NetworkNamespace): Buffer {
  const [command = '', ...args] = [...network.prefix, 'curl', '-sSf', torrentUrl];
  return execFileSync(command, args);
}

describe.each(leechers)('$name', ({ name, installed, download }) => {
  const runs = installed && canMakeNamespaces;
  const why = installed ? 'network namespaces are not permitted here' : `${name} is not installed`;

  test
    .skipIf(!runs)
    .for(
      contents.flatMap((content) =>
        ['the served .torrent', 'the magnet link'].map((from) => ({ ...content, from })),
      ),
    )(
    `downloads $what from $from${runs ? '' : ` (skipped: ${why})`}`,
    { timeout: 120_000 },
    async ({ write, from }) => {
      const network = createNetworkNamespace();
      const everseed = await Everseed.create({
        prefix: network.prefix,
        settings: { publicHost: network.address },
      });
      const folder = await temporaryFolder();
      const path = join(folder, 'pub lished');
      await write(path);
      const publication = await everseed.publish(path);

      const torrentFile = join(folder, 'served.torrent');
      await writeFile(torrentFile, fetchTorrent(publication, network));
      const into = join(folder, 'downloaded');
      await mkdir(into);
      const torrent = from === 'the magnet link' ? publication.magnet : torrentFile;
      await download({ torrent, into, network });

      expect(await digestsOf(join(into, 'pub lished'))).toEqual(await digestsOf(path));
      await until(async () => {
        const [listed] = await everseed.list();
        return listed?.completed === 1 && listed.uploaded >= publication.size;
      });
    },
  );
});

const runsAria2 = aria2.installed && canMakeNamespaces;

test.skipIf(!runsAria2)(
  `a download that a killed engine interrupted goes on when it is back${runsAria2 ? '' : ' (skipped: needs aria2 and network namespaces)'}`,
  { timeout: 120_000 },
  async () => {
    const network = createNetworkNamespace();
    const everseed = await Everseed.create({
      prefix: network.prefix,
      settings: {
        publicHost: network.address,
        http: { port: 6969 },
        udp: { port: 6969 },
        peer: { port: 6881 },
      },
    });
    const folder = await temporaryFolder();
    const path = join(folder, 'interrupted');
    await writeRandomFile(path, 40_000_000);
    const publication = await everseed.publish(path);
    const torrent = join(folder, 'served.torrent');
    await writeFile(torrent, fetchTorrent(publication, network));
    const into = join(folder, 'downloaded');
    await mkdir(into);
    // left to itself aria2 comes back after two minutes without a peer
    const pace = { bytesPerSecond: 4_000_000, announceSeconds: 5 };
    const downloading = aria2.download({ torrent, into, network, ...pace });
    await until(async () => ((await everseed.list())[0]?.uploaded ?? 0) > 8_000_000);
    await everseed.kill('SIGKILL');
    const [afterwards] = await everseed.list();
    expect(afterwards).toMatchObject({ infoHash: publication.infoHash, state: 'seeding' });
    await downloading;
    expect(await digestsOf(join(into, 'interrupted'))).toEqual(await digestsOf(path));
  },
);
