import { performance } from 'node:perf_hooks';
import { BlockReader } from './block-reader.ts';
import { decideSlots, rotationsPerSecond } from './choker.ts';
import { ChunkPool } from './chunk-pool.ts';
import type { ContentSource } from './content.ts';
import { infoHashProof } from './encryption/stream-keys.ts';
import { FaultKeeper, type FaultReport } from './fault-keeper.ts';
import { FilePool } from './file-pool.ts';
import { type IncomingPeer, PeerListener } from './listener/peer-listener.ts';
import { UtpRefusal } from './listener/utp-refusal.ts';
import {
  type ConnectedPeer,
  LivePublication,
  type PublicationPeer,
  type Traffic,
} from './live-publication.ts';
import { PeerConnection, type PeerEnvironment } from './peer-connection.ts';
import { WireError } from './wire/error.ts';
import type { HashRequest } from './wire/messages.ts';

const tickMs = 1_000;

/** How long the content of a publication stays loaded after its last peer left. */
const unloadAfterMs = 60_000;
/** How many such contents stay loaded at most, and how many bytes of them. */
const maxIdleContents = 32;
const maxIdleBytes = 16 * 1024 * 1024;

/** A peer that has just come needs a moment to say that it is interested. */
const newcomerMs = 5_000;

const maxOpenFiles = 256;
/** Bytes in buffers for peers' data before each gets less. */
const chunkBudget = 64 * 1024 * 1024;
/** How often buffers that nobody needs are let go. */
const trimEveryTicks = 10;

export interface SeederOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** 20 bytes; see `createPeerId`. */
  peerId: Uint8Array;
  /** How many peers are sent data at one time, over all publications. */
  uploadSlots: number;
  maxConnections: number;
  maxConnectionsPerAddress: number;
  /** Answers uTP on the UDP port of the same number: that there is none, so come by TCP. */
  refuseUtp: boolean;
  /** Whether peers may speak in plaintext. */
  encryption: 'allow' | 'require';
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

  /** Ids by the info hashes of handshakes, in hex, and the other way round. */
  readonly #ids = new Map<string, number>();
  readonly #infoHashes = new Map<number, readonly string[]>();
  /** The same info hashes by what stands for them in encrypted handshakes, as binary strings. */
  readonly #proofs = new Map<string, Uint8Array>();
  readonly #live = new Map<number, LivePublication>();
  readonly #faults: FaultKeeper;
  /** What ended since the last tick, to be reported once more. */
  #ended: LivePublication[] = [];

  #listener: PeerListener | null = null;
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
    this.#files = new FilePool(source, maxOpenFiles, clock.now);
    this.#faults = new FaultKeeper(source, this.#files, this.#live, events, clock.now);
    this.#environment = {
      peerId: options.peerId,
      reader: new BlockReader(this.#files, this.#chunks),
      chunks: this.#chunks,
      now: clock.now,
      interestChanged: () => this.#changeSlotsSoon(),
      fileFailed: (publication, error) => {
        if (this.#infoHashes.has(publication.id)) this.#faults.failed(publication, error);
      },
      closed: (peer, publication, cause) => this.#closed(peer, publication, cause),
    };
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
    await listener.stop();
    // When the connections are closed, what they sent is counted.
    this.#reportTraffic();
  }

  /**
   * Seeds these publications from now on. `infoHashes`: those that handshakes may name, 20 bytes
   * each, in hex. Those with faults are rechecked.
   */
  seed(list: readonly { id: number; infoHashes: readonly string[] }[]): void {
    for (const { id, infoHashes } of list) {
      this.recheck(id).catch((error) => this.#events.error(error));
      const hashes = infoHashes.map((hash) => hash.toLowerCase());
      const before = this.#infoHashes.get(id);
      if (before?.join() === hashes.join()) continue;
      if (before) this.unseed([id]);
      for (const hash of hashes) {
        this.#ids.set(hash, id);
        const infoHash = Buffer.from(hash, 'hex');
        this.#proofs.set(binaryString(infoHashProof(infoHash)), infoHash);
      }
      this.#infoHashes.set(id, hashes);
    }
  }

  /** Stops seeding these publications and drops their peers. */
  unseed(ids: readonly number[]): void {
    for (const id of ids) {
      const hashes = this.#infoHashes.get(id);
      if (!hashes) continue;
      this.#infoHashes.delete(id);
      for (const hash of hashes) {
        if (this.#ids.get(hash) !== id) continue;
        this.#ids.delete(hash);
        this.#proofs.delete(binaryString(infoHashProof(Buffer.from(hash, 'hex'))));
      }
      this.#faults.forget(id);
      const publication = this.#live.get(id);
      if (publication) this.#unload(publication);
    }
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
    const { host, port, encryption, maxConnections, maxConnectionsPerAddress } = this.#options;
    const listener = new PeerListener({
      host,
      port,
      maxConnections,
      maxConnectionsPerAddress,
      encryptionRequired: encryption === 'require',
      infoHashOf: (proof) => this.#proofs.get(binaryString(proof)) ?? null,
      now: this.#clock.now,
      makeRoom: () => this.#closeIdlest(),
      onHandshake: (peer) => this.#welcome(peer),
      onFault: (error) => this.#events.error(error),
    });
    try {
      const endpoint = await listener.start();
      this.#listener = listener;
      if (this.#options.refuseUtp) await this.#utpRefusal.start(host, endpoint.port);
      this.#ticker = setInterval(() => this.#tick(), tickMs);
      return endpoint;
    } catch (error) {
      this.#starting = null;
      throw error;
    }
  }

  #welcome({ socket, address, handshake, rest, cipher }: IncomingPeer): void {
    const id = this.#ids.get(Buffer.from(handshake.infoHash).toString('hex'));
    const isSelf = Buffer.compare(handshake.peerId, this.#options.peerId) === 0;
    const publication = id === undefined || isSelf ? null : this.#load(id);
    if (!publication) {
      socket.destroy();
      return;
    }
    const peer = { handshake, address, connectedAt: this.#clock.date(), cipher };
    const connection = new PeerConnection(socket, peer, publication, this.#environment);
    publication.peers.add(connection);
    connection.start(rest);
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
    this.#listener?.tick();
    this.#faults.tick();
    for (const publication of this.#live.values()) publication.tick(this.#clock.now());
    for (const peer of this.#allPeers()) peer.tick();
    this.#changeSlots(rotationsPerSecond(this.#options.uploadSlots));
    this.#unloadIdle();
    this.#reportTraffic();
    if (this.#ticks % trimEveryTicks === 0) this.#chunks.trim();
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

  /** Closes the peer that has wanted nothing for longest; false when every one is busy. */
  #closeIdlest(): boolean {
    let idlest: PublicationPeer | null = null;
    let since = this.#clock.now() - newcomerMs;
    for (const peer of this.#allPeers()) {
      if (peer.idleSince === null || peer.idleSince > since) continue;
      idlest = peer;
      since = peer.idleSince;
    }
    idlest?.close(null);
    return idlest !== null;
  }

  #closed(peer: PublicationPeer, publication: LivePublication, cause: unknown): void {
    publication.peers.delete(peer);
    publication.idleSince = this.#clock.now();
    if (!peer.choked) this.#changeSlotsSoon();
    if (cause !== null && !(cause instanceof WireError)) this.#events.error(cause);
  }
}

function binaryString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}
