import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeFolderOf200, writeRandomFile } from '../helpers/content.ts';
import { Everseed, type PublishedV1, until } from '../helpers/everseed.ts';
import { type Lifetime, lifetimeOfFile } from '../helpers/lifetime.ts';
import {
  canMakeNamespaces,
  createNetworkNamespace,
  createNetworkStar,
  type NetworkStar,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { allClients } from './clients/all.ts';
import { aria2 } from './clients/aria2.ts';
import type { ClientOptions, RealClient } from './clients/client.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { qbittorrent } from './clients/qbittorrent.ts';
import { rtorrent } from './clients/rtorrent.ts';
import { torrentStream } from './clients/torrent-stream.ts';
import { transmission } from './clients/transmission.ts';
import { webtorrent } from './clients/webtorrent.ts';
import { announceByIpv6, download, downloaded, fetchTorrent, startDownload } from './downloads.ts';

/** What is published of all that the tests download. */
interface Published extends PublishedV1 {
  /** The content. */
  content: string;
  /** Its `.torrent`, as served. */
  torrent: string;
  /** The same, but naming the tracker by its IPv6 address. */
  torrentByIpv6: string;
  /** How many downloads are done. */
  done: number;
  /** How many of them the tracker was told of, or is about to be. */
  told: number;
}

const contents = ['a file', 'a folder of 200 files'] as const;
const sources = ['the served .torrent', 'the magnet link'] as const;
/** What a test starts may still be ending when its network is no more. */
const timeout = 120_000;

/** Those that tell the tracker as soon as they have all; the others do when they please. */
const tellsAtOnce: readonly RealClient[] = [aria2, transmission, libtorrent, qbittorrent];

/** Everything from each of the clients that differ most; of the others each content once. */
const cases = allClients.flatMap((client) =>
  contents.flatMap((what, a) =>
    sources
      .filter((_, b) => [aria2, transmission, libtorrent].includes(client) || a === b)
      .map((from) => ({ ...client, client, what, from })),
  ),
);

/** Clients side by side, each in a network of its own: all they get they have of the everseed. */
describe.skipIf(!canMakeNamespaces)('from the everseed alone', () => {
  const lifetime = lifetimeOfFile();
  let star: NetworkStar;
  let everseed: Everseed;
  const published = new Map<string, Published>();

  beforeAll(async () => {
    star = createNetworkStar(lifetime);
    everseed = await Everseed.create({
      prefix: star.middle.prefix,
      settings: { publicHost: star.middle.address },
      lifetime,
    });
    const folder = await temporaryFolder(lifetime);
    for (const what of contents) {
      const content = join(folder, what, 'pub lished');
      if (what === 'a file') await writeRandomFile(content, 5_000_001);
      else await writeFolderOf200(content);
      const publication = await everseed.publish(content);
      const torrent = await fetchTorrent(publication, star.middle, folder);
      const torrentByIpv6 = await announceByIpv6(everseed, star.middle, torrent);
      const none = { done: 0, told: 0 };
      published.set(what, { ...publication, content, torrent, torrentByIpv6, ...none });
    }
  });

  const publicationOf = (what: string): Published => {
    const found = published.get(what);
    if (!found) throw new Error(`${what} is not published`);
    return found;
  };

  /** Has a client download, and waits until as many downloads are counted as are done. */
  async function downloadAndTell(
    client: RealClient,
    publication: Published,
    torrent: string,
    lifetime: Lifetime,
    how: Pick<ClientOptions, 'way' | 'utp'> = {},
  ): Promise<void> {
    const network = star.connect(lifetime);
    await download(client, publication.content, { torrent, network, lifetime, ...how });
    publication.done++;
    if (!tellsAtOnce.includes(client)) return;
    const told = ++publication.told;
    const completed = async () =>
      (await everseed.list()).find(({ id }) => id === publication.id)?.completed ?? 0;
    await until(async () => (await completed()) >= told);
  }

  test.concurrent.for(cases)(
    '$name downloads $what from $from',
    { timeout },
    async ({ client, what, from }, { skip, onTestFinished }) => {
      if (!client.installed) skip('it is not installed');
      const publication = publicationOf(what);
      const torrent = from === 'the magnet link' ? publication.magnet : publication.torrent;
      await downloadAndTell(client, publication, torrent, onTestFinished);
    },
  );

  test.concurrent.for(allClients)(
    '$name downloads three times at once',
    { timeout },
    async (client, { skip, onTestFinished }) => {
      if (!client.installed) skip('it is not installed');
      const publication = publicationOf('a file');
      const three = Array.from({ length: 3 }, () =>
        downloadAndTell(client, publication, publication.torrent, onTestFinished),
      );
      await Promise.all(three);
    },
  );

  test.concurrent.for(
    [
      [aria2, transmission, libtorrent],
      [qbittorrent, rtorrent, webtorrent],
      [torrentStream, libtorrent, qbittorrent],
    ].map((clients) => ({ clients, names: clients.map(({ name }) => name).join(', ') })),
  )('$names download at once', { timeout }, async ({ clients }, { skip, onTestFinished }) => {
    if (clients.some(({ installed }) => !installed)) skip('one of them is not installed');
    const publication = publicationOf('a folder of 200 files');
    const all = clients.map((client) =>
      downloadAndTell(client, publication, publication.torrent, onTestFinished),
    );
    await Promise.all(all);
  });

  test.concurrent.for(allClients.filter(({ ways }) => ways.includes('http6')))(
    '$name downloads by IPv6',
    { timeout },
    async (client, { skip, onTestFinished }) => {
      if (!client.installed) skip('it is not installed');
      const publication = publicationOf('a file');
      const { torrentByIpv6: torrent } = publication;
      await downloadAndTell(client, publication, torrent, onTestFinished, { way: 'http6' });
    },
  );

  test.concurrent.for([libtorrent, qbittorrent, transmission])(
    '$name downloads, although it tries uTP first',
    { timeout },
    async (client, { skip, onTestFinished }) => {
      if (!client.installed) skip('it is not installed');
      const publication = publicationOf('a file');
      const { torrent } = publication;
      await downloadAndTell(client, publication, torrent, onTestFinished, { utp: true });
    },
  );

  test('every byte of it is counted', async () => {
    await until(async () => {
      const listed = await everseed.list();
      return [...published.values()].every(
        ({ id, size, done }) => (listed.find((one) => one.id === id)?.uploaded ?? 0) >= done * size,
      );
    });
  });
});

test.skipIf(!aria2.installed || !canMakeNamespaces)(
  'a download that a killed engine interrupted goes on when it is back',
  { timeout },
  async ({ onTestFinished: lifetime }) => {
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
    const content = join(folder, 'interrupted');
    await writeRandomFile(content, 40_000_000);
    const publication = await everseed.publish(content);
    const torrent = await fetchTorrent(publication, network, folder);
    // left to itself aria2 comes back after two minutes without a peer
    const pace = { bytesPerSecond: 4_000_000, announceSeconds: 5 };
    const begun = await startDownload(aria2, content, { torrent, network, lifetime, ...pace });
    await until(async () => ((await everseed.list())[0]?.uploaded ?? 0) > 8_000_000);
    await everseed.kill('SIGKILL');
    const [afterwards] = await everseed.list();
    expect(afterwards).toMatchObject({ infoHash: publication.infoHash, state: 'seeding' });
    await downloaded(begun, content);
  },
);
