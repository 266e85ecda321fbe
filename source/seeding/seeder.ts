import { setImmediate } from 'node:timers/promises';
import { BlockReader } from './block-reader.ts';
import { UploadSlots } from './choking/upload-slots.ts';
import { ChunkPool } from './chunk-pool.ts';
import type { ContentSource } from './content.ts';
import type { Candidate } from './dialer/candidates.ts';
import type { Dialed } from './dialer/dial.ts';
import { Dialer } from './dialer/dialer.ts';
import type { PeerNamer } from './dialer/quotas.ts';
import { FaultKeeper } from './fault-keeper.ts';
import { FilePool } from './file-pool.ts';
import { RateLimits } from './limits/rate-limits.ts';
import { Connections } from './listener/connections.ts';
import { isFromOutside, isPrivate } from './listener/networks.ts';
import { addressGroup, type PeerAddress, plainAddress } from './listener/peer-address.ts';
import { type IncomingPeer, PeerListener } from './listener/peer-listener.ts';
import { UtpRefusal } from './listener/utp-refusal.ts';
import type {
  ConnectedPeer,
  LivePublication,
  PeerSource,
  PublicationPeer,
} from './live-publication.ts';
import { LivePublications } from './live-publications.ts';
import { isConnected, PeerAdmission } from './peer-admission.ts';
import { PeerConnection } from './peer-connection.ts';
import type { PeerEnvironment } from './peer-environment.ts';
import { SeededHashes } from './seeded-hashes.ts';
import {
  type Clock,
  type SeededPublication,
  type SeederEvents,
  type SeederLimits,
  type SeederOptions,
  systemClock,
} from './seeder-options.ts';
import { Turns } from './turns.ts';
import { WireError } from './wire/error.ts';
import { encodeHandshake } from './wire/handshake.ts';

const tickMs = 1_000;

const maxOpenFiles = 256;
/** Bytes in buffers for peers' data before each gets less; more would be in no processor's cache. */
const chunkBudget = 16 * 1024 * 1024;
/** How often it is told that we are reached. */
const tellReachedMs = 60_000;
/** How often buffers that nobody needs are let go. */
const trimEveryTicks = 10;

/**
 * Seeds publications to the peers that connect. A publication without peers is two entries in
 * maps; its content is loaded when the first peer asks and let go when the last has left.
 */
export class Seeder {
  readonly #options: SeederOptions;
  readonly #events: SeederEvents;
  readonly #clock: Clock;
  readonly #files: FilePool;
  readonly #chunks = new ChunkPool(chunkBudget);
  readonly #environment: PeerEnvironment;

  readonly #seeded = new SeededHashes();
  readonly #live: LivePublications;
  readonly #faults: FaultKeeper;
  readonly #limits: RateLimits;
  readonly #slots: UploadSlots;
  readonly #admission: PeerAdmission;

  readonly #connections: Connections;
  readonly #dialer: Dialer;
  #listener: PeerListener | null = null;
  #listenPort = 0;
  #dhtPort: number | null = null;
  #toldReachedAt = Number.NEGATIVE_INFINITY;
  readonly #utpRefusal = new UtpRefusal();
  #starting: Promise<{ host: string; port: number }> | null = null;
  #ticker: NodeJS.Timeout | undefined;
  #ticks = 0;

  constructor(
    options: SeederOptions,
    source: ContentSource,
    events: SeederEvents,
    clock: Clock = systemClock,
  ) {
    this.#options = options;
    this.#events = events;
    this.#clock = clock;
    const { now } = clock;
    this.#files = new FilePool(source, maxOpenFiles, now);
    this.#live = new LivePublications(source, (id) => this.#faults.of(id), now);
    this.#faults = new FaultKeeper(source, this.#files, this.#live, events, now);
    this.#limits = new RateLimits(options.limits, now, clock.date);
    this.#slots = new UploadSlots(options.limits, () => this.#live.peers(), now);
    this.#admission = new PeerAdmission(this.#live, options.maxConnectionsPerPublication, now);
    this.#environment = {
      peerId: options.peerId,
      reader: new BlockReader(this.#files, this.#chunks),
      chunks: this.#chunks,
      turns: new Turns(now),
      now,
      listenPort: () => this.#listenPort,
      dhtPort: () => this.#dhtPort,
      addressSeen: (address, { host }) => {
        // Who is on the same network knows nothing of how the world sees us.
        if (!isPrivate({ host })) events.addressSeen(address, addressGroup(host));
      },
      dhtNodeNamed: ({ host, port }) => events.dhtNode({ host: plainAddress(host), port }),
      peersNamed: (publication, handshake, peers, { host }) => {
        const infoHash = hexOf(publication.infoHashFor(handshake));
        this.#dialer.add(publication.id, infoHash, 'pex', peers, addressGroup(host));
      },
      openGate: (publication, address, wake) => this.#limits.gateFor(publication.id, address, wake),
      interestChanged: () => this.#slots.fillSoon(),
      fileFailed: (publication, error) => {
        if (this.#seeded.has(publication.id)) this.#faults.failed(publication, error);
      },
      closed: (peer, publication, cause) => this.#closed(peer, publication, cause),
    };
    const { maxConnections, maxConnectionsPerAddress, host, host6, encryption } = options;
    this.#connections = new Connections({
      maxConnections,
      maxConnectionsPerAddress,
      now,
      makeRoom: () => this.#admission.closeIdlest(),
    });
    this.#dialer = new Dialer({
      connections: this.#connections,
      from: { ipv4: host === '0.0.0.0' ? null : host, ipv6: host6 === '::' ? null : host6 },
      encryptionRequired: encryption === 'require',
      now,
      wants: (candidate) => this.#seeded.has(candidate.id) && this.#admission.wants(candidate),
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
    this.#live.unloadAll();
    this.#faults.stop();
    this.#files.stop();
    this.#dialer.stop();
    this.#limits.stop();
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
      this.#drop([id]);
      this.#seeded.add(id, hashes);
    }
  }

  /**
   * Stops seeding these publications and drops their peers. What was sent of them is reported before
   * this resolves.
   */
  async unseed(ids: readonly number[]): Promise<void> {
    this.#drop(ids);
    // sockets say when they close what they had taken
    for (let turns = 0; turns < 2; turns++) await setImmediate();
    const traffic = this.#live.takeEnded();
    if (traffic.length > 0) this.#events.traffic(traffic);
  }

  #drop(ids: readonly number[]): void {
    for (const id of ids) {
      if (!this.#seeded.has(id)) continue;
      this.#seeded.delete(id);
      this.#faults.forget(id);
      this.#dialer.forget(id);
      this.#live.unload(id);
    }
  }

  /** Holds what is sent to these limits from now on. */
  setLimits(limits: SeederLimits): void {
    this.#limits.set(limits);
    this.#slots.set(limits);
  }

  /** Peers are told that we are a node of the DHT at this UDP port; null for none. */
  setDhtPort(port: number | null): void {
    this.#dhtPort = port;
  }

  /** `uploadRate`: bytes per second to the peers of a publication; null for no limit. */
  limit(id: number, uploadRate: number | null): void {
    this.#limits.limitPublication(id, uploadRate);
  }

  /**
   * Lets so many peers of a publication be connected, those who come from now on; null for as many
   * as of every publication. The source must say so already.
   */
  limitConnections(id: number, most: number | null): void {
    const live = this.#live.get(id);
    if (live) live.maxConnections = most;
  }

  /**
   * Gives the peers of a publication different pieces (BEP 16), or all that they ask for again. The
   * source must say so already: peers who were told of all come again to be told of none.
   */
  setSuperSeeding(id: number, superSeeding: boolean): void {
    if (superSeeding) this.#live.unload(id);
    else this.#live.get(id)?.endSuperSeeding();
  }

  /**
   * Peers that were named for the swarm of an info hash (hex), and by whom: those that do not
   * connect to us themselves are connected to.
   */
  addPeers(infoHash: string, source: PeerNamer, addresses: readonly PeerAddress[]): void {
    const id = this.#seeded.idOf(infoHash.toLowerCase());
    if (id !== undefined) this.#dialer.add(id, infoHash.toLowerCase(), source, addresses);
  }

  /** The peers of a publication. */
  peers(id: number): ConnectedPeer[] {
    const peers = this.#live.get(id)?.peers ?? [];
    return Array.from(peers, (peer) => peer.describe());
  }

  /**
   * Takes over which pieces are not good, and looks at the files that could not be served now, and
   * not only when it is their turn.
   */
  recheck(id: number): Promise<void> {
    this.#live.refreshBadPieces(id);
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
    const publication = id === undefined || this.#isSelf(peer) ? null : this.#live.load(id);
    if (publication) this.#noteReached(peer);
    if (publication && this.#admission.hasRoom(publication, peer.address.host))
      this.#connect(publication, peer, 'incoming');
    else peer.socket.destroy();
  }

  #noteReached({ address, socket }: IncomingPeer): void {
    const now = this.#clock.now();
    if (now - this.#toldReachedAt < tellReachedMs) return;
    if (!isFromOutside(address, socket)) return;
    this.#toldReachedAt = now;
    this.#events.reachedFromOutside();
  }

  #connect(publication: LivePublication, peer: Dialed | IncomingPeer, source: PeerSource): void {
    const connectedAt = this.#clock.date();
    const connection = new PeerConnection(
      peer.socket,
      { ...peer, source, connectedAt },
      publication,
      this.#environment,
    );
    publication.peers.add(connection);
    connection.start(peer.rest);
  }

  /** Our handshake for who is connected to; it offers v2 in the v1 swarm of a hybrid. */
  #handshakeFor(infoHash: string): Uint8Array | null {
    const id = this.#seeded.idOf(infoHash);
    if (id === undefined) return null;
    const isPublic = this.#live.get(id)?.content.private === false;
    return encodeHandshake({
      infoHash: Buffer.from(infoHash, 'hex'),
      peerId: this.#options.peerId,
      fast: true,
      extended: true,
      v2: this.#seeded.of(id).length > 1,
      dht: isPublic && this.#dhtPort !== null,
    });
  }

  #welcomeDialed(peer: Dialed, { id, source }: Candidate): boolean {
    if (this.#seeded.idOf(hexOf(peer.handshake.infoHash)) !== id || this.#isSelf(peer))
      return false;
    const publication = this.#live.load(id);
    if (!publication || isConnected(publication, peer)) return false;
    if (!this.#admission.hasRoom(publication, peer.address.host)) return false;
    this.#connect(publication, peer, source);
    peer.socket.resume();
    return true;
  }

  #isSelf({ handshake }: Dialed | IncomingPeer): boolean {
    return Buffer.compare(handshake.peerId, this.#options.peerId) === 0;
  }

  #tick(): void {
    this.#ticks++;
    this.#limits.tick();
    this.#connections.tick();
    this.#dialer.tick();
    this.#faults.tick();
    for (const id of this.#live.tick()) this.#events.released(id);
    this.#slots.tick();
    this.#reportTraffic();
    if (this.#ticks % trimEveryTicks === 0) this.#chunks.trim();
  }

  #reportTraffic(): void {
    const traffic = this.#live.takeTraffic();
    if (traffic.length > 0) this.#events.traffic(traffic);
  }

  #closed(peer: PublicationPeer, publication: LivePublication, cause: unknown): void {
    publication.peers.delete(peer);
    if (peer.complete && peer.listenPort !== null) {
      this.#dialer.rest(publication.id, { host: peer.address.host, port: peer.listenPort });
    }
    publication.idleSince = this.#clock.now();
    if (!peer.choked) this.#slots.fillSoon();
    if (cause !== null && !(cause instanceof WireError)) this.#events.error(cause);
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
