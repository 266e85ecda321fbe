import { join } from 'node:path';
import { beforeAll, describe, test } from 'vitest';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed } from '../helpers/everseed.ts';
import { lifetimeOfFile } from '../helpers/lifetime.ts';
import {
  canMakeNamespaces,
  createNetworkStar,
  type NetworkStar,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { allClients } from './clients/all.ts';
import { download, fetchTorrent } from './downloads.ts';

const encrypting = allClients.filter(({ encrypts }) => encrypts);

describe.skipIf(!canMakeNamespaces).each([
  { what: 'that speaks to nobody in plaintext', encrypted: true, encryption: 'allow' },
  { what: 'from who takes nobody in plaintext', encrypted: false, encryption: 'require' },
])('a client $what', ({ encrypted, encryption }) => {
  const lifetime = lifetimeOfFile();
  let star: NetworkStar;
  let content: string;
  let torrent: string;

  beforeAll(async () => {
    star = createNetworkStar(lifetime);
    const everseed = await Everseed.create({
      prefix: star.middle.prefix,
      settings: { publicHost: star.middle.address, seeding: { encryption } },
      lifetime,
    });
    const folder = await temporaryFolder(lifetime);
    content = join(folder, 'content');
    await writeRandomFile(content, 20_000_001);
    torrent = await fetchTorrent(await everseed.publish(content), star.middle, folder);
  });

  test.concurrent.for(encrypting)(
    '$name downloads',
    { timeout: 120_000 },
    async (client, { skip, onTestFinished: lifetime }) => {
      if (!client.installed) skip('it is not installed');
      const network = star.connect(lifetime);
      await download(client, content, { torrent, network, lifetime, encrypted });
    },
  );
});
