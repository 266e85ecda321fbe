import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../errors.ts';
import { createSite } from '../site/site.ts';
import { serveThread } from '../thread/rpc.ts';
import type { ScrapeEntry } from '../tracker/announce.ts';
import { fromHex, toHex } from '../tracker/binary-string.ts';
import { createConnectionIds } from '../tracker/connection-id.ts';
import { createHttpServer } from '../tracker/http-server.ts';
import { watchLocalAddresses } from '../tracker/local-addresses.ts';
import { createTracker, type Tracker } from '../tracker/tracker.ts';
import { createUdpServer } from '../tracker/udp-server.ts';
import { createSiteSource } from './site-source.ts';
import type {
  SwarmReport,
  TrackedPublication,
  TrackerEvents,
  TrackerService,
  TrackerServiceOptions,
} from './tracker-service.ts';

/** The thread of the tracker and the site. */

const tickMs = 1_000;
const minIntervalSeconds = 60;
const localAddressesMaxAgeMs = 30_000;
const peerLimits = {
  inSwarm: 100_000,
  // A peer takes a few hundred bytes.
  inAll: 500_000,
  ofAddressInSwarm: 32,
  // A mirror of all that is published here announces from one address.
  ofAddressInAll: 10_000,
  ofNetworkInAll: 50_000,
  emptySwarms: 1_000_000,
};

interface Running {
  tracker: Tracker;
  endpoints: Awaited<ReturnType<TrackerService['start']>>;
  stop(): Promise<void>;
}

if (!parentPort) throw new Error('the tracker runs in a thread of its own');

let running: Running | null = null;
const faults = { message: '', times: 0 };

const service: TrackerService = {
  async start(options) {
    running ??= await startTracker(options);
    return running.endpoints;
  },
  track(publications) {
    for (const publication of publications) trackIn(tracker(), publication);
  },
  setSeeding: (infoHash, seeding) => tracker().setSeeding(fromHex(infoHash), seeding),
  setEverseed: (everseed) => tracker().setEverseed(everseed),
  untrack(infoHashes) {
    for (const infoHash of infoHashes) tracker().untrack(fromHex(infoHash));
  },
  lists: (infoHash) => tracker().lists(fromHex(infoHash)),
  async stop() {
    const stopping = running;
    running = null;
    await stopping?.stop();
  },
};

const emit = serveThread<TrackerEvents>(parentPort, service);

function tracker(): Tracker {
  if (!running) throw new Error('the tracker is not started');
  return running.tracker;
}

async function startTracker(options: TrackerServiceOptions): Promise<Running> {
  const monotonicMs = () => performance.now();
  const tracker = createTracker({
    intervalSeconds: options.interval,
    minIntervalSeconds,
    peerLimits,
    localAddresses: watchLocalAddresses(networkInterfaces, monotonicMs, localAddressesMaxAgeMs),
    now: monotonicMs,
    random: Math.random,
  });
  tracker.setEverseed(options.everseed);
  for (const publication of options.publications ?? []) trackIn(tracker, publication);
  const connectionIds = createConnectionIds({ secret: randomBytes(32), now: Date.now });

  await using cleanup = new AsyncDisposableStack();
  const udp = createUdpServer({ ...options.udp, tracker, connectionIds, onFault });
  cleanup.defer(() => udp.stop());
  const http = createHttpServer({ ...options.http, tracker, onFault });
  cleanup.defer(() => http.stop());
  const endpoints = { udp: await udp.start(), http: await http.start() };

  const { publicHost, catalogFile } = options;
  // With port 0 in the settings only listening tells which.
  const links = { publicHost, httpPort: endpoints.http.port, udpPort: endpoints.udp.port };
  const siteSource = createSiteSource({ catalogFile, links }, (infoHash) =>
    report(tracker.countsOf(fromHex(infoHash))),
  );
  cleanup.defer(() => siteSource.close());
  http.mount(createSite(siteSource, onFault));

  const reportChanges = () => {
    const changed = tracker.takeChanged();
    if (changed.length > 0) emit('counts', changed.map(report));
  };
  const timer = setInterval(() => {
    tracker.tick();
    reportChanges();
    if (faults.times > 0) emit('fault', { ...faults });
    faults.times = 0;
  }, tickMs);
  cleanup.defer(() => {
    clearInterval(timer);
    // what was completed since the last report must not be lost with the thread
    reportChanges();
  });

  const started = cleanup.move();
  return { tracker, endpoints, stop: () => started.disposeAsync() };
}

function trackIn(tracker: Tracker, { infoHash, completed, seeding }: TrackedPublication): void {
  tracker.track(fromHex(infoHash), { completed, seeding });
}

function report({ infoHash, seeds, leechers, completed }: ScrapeEntry): SwarmReport {
  return { infoHash: toHex(infoHash), seeds, leechers, completed };
}

function onFault(error: unknown): void {
  faults.message = messageOf(error);
  faults.times++;
}
