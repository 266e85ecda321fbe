import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed } from '../helpers/everseed.ts';
import { lifetimeOfFile } from '../helpers/lifetime.ts';
import {
  canMakeNamespaces,
  canRefuse,
  createNetworkStar,
  type NetworkStar,
  refuseConnections,
  refuseToBeConnectedTo,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { allClients } from './clients/all.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { torrentStream } from './clients/torrent-stream.ts';
import { announceByIpv6, download, fetchTorrent } from './downloads.ts';

const usual = { how: 'in plaintext', encrypted: false, format: 'v1', way: 'http' } as const;

describe.skipIf(!canMakeNamespaces || !canRefuse)('who cannot connect to the everseed', () => {
  const lifetime = lifetimeOfFile();
  let star: NetworkStar;
  let folder: string;
  let everseed: Everseed;
  let peerPort: number;

  beforeAll(async () => {
    star = createNetworkStar(lifetime);
    everseed = await Everseed.create({
      prefix: star.middle.prefix,
      settings: { publicHost: star.middle.address },
      lifetime,
    });
    folder = await temporaryFolder(lifetime);
    peerPort = (await everseed.status()).peer.port;
  });

  test.concurrent.for([
    ...allClients
      .filter((client) => client !== torrentStream)
      .map((client) => ({ ...usual, client, name: client.name })),
    ...[
      { ...usual, how: 'encrypted', encrypted: true },
      { ...usual, how: 'for a hybrid', format: 'hybrid' },
      { ...usual, how: 'by IPv6', way: 'http6' } as const,
    ].map((case_) => ({ ...case_, client: libtorrent, name: libtorrent.name })),
  ])(
    'is connected to: $name, $how',
    { timeout: 120_000 },
    async ({ client, how, encrypted, format, way }, { skip, onTestFinished: lifetime }) => {
      if (!client.installed) skip('it is not installed');
      const content = join(folder, `${client.name} ${how}`);
      await writeRandomFile(content, 5_000_001);
      const publication = await everseed.publish(content, '--format', format);
      const served = await fetchTorrent(publication, star.middle, folder);
      const torrent =
        way === 'http6' ? await announceByIpv6(everseed, star.middle, served) : served;
      const network = star.connect(lifetime);
      refuseConnections(network, peerPort);
      await download(client, content, { torrent, network, lifetime, encrypted, way });
    },
  );

  test.concurrent.for(allClients)(
    'and who cannot be connected to is served: $name',
    { timeout: 120_000 },
    async (client, { skip, onTestFinished: lifetime }) => {
      if (!client.installed) skip('it is not installed');
      const content = join(folder, `secluded ${client.name}`);
      await writeRandomFile(content, 5_000_001);
      const publication = await everseed.publish(content);
      const torrent = await fetchTorrent(publication, star.middle, folder);
      const network = star.connect(lifetime);
      refuseToBeConnectedTo(network);
      await download(client, content, { torrent, network, lifetime });
    },
  );
});
