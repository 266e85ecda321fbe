import { networkInterfaces } from 'node:os';
import type { DiscoveryStatus, PortMappingStatus, TrackerSummary } from '../control/discovery.ts';
import type { Endpoint } from '../control/engine.ts';
import { ExternalAddresses } from '../discovery/external-addresses.ts';
import type { FoundPeers } from '../discovery/found-peers.ts';
import type { MappedPort } from '../discovery/port-mapping/port-mapping.ts';
import { messageOf } from '../errors.ts';
import type { Home } from '../home.ts';
import type { Log } from '../log/log.ts';
import type { Settings } from '../settings/schema.ts';
import { entryUrl } from '../thread/entries.ts';
import type { ThreadConnection } from '../thread/rpc.ts';
import { Dht } from './dht.ts';
import type { Discoverable, DiscoveryEvents, DiscoveryService } from './discovery-service.ts';
import { type LivePublication, missingBytes, type Publications } from './publications.ts';
import { ServiceThread } from './service-thread.ts';

/** How often the thread is told what was uploaded. */
const uploadedIntervalMs = 2_000;

interface DiscoveryWiring {
  publications: Publications;
  log: Log;
  settings: Settings;
  home: Home;
  publicHost: string;
  peerId: Uint8Array;
  /** Where the engine listens, once it does. */
  endpoints(): { http: Endpoint; udp: Endpoint; peer: Endpoint };
  /** Told what does not work, in words for the user. */
  onProblem(text: string): void;
  /** Told of peers that may want data. */
  onPeers(found: FoundPeers): void;
}

/**
 * What makes publications findable elsewhere, as the engine has it: trackers in one thread, the DHT
 * in another.
 */
export class Discovery {
  readonly #wiring: DiscoveryWiring;
  readonly #thread: ServiceThread<DiscoveryService, DiscoveryEvents>;
  readonly #dht: Dht | null;
  readonly #external = new ExternalAddresses();
  #uploaded = new Map<number, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(wiring: DiscoveryWiring) {
    this.#wiring = wiring;
    this.#thread = new ServiceThread(
      'discovery',
      entryUrl('discovery-worker'),
      wiring.log,
      (thread) => this.#setUp(thread),
    );
    this.#dht = wiring.settings.discovery.dht ? new Dht(wiring) : null;
  }

  prepare(): void {
    this.#dht?.prepare();
    this.#thread.prepare();
  }

  async start(): Promise<void> {
    // first, so that its port is known where ports are mapped
    await this.#dht?.start();
    await this.#thread.start();
    this.#timer = setInterval(() => this.#tellUploaded(), uploadedIntervalMs);
  }

  async stop(timeoutMs: number): Promise<void> {
    clearInterval(this.#timer);
    this.#tellUploaded();
    await Promise.all([this.#thread.stop(timeoutMs), this.#dht?.stop(timeoutMs)]);
  }

  /** Makes a publication findable, or not any more, as its state says. */
  apply(live: LivePublication): void {
    if (live.row.state === 'seeding') {
      this.#tell((call) => call.announce([of(live)], true));
      this.#dht?.announce(live);
    } else {
      this.withdraw(live);
    }
  }

  /** Trackers are told how much of a publication is good now, with the next announce. */
  verified(live: LivePublication): void {
    this.#tell((call) => call.setBytesLeft(live.row.id, missingBytes(live)));
  }

  withdraw(live: LivePublication): void {
    const { row } = live;
    this.#uploaded.delete(row.id);
    this.#tell((call) => call.withdraw([row.id]));
    this.#dht?.withdraw(live);
  }

  /** The UDP port of our node of the DHT; null while there is none. */
  get dhtPort(): number | null {
    return this.#dht?.port ?? null;
  }

  /** Why there is none, in words, when there should be. */
  get dhtProblem(): string | null {
    return this.#dht?.problem ?? null;
  }

  /** A peer, named by its own address, sees this machine at an address. */
  addressSeen(address: string, by: string): void {
    this.#external.note(address, 'peer', by);
  }

  /** A peer is a node of the DHT there, as it says. */
  addDhtNode(node: Endpoint): void {
    this.#dht?.addNode(node);
  }

  addUploaded({ row }: LivePublication, bytes: number): void {
    this.#uploaded.set(row.id, (this.#uploaded.get(row.id) ?? 0) + bytes);
  }

  /** How the trackers that publications name stand, of each. */
  async trackers(list: readonly LivePublication[]): Promise<TrackerSummary[][]> {
    return await this.#thread.call.trackers(list.map(({ row }) => row.id));
  }

  async status(): Promise<DiscoveryStatus> {
    return {
      externalIpv4: this.#external.best(4),
      externalIpv6: this.#external.best(6),
      dht: (await this.#dht?.status()) ?? null,
      dhtProblem: this.dhtProblem,
      portMapping: await this.portMapping(),
    };
  }

  /** What the router passes on; null when it is not to be asked. */
  async portMapping(): Promise<PortMappingStatus | null> {
    return await this.#thread.call.portMapping();
  }

  #portsToMap(): MappedPort[] {
    const { http, udp, peer } = this.#wiring.endpoints();
    const dhtPort = this.#dht?.port ?? null;
    return [
      { protocol: 'tcp', port: peer.port },
      { protocol: 'tcp', port: http.port },
      { protocol: 'udp', port: udp.port },
      ...(dhtPort === null ? [] : [{ protocol: 'udp' as const, port: dhtPort }]),
    ];
  }

  #tellUploaded(): void {
    if (this.#uploaded.size === 0) return;
    const list = Array.from(this.#uploaded, ([id, bytes]) => ({ id, bytes }));
    this.#uploaded = new Map();
    this.#tell((call) => call.addUploaded(list));
  }

  /** What cannot be told to a thread that is gone, it is told when it is started again. */
  #tell(work: (call: ThreadConnection<DiscoveryService, object>['call']) => Promise<void>): void {
    const failed = (error: unknown) =>
      this.#wiring.log.warning('discovery not told', { error: messageOf(error) });
    try {
      work(this.#thread.call).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  async #setUp(thread: ThreadConnection<DiscoveryService, DiscoveryEvents>) {
    const { publications, log, settings, publicHost, peerId, endpoints, onPeers } = this.#wiring;
    thread.on('peers', onPeers);
    thread.on('externalAddress', ({ address, source, reporter }) =>
      this.#external.note(address, source, reporter),
    );
    thread.on('error', ({ text }) => log.error('discovery failed', { error: text }));
    const { http, udp, peer } = endpoints();
    await thread.call.start({
      bind: settings.bind,
      bind6: settings.bind6,
      lsd: settings.discovery.lsd,
      mappedPorts: settings.discovery.portMapping ? this.#portsToMap() : [],
      peer,
      peerId,
      own: { hosts: namesOfHere(publicHost), httpPort: http.port, udpPort: udp.port },
    });
    const seeding = [...publications.all()].filter(({ row }) => row.state === 'seeding');
    await thread.call.announce(seeding.map(of), false);
    return () => thread.call.stop();
  }
}

function of(live: LivePublication): Discoverable {
  const { row, swarmHashes } = live;
  return {
    id: row.id,
    infoHashes: [...swarmHashes],
    tiers: row.trackers,
    bytesLeft: missingBytes(live),
    private: row.private,
  };
}

/** The names and addresses that mean this machine. */
function namesOfHere(publicHost: string): string[] {
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return [publicHost, 'localhost', ...addresses.map(({ address }) => address)];
}
