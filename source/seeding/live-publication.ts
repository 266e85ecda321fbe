import { Bitfield } from './bitfield.ts';
import type { ChokerPeer } from './choking/choker-peer.ts';
import type { HashAnswer, SeedContent } from './content.ts';
import { ContentLayout } from './content-layout.ts';
import type { PeerNamer } from './dialer/quotas.ts';
import type { PeerAddress } from './listener/peer-address.ts';
import { Rate } from './rate.ts';
import { type Recipient, SentAccounts, type SentBytes, type SentToPeer } from './sent-bytes.ts';
import { SuperSeeding } from './super-seeding.ts';
import type { Handshake } from './wire/handshake.ts';
import type { HashRequest } from './wire/messages.ts';

/** What of a publication cannot be read. */
export interface FaultyContent {
  /** By index. */
  files: Iterable<number>;
  /** Those of which the rest of the file can be read, by index. */
  pieces: Iterable<number>;
}

/** What changed of a publication's traffic since it was last reported. */
export interface Traffic {
  id: number;
  /** Bytes sent since the last report, and to whom. */
  sent: SentBytes & { peers: SentToPeer[] };
  /** Bytes per second. */
  uploadRate: number;
  /** Connected peers. */
  peers: number;
}

/** How a peer was found: who named it, or that it came by itself. */
export type PeerSource = PeerNamer | 'incoming';

/** A connected peer as others are told of it. Rates in bytes per second, times since the epoch. */
export interface ConnectedPeer {
  address: string;
  client: string;
  progress: number;
  uploadRate: number;
  uploaded: number;
  interested: boolean;
  choked: boolean;
  source: PeerSource;
  encrypted: boolean;
  /** Seconds until it has all, as fast as it got on lately; null when that cannot be told. */
  secondsLeft: number | null;
  connectedAt: number;
}

/** A peer's connection, as its publication and the seeder know it. */
export interface PublicationPeer extends ChokerPeer, Recipient {
  /** Where the connection leads to, or comes from. */
  readonly address: PeerAddress;
  /** Where that is, as `siteOf` has it. */
  readonly site: string;
  /** The port at which it accepts connections; null while it has not said. */
  readonly listenPort: number | null;
  /** 20 bytes. */
  readonly peerId: Uint8Array;
  /** It has every piece, or wants no data. */
  readonly complete: boolean;
  /** We connected to it. */
  readonly outgoing: boolean;
  /** What it says is encrypted. */
  readonly encrypted: boolean;
  /** Chokes it, as the choker has decided. */
  choke(): void;
  /** Unchokes it if it is choked; `optimistic`: since it is its turn, and not for what it earns. */
  giveSlot(optimistic: boolean): void;
  /** Since when it wanted nothing, neither data nor metadata; null while it does, or has to wait. */
  readonly idleSince: number | null;
  /** Other pieces than before can be served: tells the peer, or has it come back to be told. */
  piecesChanged(): void;
  /** To be called once a second: rates, keep-alives and deadlines. */
  tick(): void;
  describe(): ConnectedPeer;
  /** Tells it of a piece (BEP 16). */
  offerPiece(piece: number): void;
  /** Tells it of all that can be served, but for the pieces that it `knows` of. */
  offerAll(knows: (piece: number) => boolean): void;
  /** Ends the connection at once; see PeerEnvironment.closed for what `cause` means. */
  close(cause: unknown): void;
}

/** What of a publication only some peers ask for; read when they do. */
interface PublicationData {
  /** The bencoded info dictionary. */
  info(): Uint8Array;
  /** See ContentSource. */
  hashes(range: HashRequest): Promise<HashAnswer>;
}

/** How long the info dictionary stays in memory after somebody needed it. */
const keepInfoMs = 30_000;
/** About what a loaded publication takes besides its arrays, bytes. */
const baseBytes = 4_096;

/** A publication with its content loaded: it has peers, or had some a moment ago. */
export class LivePublication {
  readonly id: number;
  readonly content: SeedContent;
  readonly layout: ContentLayout;
  readonly peers = new Set<PublicationPeer>();
  readonly rate = new Rate();
  /** Peers connected at one time; null for as many as of every publication. */
  maxConnections: number | null;
  /** When the last peer left; milliseconds, on the seeder's clock. */
  idleSince: number;
  readonly #data: PublicationData;
  #superSeeding: SuperSeeding<PublicationPeer> | null;
  #info: Uint8Array | null = null;
  #infoNeededAt = 0;
  /** The pieces of files that cannot be read; null while all can. */
  #missing: Bitfield | null = null;
  /** The pieces that are not good, whatever their files are like; null for none. */
  #bad: Bitfield | null = null;
  /** A copy of both together as they are now; undefined when it must be made anew. */
  #withheld: Bitfield | null | undefined = null;
  #peersKnow = true;
  readonly #sent = new SentAccounts();
  #reportedRate = 0;
  #reportedPeers = 0;

  constructor(content: SeedContent, data: PublicationData, now: number) {
    this.id = content.id;
    this.content = content;
    this.layout = new ContentLayout(content);
    this.maxConnections = content.maxConnections;
    this.#superSeeding = content.superSeeding
      ? new SuperSeeding(content.pieceCount, (peer, piece) => peer.offerPiece(piece))
      : null;
    this.#data = data;
    this.idleSince = now;
  }

  /** Null where peers are told of all that can be served. */
  get superSeeding(): SuperSeeding<PublicationPeer> | null {
    return this.#superSeeding;
  }

  /** Tells all peers of all that can be served, from now on. */
  endSuperSeeding(): void {
    const over = this.#superSeeding;
    if (!over) return;
    this.#superSeeding = null;
    for (const peer of [...this.peers]) peer.offerAll((piece) => over.offered(peer, piece));
  }

  /** About how much memory it takes. */
  get estimatedBytes(): number {
    const { fileStarts, fileEnds, pieceCount } = this.content;
    const places = new Set([fileStarts.buffer, fileEnds.buffer]);
    const placeBytes = [...places].reduce((sum, { byteLength }) => sum + byteLength, 0);
    return baseBytes + placeBytes + pieceCount / 4 + (this.#info?.length ?? 0);
  }

  /** The bencoded info dictionary; read when it is first needed, and kept for a while. */
  info(now: number): Uint8Array {
    this.#infoNeededAt = now;
    this.#info ??= this.#data.info();
    return this.#info;
  }

  /** The hashes that answer a hash request (BEP 52). */
  hashes(range: HashRequest): Promise<HashAnswer> {
    return this.#data.hashes(range);
  }

  /**
   * The info hash to answer a handshake with: the one it names; but who speaks v2, though it named
   * the v1 hash of a hybrid, is answered with that of v2, so that both go on with v2 (BEP 52).
   */
  infoHashFor({ infoHash, v2 }: Pick<Handshake, 'infoHash' | 'v2'>): Uint8Array {
    return (v2 ? this.content.shortInfoHashV2 : null) ?? infoHash;
  }

  /**
   * To be called once a second: offers pieces, and lets go of an info dictionary that nobody needs
   * any more. True when super-seeding has just ended, since it has done what it is for.
   */
  tick(now: number): boolean {
    if (now - this.#infoNeededAt > keepInfoMs) this.#info = null;
    this.#superSeeding?.tick(now);
    if (!this.#superSeeding?.isOver(now)) return false;
    this.endSuperSeeding();
    return true;
  }

  serves(piece: number): boolean {
    return !this.#missing?.has(piece) && !this.#bad?.has(piece);
  }

  /** The pieces that can be served. */
  available(): Bitfield {
    const available = Bitfield.full(this.content.pieceCount);
    for (const piece of this.withheld()?.pieces() ?? []) available.unset(piece);
    return available;
  }

  /** The pieces that cannot be served, as they are now and stay in this copy; null for none. */
  withheld(): Bitfield | null {
    if (this.#withheld === undefined) {
      const { pieceCount } = this.content;
      const withheld = this.#missing
        ? Bitfield.from(this.#missing.bits, pieceCount)
        : new Bitfield(pieceCount);
      for (const piece of this.#bad?.pieces() ?? []) withheld.set(piece);
      this.#withheld = withheld.count > 0 ? withheld : null;
    }
    return this.#withheld;
  }

  /**
   * These pieces are not good, and no others, whatever their files are like: a bit each, or null
   * for none. Peers are told with `tellPeers`.
   */
  setBadPieces(bits: Uint8Array | null): void {
    if (bits === null && this.#bad === null) return;
    this.#bad = bits && Bitfield.from(bits, this.content.pieceCount);
    this.#piecesChanged();
  }

  /** These files, by index, cannot be served any more. Peers are told with `tellPeers`. */
  filesFailed(files: Iterable<number>): void {
    for (const file of files) {
      this.#missing ??= new Bitfield(this.content.pieceCount);
      const { first, end } = this.layout.piecesOf(file);
      for (let piece = first; piece < end; piece++) this.#missing.set(piece);
    }
    this.#piecesChanged();
  }

  /** Neither can these pieces, though the rest of their files can. */
  piecesFailed(pieces: Iterable<number>): void {
    for (const piece of pieces) {
      this.#missing ??= new Bitfield(this.content.pieceCount);
      this.#missing.set(piece);
    }
    this.#piecesChanged();
  }

  /** Only these files and pieces still cannot be served. Peers are told with `tellPeers`. */
  restored({ files, pieces }: FaultyContent): void {
    this.#missing = null;
    this.filesFailed(files);
    this.piecesFailed(pieces);
  }

  /** Tells the peers which pieces were lost, and which are back, since this was called last. */
  tellPeers(): void {
    if (this.#peersKnow) return;
    this.#peersKnow = true;
    for (const peer of [...this.peers]) peer.piecesChanged();
  }

  /** A peer's socket has taken bytes that are not payload, or not known to be. */
  countTaken(to: Recipient, bytes: number): void {
    this.#sent.addProtocol(to, bytes);
  }

  /** Of what a peer's socket has taken, so much is payload. */
  countPayload(to: Recipient, bytes: number): void {
    this.#sent.addPayload(to, bytes);
    this.#sent.addProtocol(to, -bytes);
    this.rate.add(bytes);
  }

  /** What to report with this rate; null when nothing has changed. It then counts as reported. */
  takeTraffic(uploadRate: number): Traffic | null {
    const peers = this.peers.size;
    const same = uploadRate === this.#reportedRate && peers === this.#reportedPeers;
    if (same && this.#sent.isEmpty) return null;
    this.#reportedRate = uploadRate;
    this.#reportedPeers = peers;
    return { id: this.id, sent: this.#sent.take(), uploadRate, peers };
  }

  /** What was reported last. */
  get reported(): Pick<Traffic, 'uploadRate' | 'peers'> {
    return { uploadRate: this.#reportedRate, peers: this.#reportedPeers };
  }

  #piecesChanged(): void {
    this.#withheld = undefined;
    this.#peersKnow = false;
  }
}
