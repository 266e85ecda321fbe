import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TrackerStats } from '../../source/control/tracker.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import {
  addInterface,
  canMakeNamespaces,
  createNetworkNamespace,
  type NetworkNamespace,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { libtorrent, type SwarmPeer, swarmPeers, type Way, webtorrent } from './swarm-peers.ts';

/**
 * Real clients that know of nobody but the tracker: what they have in the end they have of each
 * other, so they found each other.
 */

const limitMs = 60_000;
const size = 600_000;

/** A tracker that tracks whatever is announced. */
async function startTracker() {
  const network = createNetworkNamespace();
  const everseed = await Everseed.create({
    prefix: network.prefix,
    settings: {
      publicHost: network.address,
      http: { port: 6969 },
      udp: { port: 6969 },
      tracker: { open: true },
    },
  });
  await everseed.status();
  return { network, everseed };
}

async function digestOf(file: string): Promise<string | null> {
  if (!existsSync(file)) return null;
  return createHash('sha1')
    .update(await readFile(file))
    .digest('hex');
}

interface Swarm {
  everseed: Everseed;
  network: NetworkNamespace;
  announceUrl: string;
  way: Way;
  seed: SwarmPeer;
  leechers: readonly SwarmPeer[];
}

/** Starts a seed and leechers, and waits until all have all. */
async function downloadAll({
  everseed,
  network,
  announceUrl,
  way,
  seed,
  leechers,
}: Swarm): Promise<void> {
  const root = await temporaryFolder();
  const content = join(root, 'seed', 'content');
  await writeRandomFile(content, size);
  const torrent = join(root, 'content.torrent');
  const made = await everseed.run(
    'torrent',
    'create',
    content,
    '-o',
    torrent,
    '--tracker',
    announceUrl,
  );
  expect(made).toMatchObject({ code: 0 });
  let port = 7_000;
  const start = async (peer: SwarmPeer, folder: string) => {
    const scratch = join(root, `${peer.name} ${port}`);
    await mkdir(scratch);
    const child = await peer.start({ torrent, folder, port: port++, way, network, scratch });
    return { name: peer.name, child, file: join(folder, 'content') };
  };
  await start(seed, join(root, 'seed'));
  // who announces first finds nobody, and comes back in half an hour
  await until(async () => {
    const { largest } = await everseed.json<TrackerStats>('tracker', 'stats');
    return largest[0]?.seeds === 1;
  });
  const wanted = await digestOf(content);
  const waiting = new Map<string, { name: string; file: string }>();
  for (const peer of leechers) {
    const folder = join(root, `downloaded by ${peer.name}`);
    await mkdir(folder);
    waiting.set(peer.name, await start(peer, folder));
  }
  const missing = async () => {
    for (const [name, { file }] of waiting) {
      if ((await digestOf(file)) === wanted) waiting.delete(name);
    }
    return [...waiting.keys()];
  };
  await until(async () => (await missing()).length === 0, limitMs).catch(() => undefined);
  expect(await missing()).toEqual([]);
}

const ways: [Way, (network: NetworkNamespace) => string][] = [
  ['http', ({ address }) => `http://${address}:6969/announce`],
  ['udp', ({ address }) => `udp://${address}:6969/announce`],
  ['http6', ({ address6 }) => `http://[${address6}]:6969/announce`],
  ['udp6', ({ address6 }) => `udp://[${address6}]:6969/announce`],
];

// so that it shows when one is missing
test.for(swarmPeers)('$name takes part', ({ installed }, { skip }) => {
  if (!installed) skip('it is not installed');
  expect(installed).toBe(true);
});

test.skipIf(!canMakeNamespaces || !libtorrent.installed).for(ways)(
  'clients find each other by %s',
  { timeout: 3 * limitMs },
  async ([way, urlOf]) => {
    const able = swarmPeers.filter((peer) => peer.installed && peer.ways.includes(way));
    const { network, everseed } = await startTracker();
    const announceUrl = urlOf(network);
    await downloadAll({
      ...{ everseed, network, announceUrl, way },
      ...{ seed: libtorrent, leechers: able },
    });
    // the seed, and everybody who downloaded
    await until(async () => {
      const { peers, largest } = await everseed.json<TrackerStats>('tracker', 'stats');
      const { seeds = 0, leechers = 0 } = largest[0] ?? {};
      const ofFamily = way.endsWith('6') ? peers.ipv6 : peers.ipv4;
      return seeds + leechers === able.length + 1 && ofFamily === able.length + 1;
    });
  },
);

test.skipIf(!canMakeNamespaces)(
  'two webtorrent peers meet by WebSocket, and download over WebRTC',
  { timeout: 2 * limitMs },
  async () => {
    const { network, everseed } = await startTracker();
    addInterface(network);
    const announceUrl = `ws://${network.address}:6969/announce`;
    await downloadAll({
      everseed,
      network,
      announceUrl,
      way: 'http',
      seed: webtorrent,
      leechers: [webtorrent],
    });
    const { peers, protocols } = await everseed.json<TrackerStats>('tracker', 'stats');
    expect(peers).toEqual({ ipv4: 0, ipv6: 0, websocket: 2 });
    expect(protocols.http.announces + protocols.udp.announces).toBe(0);
  },
);
