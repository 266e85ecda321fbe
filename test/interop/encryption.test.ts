import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestsOf, writeRandomFile } from '../helpers/content.ts';
import { Everseed } from '../helpers/everseed.ts';
import { canMakeNamespaces, createNetworkNamespace } from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { leechers } from './leechers.ts';

describe.each(leechers)('$name', ({ name, installed, download }) => {
  const runs = installed && canMakeNamespaces;

  test.skipIf(!runs).for([
    { what: 'that speaks to nobody in plaintext', encrypted: true, encryption: 'allow' },
    { what: 'from who takes nobody in plaintext', encrypted: false, encryption: 'require' },
  ])(
    `downloads, $what${runs ? '' : ` (skipped: needs ${name} and network namespaces)`}`,
    { timeout: 120_000 },
    async ({ encrypted, encryption }) => {
      const network = createNetworkNamespace();
      const everseed = await Everseed.create({
        prefix: network.prefix,
        settings: { publicHost: network.address, seeding: { encryption } },
      });
      const folder = await temporaryFolder();
      const path = join(folder, 'content');
      await writeRandomFile(path, 20_000_001);
      const { torrentUrl } = await everseed.publish(path);
      const torrent = join(folder, 'served.torrent');
      const [command = '', ...words] = [...network.prefix, 'curl', '-sSf', torrentUrl];
      await writeFile(torrent, execFileSync(command, words));
      const into = join(folder, 'downloaded');
      await mkdir(into);
      await download({ torrent, into, network, encrypted });
      expect(await digestsOf(join(into, 'content'))).toEqual(await digestsOf(path));
    },
  );
});
