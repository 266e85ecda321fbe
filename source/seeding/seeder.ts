import { performance } from 'node:perf_hooks';
import { BlockReader } from './block-reader.ts';
import { decideSlots, rotationsPerSecond } from './choker.ts';
import { ChunkPool } from './chunk-pool.ts';
import type { ContentSource } from './content.ts';
import { FileFault } from './file-fault.ts';
import { FilePool } from './file-pool.ts';
import { type IncomingPeer, PeerListener } from './listener/peer-listener.ts';
import {
  type ConnectedPeer,
  LivePublication,
  type PublicationPeer,
  type Traffic,
} from './live-publication.ts';
import { PeerConnection, type PeerEnvironment } from './peer-connection.ts';
import { WireError } from './wire/error.ts';

const tickMs = 1_000;

/** How long the content of a publication stays loaded after its last peer left. */
const unloadAfterMs = 60_000;
/** How many such contents stay loaded at most; an info dictionary may have megabytes. */
const maxIdleContents = 32;

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
}

interface SeederEvents {
  /** At most once a second, with the publications of which something changed. */
  traffic(publications: Traffic[]): void;
  /** A file of a publication cannot be served; its pieces are not offered until `recheck`. */
  fault(id: number, file: string, text: string): void;
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

  /** Ids by info hash, in hex, and the other way round. */
  readonly #ids = new Map<string, number>();
  readonly #infoHashes = new Map<number, string>();
  readonly #live = new Map<number, LivePublication>();
  /** The files, by index, that cannot be served. They outlive the loaded content. */
  readonly #faultyFiles = new Map<number, Set<number>>();
  /** What ended since the last tick, to be reported once more. */
  #ended: Traffic[] = [];

  #listener: PeerListener | null = null;
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
    this.#files = new FilePool(maxOpenFiles, clock.now);
    this.#environment = {
      peerId: options.peerId,
      reader: new BlockReader(this.#files, this.#chunks),
      chunks: this.#chunks,
      now: clock.now,
      interestChanged: () => this.#changeSlotsSoon(),
      fileFailed: (publication, file, text) => this.#fileFailed(publication, file, text),
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
    clearInterval(this.#ticker);
    for (const publication of [...this.#live.values()]) this.#unload(publication);
    this.#reportTraffic();
    this.#files.closeAll();
    await listener.stop();
  }

  /** Seeds these publications from now on; `infoHash` in hex. Those with faults are rechecked. */
  seed(list: readonly { id: number; infoHash: string }[]): void {
    for (const { id, infoHash } of list) {
      if (this.#faultyFiles.has(id)) this.recheck(id).catch((error) => this.#events.error(error));
      const hash = infoHash.toLowerCase();
      const before = this.#infoHashes.get(id);
      if (before === hash) continue;
      if (before !== undefined) this.unseed([id]);
      this.#ids.set(hash, id);
      this.#infoHashes.set(id, hash);
    }
  }

  /** Stops seeding these publications and drops their peers. */
  unseed(ids: readonly number[]): void {
    for (const id of ids) {
      const hash = this.#infoHashes.get(id);
      if (hash === undefined) continue;
      this.#infoHashes.delete(id);
      if (this.#ids.get(hash) === id) this.#ids.delete(hash);
      this.#faultyFiles.delete(id);
      const publication = this.#live.get(id);
      if (publication) this.#unload(publication);
    }
  }

  /** The peers of a publication. */
  peers(id: number): ConnectedPeer[] {
    const peers = this.#live.get(id)?.peers ?? [];
    return Array.from(peers, (peer) => peer.describe());
  }

  /**
   * Reads again what the catalog says of a publication's files, and looks at those that could not
   * be served: each is served again, or reported as a fault again.
   */
  async recheck(id: number): Promise<void> {
    const content = this.#infoHashes.has(id) ? this.#source.load(id) : null;
    if (!content) return;
    const live = this.#live.get(id);
    if (live) live.content.files = content.files;

    const faulty = this.#faultyFiles.get(id) ?? new Set();
    for (const index of [...faulty]) {
      const file = content.files[index];
      if (!file) continue;
      try {
        await this.#files.check(file);
        faulty.delete(index);
      } catch (error) {
        if (!(error instanceof FileFault)) throw error;
        this.#events.fault(id, file.path, error.message);
      }
    }
    if (faulty.size === 0 && this.#faultyFiles.get(id) === faulty) this.#faultyFiles.delete(id);
    this.#live.get(id)?.filesRestored();
  }

  async #start(): Promise<{ host: string; port: number }> {
    const { host, port, maxConnections, maxConnectionsPerAddress } = this.#options;
    const listener = new PeerListener({
      host,
      port,
      maxConnections,
      maxConnectionsPerAddress,
      now: this.#clock.now,
      onHandshake: (peer) => this.#welcome(peer),
      onFault: (error) => this.#events.error(error),
    });
    try {
      const endpoint = await listener.start();
      this.#listener = listener;
      this.#ticker = setInterval(() => this.#tick(), tickMs);
      return endpoint;
    } catch (error) {
      this.#starting = null;
      throw error;
    }
  }

  #welcome({ socket, address, handshake, rest }: IncomingPeer): void {
    const id = this.#ids.get(Buffer.from(handshake.infoHash).toString('hex'));
    const isSelf = Buffer.compare(handshake.peerId, this.#options.peerId) === 0;
    const publication = id === undefined || isSelf ? null : this.#load(id);
    if (!publication) {
      socket.destroy();
      return;
    }
    const peer = { handshake, address, connectedAt: this.#clock.date() };
    const connection = new PeerConnection(socket, peer, publication, this.#environment);
    publication.peers.add(connection);
    connection.start(rest);
  }

  #load(id: number): LivePublication | null {
    const live = this.#live.get(id);
    if (live) return live;
    const content = this.#source.load(id);
    if (!content) return null;
    const faulty = this.#faultyFiles.get(id) ?? new Set();
    const publication = new LivePublication(content, faulty, this.#clock.now());
    this.#live.set(id, publication);
    this.#unloadIdle();
    return publication;
  }

  /** Lets go of contents without peers that are too old, or too many. */
  #unloadIdle(): void {
    const now = this.#clock.now();
    const idle = [...this.#live.values()]
      .filter((publication) => publication.peers.size === 0)
      .sort((a, b) => a.idleSince - b.idleSince);
    let tooMany = idle.length - maxIdleContents;
    for (const publication of idle) {
      if (tooMany-- <= 0 && now - publication.idleSince < unloadAfterMs) break;
      this.#unload(publication);
    }
  }

  /** Drops the peers of a publication, if any, and lets go of its content. */
  #unload(publication: LivePublication): void {
    this.#live.delete(publication.id);
    for (const peer of [...publication.peers]) peer.close(null);
    const traffic = publication.takeTraffic(0);
    if (traffic) this.#ended.push(traffic);
  }

  #tick(): void {
    this.#ticks++;
    this.#listener?.tick();
    for (const peer of this.#allPeers()) peer.tick();
    this.#changeSlots(rotationsPerSecond(this.#options.uploadSlots));
    this.#unloadIdle();
    this.#reportTraffic();
    if (this.#ticks % trimEveryTicks === 0) this.#chunks.trim();
  }

  #reportTraffic(): void {
    const changed = this.#ended;
    this.#ended = [];
    for (const publication of this.#live.values()) {
      const traffic = publication.takeTraffic(publication.rate.tick());
      if (traffic) changed.push(traffic);
    }
    if (changed.length > 0) this.#events.traffic(changed);
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

  #fileFailed(publication: LivePublication, file: number, text: string): void {
    const { id } = publication;
    // Peers that read the same file at the same time all find out.
    if (!this.#infoHashes.has(id) || !publication.fileFailed(file)) return;
    this.#faultyFiles.set(id, publication.faultyFiles);
    this.#events.fault(id, publication.content.files[file]?.path ?? '', text);
  }

  #closed(peer: PublicationPeer, publication: LivePublication, cause: unknown): void {
    publication.peers.delete(peer);
    publication.idleSince = this.#clock.now();
    if (!peer.choked) this.#changeSlotsSoon();
    if (cause !== null && !(cause instanceof WireError)) this.#events.error(cause);
  }
}
