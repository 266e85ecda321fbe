import { performance } from 'node:perf_hooks';
import { BlockReader } from './block-reader.ts';
import { decideSlots, rotationsPerSecond } from './choker.ts';
import { ChunkPool } from './chunk-pool.ts';
import type { ContentSource } from './content.ts';
import type { Candidate } from './dialer/candidates.ts';
import type { Dialed } from './dialer/dial.ts';
import { Dialer } from './dialer/dialer.ts';
import { FaultKeeper, type FaultReport } from './fault-keeper.ts';
import { FilePool } from './file-pool.ts';
import { parseScheduledRate, rateAt, type ScheduledRate } from './limits/schedule.ts';
import { UploadLimiter } from './limits/upload-limiter.ts';
import { Connections } from './listener/connections.ts';
import { isPrivate } from './listener/networks.ts';
import type { PeerAddress } from './listener/peer-address.ts';
import { type IncomingPeer, PeerListener } from './listener/peer-listener.ts';
import { UtpRefusal } from './listener/utp-refusal.ts';
import {
  type ConnectedPeer,
  LivePublication,
  type PublicationPeer,
  type Traffic,
} from './live-publication.ts';
import { PeerConnection, type PeerEnvironment } from './peer-connection.ts';
import { SeededHashes } from './seeded-hashes.ts';
import { WireError } from './wire/error.ts';
import { encodeHandshake } from './wire/handshake.ts';
import type { HashRequest } from './wire/messages.ts';

const tickMs = 1_000;

/** How long the content of a publication stays loaded after its last peer left. */
const unloadAfterMs = 60_000;
/** How many such contents stay loaded at most, and how many bytes of them. */
const maxIdleContents = 32;
const maxIdleBytes = 16 * 1024 * 1024;

/** With so many peers a publication needs no more that do not come by themselves. */
const maxPeersToDial = 100;

/** A peer that has just come needs a moment to say that it is interested. */
const newcomerMs = 5_000;

const maxOpenFiles = 256;
/** Bytes in buffers for peers' data before each gets less. */
const chunkBudget = 64 * 1024 * 1024;
/** How often buffers that nobody needs are let go. */
const trimEveryTicks = 10;

export interface SeederOptions {
  host: string;
  /** An IPv6 address to listen on besides, at the same port; null for none. */
  host6: string | null;
  /** 0 picks a free one. */
  port: number;
  /** 20 bytes; see `createPeerId`. */
  peerId: Uint8Array;
  /** How many peers are sent data at one time, over all publications. */
  uploadSlots: number;
  maxConnections: number;
  maxConnectionsPerAddress: number;
  maxConnectionsPerPublication: number;
  /** Answers uTP on the UDP port of the same number: that there is none, so come by TCP. */
  refuseUtp: boolean;
  /** Whether peers may speak in plaintext. */
  encryption: 'allow' | 'require';
  limits: SeederLimits;
}

/** What may be sent; rates in bytes per second, 0 for no limit. */
export interface SeederLimits {
  /** To all peers together. */
  uploadRate: number;
  /** To each peer. */
  uploadRatePerPeer: number;
  /** Other rates to all together at certain times; see `parseScheduledRate`. */
  uploadSchedule: readonly string[];
  /** Whether peers of this machine and its network are limited, too. */
  limitLocalPeers: boolean;
}

/** A publication to be seeded. */
export interface SeededPublication {
  id: number;
  /** Those that handshakes may name, 20 bytes each, in hex. */
  infoHashes: readonly string[];
  /** Bytes per second; null for no limit. */
  uploadLimit: number | null;
}

interface SeederEvents {
  /** At most once a second, with the publications of which something changed. */
  traffic(publications: Traffic[]): void;
  /**
   * Files of a publication cannot be served; their pieces are not offered until they are mended.
   * At most once a second for each publication.
   */
  fault(report: FaultReport): void;
  /** A publication with faults has none any more. */
  restored(id: number): void;
  /** A fault of the program, which has cost at most one connection. */
  error(error: unknown): void;
}

/** Milliseconds. */
interface Clock {
  /** Never goes back. */
  now(): number;
  /** Since the epoch. */
  date(): number;
}

const systemClock: Clock = { now: () => performance.now(), date: () => Date.now() };

/**
 * Seeds publications to the peers that connect. A publication without peers is two entries in
 * maps; its content is loaded when the first peer asks and let go when the last has left.
 */
export class Seeder {
  readonly #options: SeederOptions;
  readonly #source: ContentSource;
  readonly #events: SeederEvents;
  readonly #clock: Clock;
  readonly #files: FilePool;
  readonly #chunks = new ChunkPool(chunkBudget);
  readonly #environment: PeerEnvironment;

  readonly #seeded = new SeededHashes();
  readonly #limiter: UploadLimiter;
  #limits: SeederLimits;
  #schedule: readonly ScheduledRate[] = [];
  readonly #live = new Map<number, LivePublication>();
  readonly #faults: FaultKeeper;
  /** What ended since the last tick, to be reported once more. */
  #ended: LivePublication[] = [];

  readonly #connections: Connections;
  readonly #dialer: Dialer;
  #listener: PeerListener | null = null;
  #listenPort = 0;
  readonly #utpRefusal = new UtpRefusal();
  #starting: Promise<{ host: string; port: number }> | null = null;
  #ticker: NodeJS.Timeout | undefined;
  #ticks = 0;
  #slotsChanging = false;

  constructor(
    options: SeederOptions,
    source: ContentSource,
    events: SeederEvents,
    clock: Clock = systemClock,
  ) {
    this.#options = options;
    this.#source = source;
    this.#events = events;
    this.#clock = clock;
    this.#limiter = new UploadLimiter(clock.now);
    this.#limits = options.limits;
    this.setLimits(options.limits);
    this.#files = new FilePool(source, maxOpenFiles, clock.now);
    this.#faults = new FaultKeeper(source, this.#files, this.#live, events, clock.now);
    this.#environment = {
      peerId: options.peerId,
      reader: new BlockReader(this.#files, this.#chunks),
      chunks: this.#chunks,
      now: clock.now,
      listenPort: () => this.#listenPort,
      peersNamed: (publication, handshake, peers) => {
        const infoHash = hexOf(publication.infoHashFor(handshake));
        this.#dialer.add(publication.id, infoHash, peers);
      },
      openGate: (publication, address, wake) => {
        const isExempt = !this.#limits.limitLocalPeers && isPrivate(address);
        return isExempt ? null : this.#limiter.gateFor(publication.id, wake);
      },
      interestChanged: () => this.#changeSlotsSoon(),
      fileFailed: (publication, error) => {
        if (this.#seeded.has(publication.id)) this.#faults.failed(publication, error);
      },
      closed: (peer, publication, cause) => this.#closed(peer, publication, cause),
    };
    const { maxConnections, maxConnectionsPerAddress, host, host6, encryption } = options;
    this.#connections = new Connections({
      maxConnections,
      maxConnectionsPerAddress,
      now: clock.now,
      makeRoom: () => this.#closeIdlest(),
    });
    this.#dialer = new Dialer({
      connections: this.#connections,
      from: { ipv4: host === '0.0.0.0' ? null : host, ipv6: host6 === '::' ? null : host6 },
      encryptionRequired: encryption === 'require',
      now: clock.now,
      wants: (candidate) => this.#wants(candidate),
      handshakeFor: (infoHash) => this.#handshakeFor(infoHash),
      onHandshake: (peer, candidate) => this.#welcomeDialed(peer, candidate),
      onFault: (error) => events.error(error),
    });
  }

  /**
   * Listens for peers. Resolves with where; called again, with the same.
   *
   * @throws EverseedError `port-in-use`, `port-denied` or `address-unavailable`
   */
  start(): Promise<{ host: string; port: number }> {
    this.#starting ??= this.#start();
    return this.#starting;
  }

  /** Ends every connection and stops listening. What was sent is reported before this resolves. */
  async stop(): Promise<void> {
    const starting = this.#starting;
    if (!starting) return;
    await starting.catch(() => undefined);
    const listener = this.#listener;
    this.#listener = null;
    this.#starting = null;
    if (!listener) return;
    this.#utpRefusal.stop();
    clearInterval(this.#ticker);
    for (const publication of [...this.#live.values()]) this.#unload(publication);
    this.#faults.stop();
    this.#files.closeAll();
    this.#dialer.stop();
    this.#limiter.stop();
    this.#connections.closeAll();
    await listener.stop();
    // When the connections are closed, what they sent is counted.
    this.#reportTraffic();
  }

  /**
   * Seeds these publications from now on, within their limits. Those with faults are rechecked.
   */
  seed(list: readonly SeededPublication[]): void {
    for (const { id, infoHashes, uploadLimit } of list) {
      this.limit(id, uploadLimit);
      this.recheck(id).catch((error) => this.#events.error(error));
      const hashes = infoHashes.map((hash) => hash.toLowerCase());
      if (this.#seeded.of(id).join() === hashes.join()) continue;
      this.unseed([id]);
      this.#seeded.add(id, hashes);
    }
  }

  /** Stops seeding these publications and drops their peers. */
  unseed(ids: readonly number[]): void {
    for (const id of ids) {
      if (!this.#seeded.has(id)) continue;
      this.#seeded.delete(id);
      this.#faults.forget(id);
      this.#dialer.forget(id);
      const publication = this.#live.get(id);
      if (publication) this.#unload(publication);
    }
  }

  /** Holds what is sent to these limits from now on; peers that are exempt stay so or not. */
  setLimits(limits: SeederLimits): void {
    this.#limits = limits;
    this.#schedule = limits.uploadSchedule
      .map(parseScheduledRate)
      .filter((entry) => entry !== null);
    this.#applyLimits();
  }

  /** `uploadRate`: bytes per second to the peers of a publication; null for no limit. */
  limit(id: number, uploadRate: number | null): void {
    this.#limiter.limitPublication(id, uploadRate);
  }

  /**
   * Peers that were named for the swarm of an info hash (hex): those that do not connect to us
   * themselves are connected to.
   */
  addPeers(infoHash: string, addresses: readonly PeerAddress[]): void {
    const id = this.#seeded.idOf(infoHash.toLowerCase());
    if (id !== undefined) this.#dialer.add(id, infoHash.toLowerCase(), addresses);
  }

  /** The peers of a publication. */
  peers(id: number): ConnectedPeer[] {
    const peers = this.#live.get(id)?.peers ?? [];
    return Array.from(peers, (peer) => peer.describe());
  }

  /** Looks at the files that could not be served now, and not only when it is their turn. */
  recheck(id: number): Promise<void> {
    return this.#faults.recheck(id);
  }

  async #start(): Promise<{ host: string; port: number }> {
    const { host, host6, port, encryption, refuseUtp } = this.#options;
    const listener = new PeerListener({
      host,
      host6,
      port,
      connections: this.#connections,
      encryptionRequired: encryption === 'require',
      infoHashOf: (proof) => this.#seeded.withProof(proof),
      now: this.#clock.now,
      onHandshake: (peer) => this.#welcome(peer),
      onFault: (error) => this.#events.error(error),
    });
    try {
      const endpoint = await listener.start();
      this.#listener = listener;
      this.#listenPort = endpoint.port;
      for (const one of refuseUtp ? [host, host6] : []) {
        if (one !== null) await this.#utpRefusal.start(one, endpoint.port);
      }
      this.#ticker = setInterval(() => this.#tick(), tickMs);
      return endpoint;
    } catch (error) {
      this.#starting = null;
      throw error;
    }
  }

  #welcome(peer: IncomingPeer): void {
    const id = this.#seeded.idOf(hexOf(peer.handshake.infoHash));
    const publication = id === undefined || this.#isSelf(peer) ? null : this.#load(id);
    if (publication && this.#hasRoom(publication)) this.#connect(publication, peer, false);
    else peer.socket.destroy();
  }

  #connect(publication: LivePublication, peer: Dialed | IncomingPeer, outgoing: boolean): void {
    const connectedAt = this.#clock.date();
    const connection = new PeerConnection(
      peer.socket,
      { ...peer, outgoing, connectedAt },
      publication,
      this.#environment,
    );
    publication.peers.add(connection);
    connection.start(peer.rest);
  }

  /** Whether to connect to a peer that was named: there is room, and it is not connected yet. */
  #wants({ id, host, port }: Candidate): boolean {
    if (!this.#seeded.has(id)) return false;
    const peers = this.#live.get(id)?.peers ?? [];
    let count = 0;
    for (const peer of peers) {
      if (++count >= maxPeersToDial) return false;
      const isIt = peer.listenPort === null || peer.listenPort === port;
      if (peer.address.host === host && isIt) return false;
    }
    return true;
  }

  /** Our handshake for who is connected to; it offers v2 in the v1 swarm of a hybrid. */
  #handshakeFor(infoHash: string): Uint8Array | null {
    const id = this.#seeded.idOf(infoHash);
    if (id === undefined) return null;
    return encodeHandshake({
      infoHash: Buffer.from(infoHash, 'hex'),
      peerId: this.#options.peerId,
      fast: true,
      extended: true,
      v2: this.#seeded.of(id).length > 1,
    });
  }

  #welcomeDialed(peer: Dialed, { id }: Candidate): boolean {
    if (this.#seeded.idOf(hexOf(peer.handshake.infoHash)) !== id || this.#isSelf(peer))
      return false;
    const publication = this.#load(id);
    if (!publication || isConnected(publication, peer)) return false;
    if (!this.#hasRoom(publication)) return false;
    this.#connect(publication, peer, true);
    peer.socket.resume();
    return true;
  }

  /** Whether a publication may have another peer, for which one that is idle may have to go. */
  #hasRoom({ peers }: LivePublication): boolean {
    return peers.size < this.#options.maxConnectionsPerPublication || this.#closeIdlest(peers);
  }

  #isSelf({ handshake }: Dialed | IncomingPeer): boolean {
    return Buffer.compare(handshake.peerId, this.#options.peerId) === 0;
  }

  #load(id: number): LivePublication | null {
    const live = this.#live.get(id);
    if (live) return live;
    const content = this.#source.load(id);
    if (!content) return null;
    const data = {
      info: () => this.#infoOf(id),
      hashes: (range: HashRequest) => this.#source.hashes(id, range),
    };
    const publication = new LivePublication(content, data, this.#clock.now());
    publication.filesFailed(this.#faults.faultyFiles(id));
    this.#live.set(id, publication);
    this.#unloadIdle();
    return publication;
  }

  #infoOf(id: number): Uint8Array {
    const info = this.#source.info(id);
    if (!info) throw new Error(`publication ${id} has no info dictionary any more`);
    return info;
  }

  /** Lets go of contents without peers that are too old, or too many. */
  #unloadIdle(): void {
    const now = this.#clock.now();
    const idle = [...this.#live.values()]
      .filter((publication) => publication.peers.size === 0)
      .sort((a, b) => a.idleSince - b.idleSince);
    let bytes = idle.reduce((sum, { estimatedBytes }) => sum + estimatedBytes, 0);
    let count = idle.length;
    for (const publication of idle) {
      const fits = count <= maxIdleContents && bytes <= maxIdleBytes;
      if (fits && now - publication.idleSince < unloadAfterMs) break;
      count--;
      bytes -= publication.estimatedBytes;
      this.#unload(publication);
    }
  }

  /** Drops the peers of a publication, if any, and lets go of its content. */
  #unload(publication: LivePublication): void {
    this.#live.delete(publication.id);
    for (const peer of [...publication.peers]) peer.close(null);
    this.#ended.push(publication);
  }

  #tick(): void {
    this.#ticks++;
    this.#applyLimits();
    this.#connections.tick();
    this.#dialer.tick();
    this.#faults.tick();
    for (const publication of this.#live.values()) publication.tick(this.#clock.now());
    for (const peer of this.#allPeers()) peer.tick();
    this.#changeSlots(rotationsPerSecond(this.#options.uploadSlots));
    this.#unloadIdle();
    this.#reportTraffic();
    if (this.#ticks % trimEveryTicks === 0) this.#chunks.trim();
  }

  #applyLimits(): void {
    const { uploadRate, uploadRatePerPeer } = this.#limits;
    const now = new Date(this.#clock.date());
    this.#limiter.setLimits({
      overall: rateAt(this.#schedule, uploadRate || null, now),
      perPeer: uploadRatePerPeer || null,
    });
  }

  #reportTraffic(): void {
    const changed: (Traffic | null)[] = this.#ended.map((publication) =>
      publication.takeTraffic(0),
    );
    this.#ended = [];
    for (const publication of this.#live.values()) {
      changed.push(publication.takeTraffic(publication.rate.tick()));
    }
    const traffic = changed.filter((one) => one !== null);
    if (traffic.length > 0) this.#events.traffic(traffic);
  }

  /** Once for everything that happens in this turn of the event loop. */
  #changeSlotsSoon(): void {
    if (this.#slotsChanging) return;
    this.#slotsChanging = true;
    setImmediate(() => {
      this.#slotsChanging = false;
      this.#changeSlots(0);
    });
  }

  #changeSlots(rotations: number): void {
    const { uploadSlots } = this.#options;
    const now = this.#clock.now();
    const { choke, unchoke } = decideSlots(this.#allPeers(), uploadSlots, now, rotations);
    for (const peer of choke) peer.setChoked(true);
    for (const peer of unchoke) peer.setChoked(false);
  }

  *#allPeers(): Generator<PublicationPeer> {
    for (const publication of this.#live.values()) yield* publication.peers;
  }

  /** Closes the one that has wanted nothing for longest; false when every one is busy. */
  #closeIdlest(peers: Iterable<PublicationPeer> = this.#allPeers()): boolean {
    let idlest: PublicationPeer | null = null;
    let since = this.#clock.now() - newcomerMs;
    for (const peer of peers) {
      if (peer.idleSince === null || peer.idleSince > since) continue;
      idlest = peer;
      since = peer.idleSince;
    }
    idlest?.close(null);
    return idlest !== null;
  }

  #closed(peer: PublicationPeer, publication: LivePublication, cause: unknown): void {
    publication.peers.delete(peer);
    if (peer.complete && peer.listenPort !== null) {
      this.#dialer.rest(publication.id, { host: peer.address.host, port: peer.listenPort });
    }
    publication.idleSince = this.#clock.now();
    if (!peer.choked) this.#changeSlotsSoon();
    if (cause !== null && !(cause instanceof WireError)) this.#events.error(cause);
  }
}

/** Whether the peer is connected already, by a connection that it began itself. */
function isConnected({ peers }: LivePublication, { address, handshake }: Dialed): boolean {
  for (const peer of peers) {
    const sameHost = peer.address.host === address.host;
    if (sameHost && Buffer.compare(peer.peerId, handshake.peerId) === 0) return true;
  }
  return false;
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
