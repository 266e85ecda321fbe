import type { DiscoveryStatus, PortMappingStatus, TrackerSummary } from '../control/discovery.ts';
import type { ListenEndpoint } from '../control/engine.ts';
import type { PeerSummary } from '../control/publications.ts';
import type { FoundPeers } from '../discovery/found-peers.ts';
import { messageOf } from '../errors.ts';
import type { Home } from '../home.ts';
import type { Log } from '../log/log.ts';
import { type LinkOptions, trackerTiers } from '../publishing/links.ts';
import { createPeerId } from '../seeding/peer-id.ts';
import type { Settings } from '../settings/schema.ts';
import { entryUrl } from '../thread/entries.ts';
import type { ThreadConnection } from '../thread/rpc.ts';
import type { Everseed } from '../tracker/everseed-address.ts';
import { bindHosts } from './bind-hosts.ts';
import { Discovery } from './discovery.ts';
import type { Passkeys } from './passkeys.ts';
import {
  everseedAt,
  listOf,
  lookUpPublicHost,
  type PublicAddresses,
  unresolved,
} from './public-addresses.ts';
import { type LivePublication, missingBytes, type Publications } from './publications.ts';
import type { SharedFacts } from './reachability.ts';
import type { SeedingEvents, SeedingLimits, SeedingService } from './seeding-service.ts';
import { ServiceThread } from './service-thread.ts';
import { SwarmPeers } from './swarm-peers.ts';
import { expectApart, namingAllTaken, type WantedPort } from './taken-ports.ts';
import type {
  TrackedPublication,
  TrackerEvents,
  TrackerService,
  TrackerServiceStatus,
} from './tracker-service.ts';

/** How long a stopping service may take before its thread is ended. */
const stopTimeoutMs = 2_000;

/** How often swarms are looked at for peers to connect to, if it is their turn. */
const swarmIntervalMs = 1_000;

/** How often a public host that is a name is looked up again: the address behind it may change. */
const resolveIntervalMs = 10 * 60 * 1000;
/** And while there is none, such as before the network is there. */
const unresolvedIntervalMs = 60 * 1000;

export interface ServicesOptions {
  /** Neither seeder nor site: a tracker of what is published, and of what the settings say. */
  trackerOnly: boolean;
  home: Home;
  settings: Settings;
  publicHost: string;
  publications: Publications;
  passkeys: Passkeys;
  log: Log;
  /** Told when the seeder could not serve from a file. */
  onFault(live: LivePublication, text: string): void;
  /** Told when it can again. */
  onRestored(live: LivePublication): void;
  /** Told that super-seeding has done what it is for: others have every piece. */
  onReleased(live: LivePublication): void;
  /** Told that somebody has connected from outside, and what keeps everseed from being found. */
  onReach(change: Partial<Pick<SharedFacts, 'reachedAt' | 'dhtProblem'>>): void;
  /** Told what does not work, in words for the user. */
  onProblem(text: string): void;
  /** Told of peers that trackers and others name. */
  onPeers(found: FoundPeers): void;
  now(): number;
}

/**
 * Tracker (with the site), seeder and discovery, each in its thread: tells them what to serve, and takes
 * what they measure into the publications.
 */
export class Services {
  readonly #options: ServicesOptions;
  readonly #tracker: ServiceThread<TrackerService, TrackerEvents>;
  /** Null when there is a tracker only. */
  readonly #seeding: ServiceThread<SeedingService, SeedingEvents> | null;
  readonly #discovery: Discovery | null;
  readonly #peerId = createPeerId();
  readonly #swarmPeers: SwarmPeers;
  #limits: SeedingLimits;
  #addresses = unresolved;
  #lookedUpAt = Number.NEGATIVE_INFINITY;
  #addressTimer: NodeJS.Timeout | undefined;
  #swarmTimer: NodeJS.Timeout | undefined;
  http: ListenEndpoint;
  udp: ListenEndpoint;
  peer: ListenEndpoint;

  constructor(options: ServicesOptions) {
    const { settings, log } = options;
    this.#options = options;
    this.#limits = settings.seeding;
    this.#swarmPeers = new SwarmPeers({
      leechers: (infoHash, wanted) => this.#tracker.call.leechers(infoHash, wanted),
      onPeers: (infoHash, addresses) => this.addPeers({ infoHash, addresses, source: 'tracker' }),
      onFault: (error) => log.warning('swarm not looked at', { error: messageOf(error) }),
      now: () => performance.now(),
    });
    this.http = { host: settings.bind, port: settings.http.port };
    this.udp = { host: settings.bind, port: settings.udp.port };
    this.peer = { host: settings.bind, port: settings.peer.port };
    this.#seeding = options.trackerOnly
      ? null
      : new ServiceThread('seeding', entryUrl('seeding-worker'), log, (thread) =>
          this.#setUpSeeding(thread),
        );
    this.#tracker = new ServiceThread('tracker', entryUrl('tracker-worker'), log, (thread) =>
      this.#setUpTracker(thread),
    );
    this.#discovery = options.trackerOnly
      ? null
      : new Discovery({
          publications: options.publications,
          log,
          settings,
          home: options.home,
          publicHost: options.publicHost,
          peerId: this.#peerId,
          endpoints: () => ({ http: this.http, udp: this.udp, peer: this.peer }),
          onProblem: options.onProblem,
          onPeers: options.onPeers,
        });
  }

  /** Has the threads load their programs, while the catalog is read. */
  prepare(): void {
    for (const thread of [this.#seeding, this.#tracker, this.#discovery]) thread?.prepare();
  }

  /** Starts them, serving all publications there are; throws `port-in-use` and the like. */
  async start(): Promise<void> {
    const wanted = this.#wantedPorts();
    expectApart(Object.values(wanted));
    try {
      // the tracker hands out the seeder's port, so the seeder comes first
      await this.#seeding?.start();
      delete wanted.peer;
      await this.#tracker.start();
    } catch (error) {
      throw await namingAllTaken(error, Object.values(wanted));
    }
    await this.#discovery?.start();
    this.#options.onReach({ dhtProblem: this.#discovery?.dhtProblem ?? null });
    await this.#tellDhtPort();
    this.#swarmTimer = setInterval(() => this.#swarmPeers.tick(), swarmIntervalMs);
    this.#addressTimer = setInterval(() => this.#refreshAddress(), unresolvedIntervalMs);
  }

  /** The seeder comes before the DHT, whose port it tells peers. */
  async #tellDhtPort(): Promise<void> {
    const port = this.#discovery?.dhtPort ?? null;
    await this.#tell('port of the DHT', () => this.#seeding?.call.setDhtPort(port));
  }

  /** What a thread that is gone cannot be told, it is told when it is started again. */
  async #tell(what: string, tell: () => Promise<void> | undefined): Promise<void> {
    try {
      await tell();
    } catch (error) {
      this.#options.log.warning('not told', { what, error: messageOf(error) });
    }
  }

  /** Those without which there is no engine. */
  #wantedPorts(): { http: WantedPort; udp: WantedPort; peer?: WantedPort } {
    const { bind, bind6, http, udp, peer } = this.#options.settings;
    const hosts = bindHosts(bind, bind6);
    return {
      http: { transport: 'tcp', hosts, port: http.port, setting: 'http.port' },
      udp: { transport: 'udp', hosts, port: udp.port, setting: 'udp.port' },
      ...(this.#seeding && {
        peer: { transport: 'tcp', hosts, port: peer.port, setting: 'peer.port' },
      }),
    };
  }

  async stop(): Promise<void> {
    clearInterval(this.#addressTimer);
    clearInterval(this.#swarmTimer);
    const threads = [this.#discovery, this.#tracker, this.#seeding];
    await Promise.all(threads.map((thread) => thread?.stop(stopTimeoutMs)));
  }

  get isTrackerOnly(): boolean {
    return this.#seeding === null;
  }

  get links(): LinkOptions {
    return {
      publicHost: this.#options.publicHost,
      httpPort: this.http.port,
      udpPort: this.udp.port,
    };
  }

  /** Has a publication tracked and, unless it is paused, seeded; resolves when it is. */
  async serve(live: LivePublication): Promise<void> {
    if (live.row.state === 'seeding') await this.#seeding?.call.seed([seedOf(live)]);
    await this.#tracker.call.track(trackOf(live));
    this.#discovery?.apply(live);
  }

  /** The opposite of `serve`: its peers are dropped, the tracker refuses it. */
  async withdraw(live: LivePublication): Promise<void> {
    this.#discovery?.withdraw(live);
    await this.#tell('removal', () => this.#tracker.call.untrack([...live.swarmHashes]));
    await this.#tell('removal', () => this.#seeding?.call.unseed([live.row.id]));
  }

  /** Begins or ends seeding as the publication's state says; it stays tracked either way. */
  async applyState(live: LivePublication): Promise<void> {
    const seeding = live.row.state === 'seeding';
    if (seeding) await this.#tell('state', () => this.#seeding?.call.seed([seedOf(live)]));
    for (const hash of live.swarmHashes) {
      await this.#tell('state', () => this.#tracker.call.setSeeding(hash, seeding));
    }
    if (!seeding) await this.#tell('state', () => this.#seeding?.call.unseed([live.row.id]));
    this.#discovery?.apply(live);
  }

  /** Tells seeder and trackers which, or how many, pieces of a publication are good now. */
  verified(live: LivePublication): void {
    // removed meanwhile: it would be tracked again
    if (this.#options.publications.byId(live.row.id) !== live) return;
    this.recheck(live);
    this.#discovery?.verified(live);
    void this.#tell('good pieces', () => this.#tracker.call.track(trackOf(live)));
  }

  /** Tells the seeder that the data of a publication is worth another try. */
  recheck(live: LivePublication): void {
    void this.#tell('recheck', () => this.#seeding?.call.recheck(live.row.id));
  }

  /** Holds what is sent to what the settings say now. */
  setLimits(limits: SeedingLimits): void {
    this.#limits = limits;
    void this.#tell('limits', () => this.#seeding?.call.setLimits(limits));
  }

  /** Holds what is sent of a publication to its limit. */
  async limit({ row }: LivePublication): Promise<void> {
    await this.#tell('limit', () => this.#seeding?.call.limit(row.id, row.uploadLimit));
  }

  /** Lets so many peers of a publication connect; null for as many as the settings say. */
  async limitConnections({ row }: LivePublication, most: number | null): Promise<void> {
    await this.#tell('limit', () => this.#seeding?.call.limitConnections(row.id, most));
  }

  /** Has peers of a publication given different pieces, or all that they ask for again. */
  async setSuperSeeding({ row }: LivePublication, superSeeding: boolean): Promise<void> {
    await this.#tell('super-seeding', () =>
      this.#seeding?.call.setSuperSeeding(row.id, superSeeding),
    );
  }

  /** Tells the seeder of peers that were named for the swarm of an info hash. */
  addPeers({ infoHash, addresses, source }: FoundPeers): void {
    void this.#tell('peers', () => this.#seeding?.call.addPeers(infoHash, source, addresses));
  }

  async peers(live: LivePublication): Promise<PeerSummary[]> {
    return (await this.#seeding?.call.peers(live.row.id)) ?? [];
  }

  async discoveryStatus(): Promise<DiscoveryStatus> {
    const nothing = { externalIpv4: null, externalIpv6: null, dht: null, portMapping: null };
    return (await this.#discovery?.status()) ?? nothing;
  }

  /** What the router passes on; null when it is not to be asked. */
  async portMapping(): Promise<PortMappingStatus | null> {
    return (await this.#discovery?.portMapping()) ?? null;
  }

  /**
   * How the trackers that are not this engine's own stand, of those publications that have any and
   * are announced.
   */
  async outsideTrackers(
    list: readonly LivePublication[],
  ): Promise<Map<LivePublication, TrackerSummary[]>> {
    const asked = list.filter(({ row }) => row.state === 'seeding' && row.trackers.length > 0);
    if (asked.length === 0 || !this.#discovery) return new Map();
    const answers = await this.#discovery.trackers(asked);
    return new Map(asked.map((live, index) => [live, answers[index] ?? []]));
  }

  /** How all trackers of a publication stand, this engine's own first. */
  async trackers(live: LivePublication): Promise<TrackerSummary[]> {
    const [ownTier = []] = trackerTiers(live.row, this.links);
    const { state, trackers: named } = live.row;
    const unknown = { lastAnnounce: null, nextAnnounce: null, message: null };
    const own = ownTier.map((url) => ({
      ...unknown,
      url,
      tier: 0,
      state: 'own' as const,
      // as other trackers count: the everseed is one of the seeds
      seeds: live.seeds + (state === 'seeding' ? 1 : 0),
      leechers: live.leechers,
    }));
    const others: TrackerSummary[] =
      state === 'seeding' && this.#discovery
        ? (await this.#discovery.trackers([live])).flat()
        : named.flatMap((urls, tier) =>
            urls.map((url) => ({
              ...unknown,
              url,
              tier,
              state: 'paused' as const,
              seeds: null,
              leechers: null,
            })),
          );
    return [...own, ...others.map((one) => ({ ...one, tier: one.tier + 1 }))];
  }

  /** Those of which a leecher who announced now would not be given the everseed, in one of their swarms. */
  async unlisted(list: readonly LivePublication[]): Promise<LivePublication[]> {
    const asked = list.flatMap(({ swarmHashes }) => swarmHashes);
    const unlisted = new Set(await this.#tracker.call.unlisted(asked));
    return list.filter(({ swarmHashes }) => swarmHashes.some((hash) => unlisted.has(hash)));
  }

  async trackerStatus(): Promise<TrackerServiceStatus> {
    return await this.#tracker.call.status();
  }

  /** Has the tracker report what it has counted up to now, so that it can be saved. */
  async takeCounts(): Promise<void> {
    await this.#tracker.call.reportCounts();
  }

  /** Has the tracker take the passkeys there are, and no others. */
  async passkeysChanged(): Promise<void> {
    const { passkeys } = this.#options;
    const keys = passkeys.list.map(({ passkey }) => passkey);
    await this.#tell('passkeys', () => this.#tracker.call.setPasskeys(keys));
  }

  async #setUpSeeding(thread: ThreadConnection<SeedingService, SeedingEvents>) {
    const { settings, home, publications, onFault, onRestored, onReach, now, log } = this.#options;
    const { onReleased } = this.#options;
    thread.on('traffic', ({ publications: measured }) => {
      for (const { id, sent, uploadRate, peers } of measured) {
        const live = publications.counted(id);
        if (!live) continue;
        if (sent.payload > 0 || sent.protocol > 0) publications.addSent(live, sent, now());
        if (sent.payload > 0) this.#discovery?.addUploaded(live, sent.payload);
        publications.update(live, { uploadRate, peers });
      }
    });
    thread.on('fault', ({ id, text }) => {
      const live = publications.byId(id);
      if (live) onFault(live, text);
    });
    thread.on('restored', ({ id }) => {
      const live = publications.byId(id);
      if (live) onRestored(live);
    });
    thread.on('released', ({ id }) => {
      const live = publications.byId(id);
      if (live) onReleased(live);
    });
    thread.on('addressSeen', ({ address, by }) => this.#discovery?.addressSeen(address, by));
    thread.on('dhtNode', (node) => this.#discovery?.addDhtNode(node));
    thread.on('reached', () => onReach({ reachedAt: now() }));
    thread.on('error', ({ text }) => log.error('seeding failed', { error: text }));
    // what a crashed thread measured last is no longer so
    for (const live of publications.all()) {
      if (live.peers > 0 || live.servingFault) {
        publications.update(live, { peers: 0, uploadRate: 0, servingFault: null });
      }
    }
    const [, host6 = null] = bindHosts(settings.bind, settings.bind6);
    const listening = await thread.call.start({
      ...this.peer,
      host6,
      ...settings.seeding,
      limits: this.#limits,
      // that port may be wanted for the tracker
      refuseUtp: settings.udp.port === 0 || settings.udp.port !== this.peer.port,
      peerId: this.#peerId,
      catalogFile: home.catalogFile,
    });
    this.peer = { ...listening, ...(host6 !== null && { host6 }) };
    await thread.call.setDhtPort(this.#discovery?.dhtPort ?? null);
    const seeding = [...publications.all()].filter((live) => live.row.state === 'seeding');
    await thread.call.seed(seeding.map(seedOf));
    return () => thread.call.stop();
  }

  async #setUpTracker(thread: ThreadConnection<TrackerService, TrackerEvents>) {
    const { settings, home, publications, passkeys, publicHost, log } = this.#options;
    thread.on('counts', (counts) => {
      for (const { infoHash, ...swarm } of counts) {
        const live = publications.countedByInfoHash(infoHash);
        if (live) publications.setSwarm(live, infoHash, swarm);
        const isSeeded = publications.byInfoHash(infoHash)?.row.state === 'seeding';
        if (this.#seeding && isSeeded) this.#swarmPeers.changed(infoHash, swarm.leechers);
      }
    });
    thread.on('fault', ({ message, times }) => {
      log.warning('tracker or site failed', { error: message, times });
    });
    thread.on('passkeys', (report) => passkeys.account(report));
    thread.on('problem', ({ text }) => log.warning('tracker', { problem: text }));
    for (const live of publications.all()) {
      publications.forgetSwarms(live);
    }
    this.#swarmPeers.clear();
    const addresses = await this.#publicAddresses();
    const { http, udp } = await thread.call.start({
      http: this.http,
      udp: this.udp,
      everseed: this.#everseed(addresses),
      publicAddresses: listOf(addresses),
      bind6: settings.bind6,
      settings: settings.tracker,
      stateFolder: home.stateDirectory,
      site: this.isTrackerOnly ? null : { publicHost, catalogFile: home.catalogFile },
      publications: [...publications.all()].flatMap(trackOf),
      passkeys: passkeys.list.map(({ passkey }) => passkey),
      sessions: passkeys.sessions(),
    });
    this.http = http;
    this.udp = udp;
    return () => thread.call.stop();
  }

  async #refreshAddress(): Promise<void> {
    const isKnown = listOf(this.#addresses).length > 0;
    if (isKnown && performance.now() - this.#lookedUpAt < resolveIntervalMs) return;
    const addresses = await this.#publicAddresses();
    await this.#tell('address', () => this.#tracker.call.setEverseed(this.#everseed(addresses)));
    await this.#tell('address', () => this.#tracker.call.setPublicAddresses(listOf(addresses)));
  }

  async #publicAddresses(): Promise<PublicAddresses> {
    const { settings, publicHost, log } = this.#options;
    this.#lookedUpAt = performance.now();
    this.#addresses = await lookUpPublicHost(publicHost, settings, log, this.#addresses);
    return this.#addresses;
  }

  /** What the tracker hands out for the everseed; null where there is none. */
  #everseed(addresses: PublicAddresses): Everseed | null {
    if (this.isTrackerOnly) return null;
    return everseedAt(addresses, this.#options.settings, this.peer.port, this.#peerId);
  }
}

function seedOf({ row, swarmHashes }: LivePublication) {
  return { id: row.id, infoHashes: swarmHashes, uploadLimit: row.uploadLimit };
}

/** Every swarm of a publication: a hybrid has one of v1 and one of v2. */
function trackOf(live: LivePublication): TrackedPublication[] {
  const { swarmHashes, completed, row } = live;
  const partial = missingBytes(live) > 0;
  const seeding = row.state === 'seeding';
  return swarmHashes.map((infoHash) => ({
    infoHash,
    completed,
    seeding,
    partial,
    private: row.private,
  }));
}
