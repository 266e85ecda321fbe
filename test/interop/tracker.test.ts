import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { TrackerStats } from '../../source/control/tracker.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import type { Lifetime } from '../helpers/lifetime.ts';
import {
  addInterface,
  canMakeNamespaces,
  createNetworkNamespace,
  type NetworkNamespace,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { allClients } from './clients/all.ts';
import type { RealClient, Way } from './clients/client.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { torrentStream } from './clients/torrent-stream.ts';
import { webtorrent } from './clients/webtorrent.ts';
import { download } from './downloads.ts';

/**
 * Real clients that know of nobody but the tracker: what they have in the end they have of each
 * other, so they found each other.
 */

/** Those that listen, so that others can have pieces of them. */
const swarmPeers = allClients.filter((client) => client !== torrentStream);

const timeout = 120_000;
const size = 600_000;

/** A tracker that tracks whatever is announced. */
async function startTracker(lifetime: Lifetime) {
  const network = createNetworkNamespace(lifetime);
  const everseed = await Everseed.create({
    lifetime,
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

interface Swarm {
  everseed: Everseed;
  network: NetworkNamespace;
  announceUrl: string;
  way: Way;
  seed: RealClient;
  leechers: readonly RealClient[];
  lifetime: Lifetime;
}

/** Starts a seed and leechers, and waits until all have all. */
async function downloadAll(swarm: Swarm): Promise<void> {
  const { everseed, network, announceUrl, way, seed, leechers, lifetime } = swarm;
  const root = await temporaryFolder(lifetime);
  const content = join(root, 'seed', 'content');
  await writeRandomFile(content, size);
  const torrent = join(root, 'content.torrent');
  const create = ['torrent', 'create', content, '-o', torrent, '--tracker', announceUrl];
  expect(await everseed.run(...create)).toMatchObject({ code: 0 });
  const options = { torrent, way, network, lifetime };
  let port = 7_000;
  const scratch = join(root, 'scratch');
  await mkdir(scratch);
  await seed.start({ ...options, folder: join(root, 'seed'), scratch, port: port++ });
  // who announces first finds nobody, and comes back in half an hour
  await until(async () => {
    const { largest } = await everseed.json<TrackerStats>('tracker', 'stats');
    return largest[0]?.seeds === 1;
  });
  await Promise.all(
    leechers.map((client) => download(client, content, { ...options, port: port++ })),
  );
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

test.skipIf(!canMakeNamespaces || !libtorrent.installed).concurrent.for(ways)(
  'clients find each other by %s',
  { timeout },
  async ([way, urlOf], { onTestFinished: lifetime }) => {
    const able = swarmPeers.filter((peer) => peer.installed && peer.ways.includes(way));
    const { network, everseed } = await startTracker(lifetime);
    const announceUrl = urlOf(network);
    await downloadAll({
      ...{ everseed, network, announceUrl, way, lifetime },
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

// not side by side: what connects the two gives up when the machine is busy
test.skipIf(!canMakeNamespaces)(
  'two webtorrent peers meet by WebSocket, and download over WebRTC',
  { timeout },
  async ({ onTestFinished: lifetime }) => {
    const { network, everseed } = await startTracker(lifetime);
    addInterface(network);
    const announceUrl = `ws://${network.address}:6969/announce`;
    await downloadAll({
      everseed,
      network,
      announceUrl,
      way: 'http',
      seed: webtorrent,
      leechers: [webtorrent],
      lifetime,
    });
    const { peers, protocols } = await everseed.json<TrackerStats>('tracker', 'stats');
    expect(peers).toEqual({ ipv4: 0, ipv6: 0, websocket: 2 });
    expect(protocols.http.announces + protocols.udp.announces).toBe(0);
  },
);
