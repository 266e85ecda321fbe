import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestsOf, writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { canMakeNamespaces, createNetworkNamespace } from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { runPython } from './python-script.ts';

const runs = libtorrent.installed && canMakeNamespaces;
const skipped = runs ? '' : ' (skipped: needs libtorrent and network namespaces)';

test.skipIf(!runs)(
  `ten leechers get a first release for little more than one copy of it${skipped}`,
  { timeout: 120_000 },
  async () => {
    const network = createNetworkNamespace();
    const run = (...words: string[]) => {
      const [command = '', ...args] = [...network.prefix, ...words];
      return execFileSync(command, args);
    };
    const everseed = await Everseed.create({
      prefix: network.prefix,
      settings: { publicHost: network.address },
    });
    const folder = await temporaryFolder();
    const path = join(folder, 'content');
    await writeRandomFile(path, 30_000_001);
    const published = await everseed.publish(path, '--super-seed', '--piece-length', '64K');
    const torrent = join(folder, 'served.torrent');
    await writeFile(torrent, run('curl', '-sSf', published.torrentUrl));
    const into = join(folder, 'downloaded');
    await mkdir(into);
    const addresses = Array.from({ length: 10 }, (_, n) => `10.9.1.${n + 1}`);
    for (const address of addresses) run('ip', 'addr', 'add', `${address}/32`, 'dev', 'lo');

    await runPython(network, 'libtorrent-swarm.py', [torrent, into, ...addresses], 'complete');
    const whole = Object.values(await digestsOf(path))[0];
    expect(Object.values(await digestsOf(into))).toEqual(addresses.map(() => whole));
    await until(async () => (await everseed.list())[0]?.completed === 10);
    const [listed] = await everseed.list();
    expect(listed?.ratio).toBeGreaterThanOrEqual(1);
    expect(listed?.ratio).toBeLessThan(1.3);
  },
);
