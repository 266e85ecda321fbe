import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import type { ListenEndpoint } from '../control/engine.ts';
import { EverseedError, messageOf } from '../errors.ts';
import type { TrackerSettings } from '../settings/schema.ts';
import { createSite } from '../site/site.ts';
import { serveThread } from '../thread/rpc.ts';
import { type AddressBlocks, parseAddressBlocks } from '../tracker/address-blocks.ts';
import type { ScrapeEntry } from '../tracker/announce.ts';
import { fromHex, toHex } from '../tracker/binary-string.ts';
import { createConnectionIds } from '../tracker/connection-id.ts';
import { createHttpAnswers } from '../tracker/http-answers.ts';
import { createHttpServer } from '../tracker/http-server.ts';
import { type IpAddress, parseIpAddress } from '../tracker/ip-address.ts';
import { LargestSwarms } from '../tracker/largest-swarms.ts';
import { watchLocalAddresses } from '../tracker/local-addresses.ts';
import { createMemoryStore } from '../tracker/memory/memory-store.ts';
import { atOnePort } from '../tracker/one-port.ts';
import { RateBudgets } from '../tracker/rate-budgets.ts';
import { createStatusPages, type TrackerStatus } from '../tracker/status-pages.ts';
import { createTracker, type Tracker } from '../tracker/tracker.ts';
import { createUdpServer } from '../tracker/udp-server.ts';
import { WebSocketDoor } from '../tracker/websocket-server.ts';
import { version } from '../version.ts';
import { keepArchive } from './archive-keeper.ts';
import { bindHosts } from './bind-hosts.ts';
import { InfoHashFile } from './info-hash-file.ts';
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
/** So often are many peers swept, a few at once; few peers, when it ticks. */
const sweepMs = 100;
const manyPeers = 10_000;
/** How often lists are looked at for changes. */
const listCheckMs = 2_000;
const expireSessionsMs = 3_600_000;
const minIntervalSeconds = 60;
const localAddressesMaxAgeMs = 30_000;
/** How many addresses' worth of peers a network may have. */
const addressesOfNetwork = 5;
const browserLimits = { inSwarm: 10_000, inAll: 100_000, ofConnection: 1_000 };
const burstSeconds = 10;
const largestShown = 20;
/** Of how many swarms that changed is told in one turn: some milliseconds' work. */
const reportedAtOnce = 2_000;

interface Running {
  tracker: Tracker;
  largest: LargestSwarms;
  setPublicAddresses(addresses: readonly string[]): void;
  status(): TrackerStatus;
  reportCounts(): Promise<void>;
  endpoints: Awaited<ReturnType<TrackerService['start']>>;
  stop(): Promise<void>;
}

if (!parentPort) throw new Error('the tracker runs in a thread of its own');

let running: Promise<Running> | null = null;
const faults = { message: '', times: 0 };

const service: TrackerService = {
  async start(options) {
    running ??= startTracker(options);
    const starting = running;
    try {
      return (await starting).endpoints;
    } catch (error) {
      if (running === starting) running = null;
      throw error;
    }
  },
  async track(publications) {
    const { tracker } = await current();
    for (const publication of publications) trackIn(tracker, publication);
  },
  async setSeeding(infoHash, seeding) {
    (await current()).tracker.setSeeding(fromHex(infoHash), seeding);
  },
  async setEverseed(everseed) {
    (await current()).tracker.setEverseed(everseed);
  },
  async setPublicAddresses(addresses) {
    (await current()).setPublicAddresses(addresses);
  },
  async setPasskeys(passkeys) {
    (await current()).tracker.setPasskeys(passkeys);
  },
  async untrack(infoHashes) {
    const { tracker, largest, reportCounts } = await current();
    // what was counted since the last report would be lost
    await reportCounts();
    for (const infoHash of infoHashes.map(fromHex)) {
      tracker.untrack(infoHash);
      largest.forget(infoHash);
    }
  },
  async unlisted(infoHashes) {
    const { tracker } = await current();
    return infoHashes.filter((hash) => !tracker.lists(fromHex(hash)));
  },
  async leechers(infoHash, want) {
    return (await current()).tracker.leechersOf(fromHex(infoHash), want);
  },
  async status() {
    const { status, largest } = await current();
    return { ...status(), largest: largest.list.map(report) };
  },
  async reportCounts() {
    await (await current()).reportCounts();
  },
  async stop() {
    const stopping = running;
    running = null;
    await (await stopping)?.stop();
  },
};

const emit = serveThread<TrackerEvents>(parentPort, service);

/** Once it has started: what is called meanwhile is done then. */
async function current(): Promise<Running> {
  if (!running) throw new Error('the tracker is not started');
  return await running;
}

async function startTracker(options: TrackerServiceOptions): Promise<Running> {
  const { settings } = options;
  const monotonicMs = () => performance.now();
  const localAddresses = watchLocalAddresses(
    networkInterfaces,
    monotonicMs,
    localAddressesMaxAgeMs,
  );
  let publicAddresses: ReadonlySet<IpAddress | null> = new Set();
  const setPublicAddresses = (addresses: readonly string[]) => {
    publicAddresses = new Set(addresses.map(parseIpAddress));
  };
  setPublicAddresses(options.publicAddresses ?? []);
  const isLocalAddress = (address: IpAddress) =>
    localAddresses().some((local) => local.address === address);
  const isOwnAddress = (address: IpAddress) =>
    publicAddresses.has(address) || isLocalAddress(address);
  const tracker = createTracker({
    createStore: createMemoryStore,
    intervalSeconds: settings.interval,
    minIntervalSeconds,
    announcesPerSecond: settings.announcesPerSecond,
    bothFamilies: settings.bothFamilies,
    peerLimits: {
      inSwarm: settings.maxPeersPerSwarm,
      inAll: settings.maxPeers,
      ofAddressInSwarm: settings.maxPeersPerAddressInSwarm,
      ofAddressInAll: settings.maxPeersPerAddress,
      ofNetworkInAll: addressesOfNetwork * settings.maxPeersPerAddress,
      emptySwarms: settings.maxPeers,
    },
    browserLimits: {
      ...browserLimits,
      ofPartyInSwarm: settings.maxPeersPerAddressInSwarm,
      ofPartyInAll: settings.maxPeersPerAddress,
    },
    localAddresses,
    now: monotonicMs,
    wallClock: Date.now,
    random: Math.random,
  });
  tracker.setEverseed(options.everseed);
  tracker.setPasskeys(options.passkeys ?? []);
  tracker.restoreSessions(options.sessions ?? []);
  for (const publication of options.publications ?? []) trackIn(tracker, publication);

  await using cleanup = new AsyncDisposableStack();
  const { stateFolder } = options;
  const archive =
    stateFolder === undefined
      ? null
      : await keepArchive(tracker, { stateFolder, settings, onFault, onProblem });
  cleanup.defer(() => archive?.end());
  const endLists = await applyLists(tracker, settings);
  cleanup.defer(endLists);

  const newBudgets = () =>
    new RateBudgets({
      perSecond: settings.requestsPerSecond,
      burst: settings.requestsPerSecond * burstSeconds,
      now: monotonicMs,
    });
  // Apart from HTTP's: who floods UDP in the name of others is not to shut them out there too.
  const udpBudgets = newBudgets();
  const secret = archive?.secret ?? randomBytes(16);
  const connectionIds = createConnectionIds({ secret, now: Date.now });
  const webSockets = new WebSocketDoor({
    tracker,
    origins: settings.origins,
    deniedOrigins: settings.deniedOrigins,
    limits: { total: settings.maxBrowsers, perAddress: settings.maxBrowsersPerAddress },
    onFault,
    now: monotonicMs,
    pingIntervalMs: settings.pingSeconds * 1000,
  });
  const isTrustedClient = blocksIn('tracker.trustedClients', settings.trustedClients);
  const startedAt = monotonicMs();
  const status = (): TrackerStatus => ({
    ...tracker.report(),
    version,
    uptimeSeconds: (monotonicMs() - startedAt) / 1000,
    ...memoryNow(),
    webSockets: webSockets.size,
  });
  const httpHosts = bindHosts(options.http.host, options.bind6);
  const http = createHttpServer({
    hosts: httpHosts,
    port: options.http.port,
    tracker,
    answers: createHttpAnswers({ tracker, isTrustedClient, isOwnAddress }),
    budgets: newBudgets(),
    isTrustedProxy: blocksIn('tracker.trustedProxies', settings.trustedProxies),
    proxyHeader: settings.proxyHeader,
    connectionLimits: {
      total: settings.maxConnections,
      perAddress: settings.maxConnectionsPerAddress,
    },
    maxTargetLength: settings.maxUrlLength,
    webSockets,
    statusPage: createStatusPages(status),
    statusFor: settings.stats,
    isStatusReader: blocksIn('tracker.statsFor', settings.statsFor),
    isLocalAddress,
    onFault,
  });
  cleanup.defer(() => http.stop());

  const udpHosts = bindHosts(options.udp.host, options.bind6);
  const udpPort = await atOnePort(udpHosts, options.udp.port, async (host, port) => {
    const udp = createUdpServer({
      ...{ host, port, tracker, connectionIds, onFault },
      budgets: udpBudgets,
    });
    cleanup.defer(() => udp.stop());
    return { port: (await udp.start()).port, stop: () => udp.stop() };
  });
  const endpoints = {
    udp: listensAt(udpHosts, udpPort),
    http: listensAt(httpHosts, (await http.start()).port),
  };

  if (options.site) {
    const { publicHost, catalogFile } = options.site;
    // With port 0 in the settings only listening tells which.
    const links = { publicHost, httpPort: endpoints.http.port, udpPort: endpoints.udp.port };
    const siteSource = createSiteSource({ catalogFile, links }, (infoHash) =>
      report(tracker.countsOf(fromHex(infoHash))),
    );
    cleanup.defer(() => siteSource.close());
    http.mount(createSite(siteSource, onFault));
  }

  const largest = new LargestSwarms(largestShown);
  /** Tells of some swarms that changed; whether there may be more. */
  const reportSome = (): boolean => {
    const changed = tracker.takeChanged(reportedAtOnce);
    largest.update(changed);
    const published = changed.filter(({ infoHash }) => tracker.isPublished(infoHash));
    if (published.length > 0) emit('counts', published.map(report));
    return changed.length === reportedAtOnce;
  };
  const reportCounts = async () => {
    while (reportSome()) await nextTurn();
    const passkeyReport = tracker.takePasskeyReport();
    if (passkeyReport) emit('passkeys', passkeyReport);
  };
  let sweeping: NodeJS.Timeout | undefined;
  const sweep = () => {
    const { peers, peers6 } = tracker.report().held;
    if (peers + peers6 > manyPeers) {
      sweeping ??= setInterval(() => tracker.sweep(), sweepMs);
      return;
    }
    clearInterval(sweeping);
    sweeping = undefined;
    tracker.sweep();
  };
  const ticking = setInterval(() => {
    tracker.tick();
    sweep();
    void reportCounts();
    if (faults.times > 0) emit('fault', { ...faults });
    faults.times = 0;
  }, tickMs);
  const expiring = setInterval(() => tracker.expireSessions(), expireSessionsMs);
  cleanup.defer(() => {
    for (const timer of [sweeping, ticking, expiring]) clearInterval(timer);
    // what was completed since the last report must not be lost with the thread
    return reportCounts();
  });

  const started = cleanup.move();
  return {
    ...{ tracker, largest, setPublicAddresses, status, reportCounts, endpoints },
    stop: () => started.disposeAsync(),
  };
}

/** Has the tracker follow the settings on what is tracked. Returns how to end that. */
async function applyLists(tracker: Tracker, settings: TrackerSettings): Promise<() => void> {
  const listIn = (setting: string, file: string) =>
    file === '' ? null : new InfoHashFile({ file, setting, onProblem });
  const allowed = listIn('tracker.allowList', settings.allowList);
  const denied = listIn('tracker.denyList', settings.denyList);
  const lists = [allowed, denied].filter((list) => list !== null);
  const apply = () =>
    tracker.setRules({
      open: settings.open,
      allowed: allowed?.infoHashes ?? new Set(),
      denied: denied?.infoHashes ?? new Set(),
      passkeysForPrivate: settings.passkeys,
    });
  for (const list of lists) await list.load();
  apply();
  const checking = setInterval(async () => {
    const changed = await Promise.all(lists.map((list) => list.reload()));
    if (changed.includes(true)) apply();
  }, listCheckMs);
  return () => clearInterval(checking);
}

function blocksIn(setting: string, texts: readonly string[]): AddressBlocks {
  try {
    return parseAddressBlocks(texts);
  } catch (error) {
    throw new EverseedError('settings-invalid', `${setting}: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function listensAt([host, host6]: ReturnType<typeof bindHosts>, port: number): ListenEndpoint {
  return { host, port, ...(host6 !== undefined && { host6 }) };
}

function trackIn(tracker: Tracker, publication: TrackedPublication): void {
  tracker.track(fromHex(publication.infoHash), publication);
}

function memoryNow(): Pick<TrackerStatus, 'residentBytes' | 'memory'> {
  const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
  return { residentBytes: rss, memory: { heapTotal, heapUsed, external, arrayBuffers } };
}

function report({ infoHash, seeds, leechers, completed }: ScrapeEntry): SwarmReport {
  return { infoHash: toHex(infoHash), seeds, leechers, completed };
}

function onProblem(text: string): void {
  emit('problem', { text });
}

function onFault(error: unknown): void {
  faults.message = messageOf(error);
  faults.times++;
}
