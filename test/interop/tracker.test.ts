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
  createSharedNetwork,
  type NetworkNamespace,
} from '../helpers/network-namespace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { allClients } from './clients/all.ts';
import { aria2 } from './clients/aria2.ts';
import type { RealClient, RunningClient, Way } from './clients/client.ts';
import { libtorrent } from './clients/libtorrent.ts';
import { qbittorrent } from './clients/qbittorrent.ts';
import { rtorrent } from './clients/rtorrent.ts';
import { torrentStream } from './clients/torrent-stream.ts';
import { transmission } from './clients/transmission.ts';
import { webtorrent } from './clients/webtorrent.ts';
import { download } from './downloads.ts';

/**
 * Real clients that know of nobody but the tracker: what they have in the end they have of each
 * other, so they found each other. Each is in a network of its own, which reaches all others.
 */

/** Those that listen, so that others can have pieces of them. */
const swarmPeers = allClients.filter((client) => client !== torrentStream);

const timeout = 240_000;
const size = 600_000;

/** A tracker that tracks whatever is announced, in a network. */
async function startTracker(network: NetworkNamespace, lifetime: Lifetime, settings: object = {}) {
  const everseed = await Everseed.create({
    lifetime,
    prefix: network.prefix,
    settings: {
      publicHost: network.address,
      http: { port: 6969 },
      udp: { port: 6969 },
      tracker: { open: true, ...settings },
    },
  });
  await everseed.status();
  return everseed;
}

interface Swarm {
  everseed: Everseed;
  network: NetworkNamespace;
  /** Of who has the content at first. */
  announceUrl: string;
  way: Way;
  seed: RealClient;
  lifetime: Lifetime;
}

/** A swarm as its first seed has begun it. */
interface BegunSwarm {
  content: string;
  torrent: string;
  /** The seed. */
  running: RunningClient;
}

/** Makes something, and has a seed announce it. */
async function beginSwarm(swarm: Swarm): Promise<BegunSwarm> {
  const { everseed, network, announceUrl, way, lifetime } = swarm;
  const root = await temporaryFolder(lifetime);
  const content = join(root, 'seed', 'content');
  await writeRandomFile(content, size);
  const torrent = join(root, 'content.torrent');
  const create = ['torrent', 'create', content, '-o', torrent, '--tracker', announceUrl];
  expect(await everseed.run(...create)).toMatchObject({ code: 0 });
  const scratch = join(root, 'scratch');
  await mkdir(scratch);
  const folder = join(root, 'seed');
  const running = await swarm.seed.start({ torrent, way, network, lifetime, scratch, folder });
  // who announces first finds nobody, and comes back in half an hour
  await until(async () => {
    const { largest } = await everseed.json<TrackerStats>('tracker', 'stats');
    return largest[0]?.seeds === 1;
  });
  return { content, torrent, running };
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
  'clients find each other by %s, whoever has the content',
  { timeout },
  async ([way, urlOf], { onTestFinished: lifetime }) => {
    const able = swarmPeers.filter((peer) => peer.installed && peer.ways.includes(way));
    // each has an address of its own: some clients take one peer of an address only
    const shared = createSharedNetwork(lifetime);
    const everseed = await startTracker(shared.middle, lifetime);
    const {
      content,
      torrent,
      running: seed,
    } = await beginSwarm({
      ...{ everseed, network: shared.join(lifetime), announceUrl: urlOf(shared.middle), way },
      ...{ lifetime, seed: libtorrent },
    });
    // each has it of the one before, since all others are gone
    let last = seed;
    for (const client of [...able.filter((one) => one !== libtorrent), libtorrent]) {
      const network = shared.join(lifetime);
      const next = await download(client, content, { torrent, way, network, lifetime });
      // also before it has announced that it has all, as rtorrent does later: leechers are told of others
      await last.end();
      last = next.running;
    }
    const { protocols, peers } = await everseed.json<TrackerStats>('tracker', 'stats');
    const { http, udp } = protocols;
    expect((way.startsWith('udp') ? udp : http).announces).toBeGreaterThan(able.length);
    expect((way.startsWith('udp') ? http : udp).announces).toBe(0);
    expect(way.endsWith('6') ? peers.ipv4 : peers.ipv6).toBe(0);
  },
);

/** Which client comes how into a swarm that begins with a seed of UDP over IPv6. */
const mixed: [RealClient, Way][][] = [
  // these take peers of both families, of whom answers by HTTP tell
  [
    [webtorrent, 'http'],
    [qbittorrent, 'http6'],
  ],
  [
    [aria2, 'http'],
    [transmission, 'udp'],
    [rtorrent, 'udp'],
    [libtorrent, 'udp'],
  ],
];

test
  .skipIf(!canMakeNamespaces || !libtorrent.installed)
  .concurrent(
    'clients that come by HTTP and UDP, over IPv4 and IPv6, are one swarm',
    { timeout },
    async ({ onTestFinished: lifetime }) => {
      const shared = createSharedNetwork(lifetime);
      const everseed = await startTracker(shared.middle, lifetime, { bothFamilies: true });
      const urls = new Map(ways.map(([way, urlOf]) => [way, urlOf(shared.middle)]));
      const { content, torrent } = await beginSwarm({
        ...{ everseed, network: shared.join(lifetime), announceUrl: urls.get('udp6') ?? '' },
        ...{ way: 'udp6', lifetime, seed: libtorrent },
      });
      for (const group of mixed) {
        const installed = group.filter(([client]) => client.installed);
        await Promise.all(
          installed.map(async ([client, way]) => {
            const own = torrent.replace(/\.torrent$/, ` by ${way}.torrent`);
            const edit = ['torrent', 'edit', torrent, '-o', own, '--tracker', urls.get(way) ?? ''];
            expect(await everseed.run(...edit, '--force')).toMatchObject({ code: 0 });
            const network = shared.join(lifetime);
            await download(client, content, { torrent: own, way, network, lifetime });
          }),
        );
      }
      const { protocols, peers, swarms } = await everseed.json<TrackerStats>('tracker', 'stats');
      expect(swarms).toBe(1);
      for (const count of [peers.ipv4, peers.ipv6]) expect(count).toBeGreaterThanOrEqual(2);
      for (const { announces } of [protocols.http, protocols.udp]) {
        expect(announces).toBeGreaterThanOrEqual(4);
      }
    },
  );

// not side by side: what connects the two gives up when the machine is busy
test.skipIf(!canMakeNamespaces)(
  'two webtorrent peers meet by WebSocket, and download over WebRTC',
  { timeout },
  async ({ onTestFinished: lifetime }) => {
    const network = createNetworkNamespace(lifetime);
    const everseed = await startTracker(network, lifetime);
    addInterface(network);
    const announceUrl = `ws://${network.address}:6969/announce`;
    const swarm = { everseed, network, announceUrl, way: 'http', lifetime } as const;
    const { content, torrent } = await beginSwarm({ ...swarm, seed: webtorrent });
    await download(webtorrent, content, { torrent, way: 'http', network, lifetime, port: 7_001 });
    const { peers, protocols } = await everseed.json<TrackerStats>('tracker', 'stats');
    expect(peers).toEqual({ ipv4: 0, ipv6: 0, websocket: 2 });
    expect(protocols.http.announces + protocols.udp.announces).toBe(0);
  },
);
