import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { DiscoveryStatus } from '../../source/control/discovery.ts';
import { digestsOf, writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import {
  canMakeNamespaces,
  createNetworkNamespace,
  createNetworkPair,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { hasLibtorrent, runPython } from './python-script.ts';
import { canRoute, createRoutedNetwork, outsideAddress } from './router.ts';

const runs = hasLibtorrent && canMakeNamespaces;
const why = runs ? '' : ' (skipped: needs libtorrent and network namespaces)';
const leecher = 'libtorrent-magnet-leecher.py';

test.skipIf(!runs)(
  `with nothing but the info hash a libtorrent leecher finds the everseed in the DHT${why}`,
  { timeout: 150_000 },
  async () => {
    const network = createNetworkNamespace();
    const nodes = [6001, 6002, 6003].map((port) => `${network.address}:${port}`);
    for (const [index, port] of ['6001', '6002', '6003'].entries()) {
      const others = nodes.filter((_, other) => other !== index);
      await runPython(network, 'dht-node.py', [network.address, port, ...others], 'listening');
    }
    const everseed = await Everseed.create({
      prefix: network.prefix,
      settings: {
        publicHost: network.address,
        discovery: { dht: true, dhtPort: 0, dhtBootstrap: nodes, lsd: false },
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
    const words = [magnet, into, network.address, 'dht', ...nodes];
    await runPython(network, leecher, words, 'complete');
    expect(await digestsOf(join(into, 'found by its hash'))).toEqual(await digestsOf(path));
  },
);

test.skipIf(!runs)(
  `in the same local network a libtorrent leecher finds the everseed by LSD${why}`,
  { timeout: 150_000 },
  async () => {
    const [here, there] = createNetworkPair();
    const everseed = await Everseed.create({
      prefix: here.prefix,
      settings: { discovery: { dht: false, lsd: true } },
    });
    const folder = await temporaryFolder();
    const path = join(folder, 'found nearby');
    await writeRandomFile(path, 2_000_000);
    const { infoHash } = await everseed.publish(path);
    const into = join(folder, 'downloaded');
    await mkdir(into);
    // it comes after the first announce, and its own is what brings the next
    const words = [`magnet:?xt=urn:btih:${infoHash}`, into, there.address, 'lsd'];
    await runPython(there, leecher, words, 'complete');
    expect(await digestsOf(join(into, 'found nearby'))).toEqual(await digestsOf(path));
  },
);

test.skipIf(!canMakeNamespaces)(
  `the local network is told by IPv6, too${canMakeNamespaces ? '' : ' (skipped: network namespaces are not permitted here)'}`,
  { timeout: 150_000 },
  async () => {
    const [here, there] = createNetworkPair();
    const everseed = await Everseed.create({
      prefix: here.prefix,
      settings: { discovery: { dht: false, lsd: true } },
    });
    const path = join(await temporaryFolder(), 'content');
    await writeRandomFile(path, 1_000);
    const { infoHash } = await everseed.publish(path);
    const heard = runPython(there, 'lsd-listener.py', ['cable', infoHash], 'heard from');
    // whatever was sent before somebody listened is sent again for whoever comes
    await everseed.run('pause', infoHash);
    await everseed.run('resume', infoHash);
    await heard;
  },
);

const canMap = canMakeNamespaces && canRoute;

test.skipIf(!canMap).for(['NAT-PMP', 'UPnP'] as const)(
  `a router that speaks %s passes the ports on, until the engine stops${canMap ? '' : ' (skipped: needs miniupnpd, nft and network namespaces)'}`,
  { timeout: 150_000 },
  async (speaks) => {
    const { inside, mapped } = await createRoutedNetwork(speaks);
    const everseed = await Everseed.create({
      prefix: inside.prefix,
      settings: { discovery: { dht: false, lsd: false, portMapping: true } },
    });
    const { http, udp, peer } = await everseed.status();
    const expected = [`tcp ${http.port}`, `tcp ${peer.port}`, `udp ${udp.port}`].toSorted();
    await until(() => mapped().join() === expected.join(), 20_000);
    const discovery = async () =>
      (await everseed.json<{ discovery: DiscoveryStatus }>('status')).discovery;
    await until(async () => (await discovery()).externalIpv4 === outsideAddress);
    const { portMapping } = await discovery();
    expect(portMapping).toMatchObject({ router: speaks, problem: null });
    expect(portMapping?.mapped).toHaveLength(3);
    const { stdout } = await everseed.run('status');
    expect(stdout).toContain(`TCP ${peer.port}`);
    await everseed.run('stop');
    await until(() => mapped().length === 0);
  },
);
