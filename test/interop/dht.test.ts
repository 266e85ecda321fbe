import { spawn, spawnSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { DiscoveryStatus } from '../../source/control/protocol.ts';
import { digestsOf, writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import {
  canMakeNamespaces,
  createNetworkNamespace,
  type NetworkNamespace,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const python = '/usr/bin/python3';
const hasLibtorrent = spawnSync(python, ['-c', 'import libtorrent']).status === 0;
const runs = hasLibtorrent && canMakeNamespaces;
const why = runs ? '' : ' (skipped: needs libtorrent and network namespaces)';

/** Runs a script in the namespace until the test is over; resolves when it says `word`. */
async function runScript(
  { prefix }: NetworkNamespace,
  script: string,
  args: string[],
  word: string,
): Promise<void> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const [command = '', ...rest] = [...prefix, python, file, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  await until(() => {
    if (child.exitCode !== null) throw new Error(`${script} ended: ${output}`);
    return output.includes(word);
  }, 100_000);
}

test.skipIf(!runs)(
  `with nothing but the info hash a libtorrent leecher finds the everseed in the DHT${why}`,
  { timeout: 150_000 },
  async () => {
    const network = createNetworkNamespace();
    const nodes = [6001, 6002, 6003].map((port) => `${network.address}:${port}`);
    for (const [index, port] of ['6001', '6002', '6003'].entries()) {
      const others = nodes.filter((_, other) => other !== index);
      await runScript(network, 'dht-node.py', [network.address, port, ...others], 'listening');
    }
    const everseed = await Everseed.create({
      prefix: network.prefix,
      settings: {
        publicHost: network.address,
        discovery: { dht: true, dhtPort: 0, dhtBootstrap: nodes },
      },
    });
    const folder = await temporaryFolder();
    const path = join(folder, 'found by its hash');
    await writeRandomFile(path, 2_000_000);
    const { infoHash } = await everseed.publish(path);
    const hidden = join(folder, 'private');
    await writeRandomFile(hidden, 1_000);
    await everseed.publish(hidden, '--private');

    const status = async () =>
      (await everseed.json<{ discovery: DiscoveryStatus }>('status')).discovery.dht;
    await until(async () => (await status())?.announced === 1, 60_000);
    // of the two, the private one is not its business
    expect(await status()).toMatchObject({ announced: 1, of: 1 });
    expect((await status())?.nodes).toBeGreaterThanOrEqual(3);

    const into = join(folder, 'downloaded');
    await mkdir(into);
    const magnet = `magnet:?xt=urn:btih:${infoHash}`;
    const leecher = 'libtorrent-dht-leecher.py';
    await runScript(network, leecher, [magnet, into, network.address, ...nodes], 'complete');
    expect(await digestsOf(join(into, 'found by its hash'))).toEqual(await digestsOf(path));
  },
);
