import { Bitfield } from './bitfield.ts';
import type { ChokerPeer } from './choker.ts';
import type { SeedContent } from './content.ts';
import { ContentLayout } from './content-layout.ts';
import { Rate } from './rate.ts';

/** What changed of a publication's traffic since it was last reported. */
export interface Traffic {
  id: number;
  /** Payload bytes sent since the last report. */
  uploadedDelta: number;
  /** Bytes per second. */
  uploadRate: number;
  /** Connected peers. */
  peers: number;
}

/** A connected peer as others are told of it. Rates in bytes per second, times since the epoch. */
export interface ConnectedPeer {
  address: string;
  client: string;
  progress: number;
  uploadRate: number;
  uploaded: number;
  interested: boolean;
  choked: boolean;
  connectedAt: number;
}

/** A peer's connection, as its publication and the seeder know it. */
export interface PublicationPeer extends ChokerPeer {
  /** What the choker has decided. */
  setChoked(choked: boolean): void;
  /** Some pieces cannot be served any more: refuses what was asked of them. */
  piecesLost(): void;
  /** Pieces that could not be served are back: tells the peer, if it knows they were missing. */
  piecesRestored(pieces: Iterable<number>): void;
  /** To be called once a second: rates, keep-alives and deadlines. */
  tick(): void;
  describe(): ConnectedPeer;
  /** Ends the connection at once; see PeerEnvironment.closed for what `cause` means. */
  close(cause: unknown): void;
}

/** A publication with its content loaded: it has peers, or had some a moment ago. */
export class LivePublication {
  readonly id: number;
  readonly content: SeedContent;
  readonly layout: ContentLayout;
  readonly peers = new Set<PublicationPeer>();
  readonly rate = new Rate();
  /** The files, by index, that cannot be served. */
  readonly faultyFiles: Set<number>;
  /** When the last peer left; milliseconds, on the seeder's clock. */
  idleSince: number;
  /** The pieces that cannot be served; null while all can. */
  #missing: Bitfield | null = null;
  /** Payload bytes sent and not yet reported. */
  #unreported = 0;
  #reportedRate = 0;
  #reportedPeers = 0;

  /** `faultyFiles` is what earlier loads of the content found; it is kept up to date. */
  constructor(content: SeedContent, faultyFiles: Set<number>, now: number) {
    this.id = content.id;
    this.content = content;
    this.layout = new ContentLayout(content);
    this.faultyFiles = faultyFiles;
    this.idleSince = now;
    this.#findMissing();
  }

  /** Whether every piece can be served. */
  get complete(): boolean {
    return this.#missing === null;
  }

  serves(piece: number): boolean {
    return !this.#missing?.has(piece);
  }

  /** The pieces that can be served. */
  available(): Bitfield {
    const available = Bitfield.full(this.content.pieceCount);
    for (const piece of this.#missing?.pieces() ?? []) available.unset(piece);
    return available;
  }

  /** A file cannot be served any more; refuses what was asked of it. False when that was known. */
  fileFailed(file: number): boolean {
    if (this.faultyFiles.has(file)) return false;
    this.faultyFiles.add(file);
    this.#findMissing();
    for (const peer of [...this.peers]) peer.piecesLost();
    return true;
  }

  /** Files that are no longer among the faulty ones can be served again; tells the peers. */
  filesRestored(): void {
    const before = this.#missing;
    this.#findMissing();
    if (!before) return;
    const restored = [...before.pieces()].filter((piece) => this.serves(piece));
    for (const peer of [...this.peers]) peer.piecesRestored(restored);
  }

  countSent(payload: number): void {
    this.#unreported += payload;
    this.rate.add(payload);
  }

  /** What to report with this rate; null when nothing has changed. It then counts as reported. */
  takeTraffic(uploadRate: number): Traffic | null {
    const peers = this.peers.size;
    const uploadedDelta = this.#unreported;
    const same = uploadRate === this.#reportedRate && peers === this.#reportedPeers;
    if (same && uploadedDelta === 0) return null;
    this.#unreported = 0;
    this.#reportedRate = uploadRate;
    this.#reportedPeers = peers;
    return { id: this.id, uploadedDelta, uploadRate, peers };
  }

  #findMissing(): void {
    this.#missing = null;
    for (const file of this.faultyFiles) {
      this.#missing ??= new Bitfield(this.content.pieceCount);
      const { first, end } = this.layout.piecesOf(file);
      for (let piece = first; piece < end; piece++) this.#missing.set(piece);
    }
  }
}
