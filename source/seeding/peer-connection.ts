import type { Duplex } from 'node:stream';
import { Bitfield } from './bitfield.ts';
import type { Rc4 } from './encryption/rc4.ts';
import type { StreamCipher } from './encryption/stream-keys.ts';
import { HashSender } from './hash-sender.ts';
import { formatAddress, type PeerAddress, plainAddress, siteOf } from './listener/peer-address.ts';
import type {
  ConnectedPeer,
  LivePublication,
  PeerSource,
  PublicationPeer,
} from './live-publication.ts';
import { Outbox } from './outbox.ts';
import { peerClientName } from './peer-client-name.ts';
import type { PeerEnvironment } from './peer-environment.ts';
import { PeerExtensions } from './peer-extensions.ts';
import { PieceGain } from './piece-gain.ts';
import { PieceRequests, requestQueueLength } from './piece-requests.ts';
import { Rate } from './rate.ts';
import { WireError } from './wire/error.ts';
import { encodeHandshake, type Handshake } from './wire/handshake.ts';
import { MessageDecoder } from './wire/message-decoder.ts';
import {
  encodeHave,
  encodePort,
  type HashRequest,
  keepAlive,
  type Message,
} from './wire/messages.ts';

/** Clients drop peers that are silent for two minutes. */
const keepAliveAfterMs = 100_000;
/**
 * libTorrent (rtorrent) may read all of our greeting with the end of the encrypted handshake, and, while
 * it has no metadata, looks at what it has read only when more comes: so it gets a keep-alive early.
 */
const nudgeAfterMs = 1_000;
/** A peer that says nothing for so long, or takes nothing of what it is sent, is gone. */
const silenceLimitMs = 180_000;

/** A peer that wants nothing, neither data nor metadata, keeps its place for so long. */
const idleLimitMs = 600_000;

/** A peer that has said its handshake. */
interface NewPeer {
  handshake: Handshake;
  address: PeerAddress;
  /** When it is named by somebody, we connected to it, and have said our handshake. */
  source: PeerSource;
  /** Milliseconds since the epoch, for those who are told of the peer. */
  connectedAt: number;
  /** For all that follows; null in plaintext. */
  cipher: StreamCipher | null;
}

/** One peer of one publication, from the moment both have shaken hands. */
export class PeerConnection implements PublicationPeer {
  readonly #publication: LivePublication;
  readonly #socket: Duplex;
  readonly #environment: PeerEnvironment;
  readonly #handshake: Handshake;
  /** Decrypts what comes; null in plaintext. */
  readonly #cipher: Rc4 | null;
  readonly address: PeerAddress;
  readonly site: string;
  readonly #source: PeerSource;
  readonly #connectedAt: number;
  readonly #decoder: MessageDecoder;
  readonly #requests: PieceRequests;
  readonly #extensions: PeerExtensions;
  readonly #hashes: HashSender;
  readonly #rate = new Rate();
  readonly #gain = new PieceGain();
  /** What it has; null while it has said nothing. */
  #has: Bitfield | null = null;
  #interested = false;
  #optimistic = false;
  #hasNamedNode = false;
  /** How long after what was sent last a keep-alive is due. */
  #keepAliveAfter: number;
  /** Since when it is not interested. */
  #uninterestedSince: number;
  #uploaded = 0;

  readonly #outbox: Outbox;
  #handling = false;
  #lastReceivedAt: number;
  #closed = false;

  constructor(
    socket: Duplex,
    peer: NewPeer,
    publication: LivePublication,
    environment: PeerEnvironment,
  ) {
    const now = environment.now();
    this.#publication = publication;
    this.#socket = socket;
    this.#environment = environment;
    this.#handshake = peer.handshake;
    this.address = peer.address;
    this.site = siteOf(peer.address.host);
    this.#source = peer.source;
    this.#connectedAt = peer.connectedAt;
    this.#uninterestedSince = now;
    this.#lastReceivedAt = now;
    this.#cipher = peer.cipher?.incoming ?? null;
    const mayBeStuck = peer.cipher !== null && !peer.handshake.fast;
    this.#keepAliveAfter = mayBeStuck ? nudgeAfterMs : keepAliveAfterMs;
    this.#outbox = new Outbox(socket, peer.cipher?.outgoing ?? null, environment.now, {
      onRoom: () => this.#guard(() => this.#sendAnswers()),
      onFault: (error) => this.close(error),
      onTaken: (bytes) => publication.countTaken(this, bytes),
    });
    this.#decoder = new MessageDecoder(publication.content.pieceCount);
    this.#extensions = new PeerExtensions(publication, this, environment.now, {
      peersNamed: (addresses) =>
        environment.peersNamed(publication, peer.handshake, addresses, peer.address),
      pieceLost: (piece) => this.#has?.unset(piece),
      addressSeen: (address) => environment.addressSeen(address, this.address),
    });
    const { pieceCount } = publication.content;
    this.#hashes = new HashSender(pieceCount, now, {
      hashes: (range) => publication.hashes(range),
      onAnswer: () => this.#guard(() => this.#sendAnswers()),
      onFault: (error) => this.close(error),
    });
    this.#requests = new PieceRequests(publication, environment, peer.handshake.fast, {
      host: this.host,
      send: (message) => this.#outbox.send(message),
      write: (bytes, done) => this.#outbox.write(bytes, done),
      mayHave: (piece) => publication.superSeeding?.offered(this, piece) ?? true,
      openGate: (wake) => environment.openGate(publication, peer.address, wake),
      sent: (payload) => this.#countPayload(payload),
      fileFailed: (error) => environment.fileFailed(publication, error),
      run: (work) => this.#guard(work),
      slotFreed: () => environment.interestChanged(),
      failed: (error) => this.close(error),
    });
  }

  get interested(): boolean {
    return this.#interested;
  }

  get choked(): boolean {
    return this.#requests.choked;
  }

  get since(): number {
    return this.#requests.since;
  }

  get barredUntil(): number {
    return this.#requests.barredUntil;
  }

  get optimistic(): boolean {
    return this.#optimistic;
  }

  get uploadRate(): number {
    return this.#rate.bytesPerSecond;
  }

  get progress(): number {
    const { size } = this.#publication.content;
    const sent = size === 0 ? 1 : this.#uploaded / size;
    return Math.min(1, Math.max(this.#said, sent));
  }

  get idleSince(): number | null {
    const since = this.#interested ? this.#requests.unusedSince : this.#uninterestedSince;
    return since === null ? null : Math.max(since, this.#extensions.metadataAt);
  }

  get listenPort(): number | null {
    return this.outgoing ? this.address.port : this.#extensions.listenPort;
  }

  get peerId(): Uint8Array {
    return this.#handshake.peerId;
  }

  get host(): string {
    return plainAddress(this.address.host);
  }

  get client(): string {
    return peerClientName(this.#handshake.peerId, this.#extensions.version);
  }

  get outgoing(): boolean {
    return this.#source !== 'incoming';
  }

  get encrypted(): boolean {
    return this.#cipher !== null;
  }

  get complete(): boolean {
    return this.#has?.complete === true || this.#extensions.uploadOnly;
  }

  /** Greets the peer and serves it. `rest` is what came right behind its handshake. */
  start(rest: Uint8Array): void {
    this.#publication.superSeeding?.join(this, this.#environment.now());
    this.#guard(() => {
      this.#greet();
      this.#socket.on('data', (chunk: Uint8Array) => {
        this.#receive(this.#cipher?.apply(chunk) ?? chunk);
      });
      this.#socket.on('close', () => this.close(null));
      // What went wrong with a peer's connection is of no interest; 'close' follows.
      this.#socket.on('error', () => this.close(null));
    });
    if (rest.length > 0) this.#receive(rest);
  }

  choke(): void {
    if (!this.choked) this.#guard(() => this.#requests.setChoked(true));
  }

  giveSlot(optimistic: boolean): void {
    this.#optimistic = optimistic;
    if (this.choked) this.#guard(() => this.#requests.setChoked(false));
  }

  offerPiece(piece: number): void {
    this.#guard(() => this.#outbox.send(encodeHave(piece)));
  }

  offerAll(knows: (piece: number) => boolean): void {
    this.#guard(() => {
      const knowsOrHas = (piece: number) => knows(piece) || this.#has?.has(piece) === true;
      if (!this.#requests.offerAll(knowsOrHas)) this.close(null);
    });
  }

  piecesChanged(): void {
    this.#guard(() => {
      if (!this.#requests.piecesChanged(this.#extensions.dontHaveId)) this.close(null);
    });
  }

  tick(): void {
    this.#guard(() => {
      const now = this.#environment.now();
      this.#rate.tick();
      this.#gain.tick(this.#has?.count ?? 0);
      this.#outbox.tick();
      if (now - this.#lastReceivedAt > silenceLimitMs) {
        this.close(new WireError('silent for too long'));
      } else if (this.#outbox.stalledMs > silenceLimitMs) {
        this.close(new WireError('takes nothing of what it is sent'));
      } else if (now - (this.idleSince ?? now) > idleLimitMs) {
        this.close(null);
        return;
      }
      if (!this.#requests.tick()) {
        this.close(null);
        return;
      }
      if (this.#interested) this.#requests.offerFastPieces(this.#has);
      const exchange = this.#extensions.exchange();
      if (exchange) this.#outbox.send(exchange);
      else if (this.#outbox.idleMs >= this.#keepAliveAfter) {
        this.#keepAliveAfter = keepAliveAfterMs;
        this.#outbox.send(keepAlive);
      }
    });
  }

  describe(): ConnectedPeer {
    return {
      address: formatAddress(this.address),
      client: this.client,
      progress: this.#said,
      uploadRate: this.uploadRate,
      uploaded: this.#uploaded,
      interested: this.#interested,
      choked: this.choked,
      source: this.#source,
      encrypted: this.encrypted,
      secondsLeft: this.#secondsLeft(),
      connectedAt: this.#connectedAt,
    };
  }

  close(cause: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#requests.close();
    this.#publication.superSeeding?.leave(this);
    this.#socket.destroy();
    this.#environment.closed(this, this.#publication, cause);
  }

  /** How much of the content it says that it has, 0 to 1. */
  get #said(): number {
    const { pieceCount } = this.#publication.content;
    return pieceCount === 0 ? 1 : (this.#has?.count ?? 0) / pieceCount;
  }

  #secondsLeft(): number | null {
    return this.#has && this.#gain.secondsFor(this.#has.pieceCount - this.#has.count);
  }

  /** Our handshake, what we have, which must come right behind it, and our extensions. */
  #greet(): void {
    if (!this.outgoing) this.#sendHandshake();
    const pieces = this.#requests.open();
    if (pieces) this.#outbox.send(pieces);
    if (this.#handshake.extended) {
      const listenPort = this.outgoing ? this.#environment.listenPort() : null;
      this.#outbox.send(this.#extensions.open(requestQueueLength, listenPort));
    }
    const dhtPort = this.#dhtPort();
    if (this.#handshake.dht && dhtPort !== null) this.#outbox.send(encodePort(dhtPort));
  }

  /** Null as well of what is private, whose peers the DHT is not to know (BEP 27). */
  #dhtPort(): number | null {
    return this.#publication.content.private ? null : this.#environment.dhtPort();
  }

  #sendHandshake(): void {
    this.#outbox.send(
      encodeHandshake({
        infoHash: this.#publication.infoHashFor(this.#handshake),
        peerId: this.#environment.peerId,
        fast: true,
        extended: true,
        v2: this.#publication.content.shortInfoHashV2 !== null,
        dht: this.#dhtPort() !== null,
      }),
    );
  }

  #receive(chunk: Uint8Array): void {
    this.#guard(() => {
      this.#lastReceivedAt = this.#environment.now();
      this.#decoder.push(chunk, (message) => {
        if (!this.#closed) this.#handle(message);
      });
      this.#requests.pump();
      this.#sendAnswers();
    });
  }

  /**
   * Runs one of the connection's handlers: whatever it throws costs this connection only, and
   * small messages it sends go out together at its end.
   */
  #guard(handler: () => void): void {
    if (this.#closed) return;
    if (this.#handling) {
      handler();
      return;
    }
    this.#handling = true;
    try {
      handler();
      if (!this.#closed) this.#outbox.flush();
    } catch (error) {
      this.close(error);
    } finally {
      this.#handling = false;
    }
  }

  #handle(message: Message): void {
    switch (message.type) {
      case 'interested':
        this.#setInterested(true);
        break;
      case 'not-interested':
        this.#setInterested(false);
        break;
      case 'request':
        this.#requests.request(message);
        break;
      case 'cancel':
        this.#requests.cancel(message);
        break;
      case 'have':
        this.#handleHave(message.piece);
        break;
      case 'bitfield':
        this.#setPieces(Bitfield.from(message.bits, this.#publication.content.pieceCount));
        break;
      case 'have-all':
        this.#expectFast();
        this.#setPieces(Bitfield.full(this.#publication.content.pieceCount));
        break;
      case 'have-none':
        this.#expectFast();
        this.#tellSuperSeeding([]);
        break;
      case 'extended':
        this.#handleExtended(message.id, message.payload);
        break;
      case 'port':
        this.#handlePort(message.port);
        break;
      case 'hash-request':
        this.#handleHashRequest(message);
        break;
      default:
      // The rest is for those who download, or of extensions we do not speak.
    }
  }

  /** @throws WireError when the peer uses the fast extension without having said so (BEP 6) */
  #expectFast(): void {
    if (!this.#handshake.fast)
      throw new WireError('a message of the fast extension, which it does not speak');
  }

  #setInterested(interested: boolean): void {
    if (interested === this.#interested) return;
    this.#interested = interested;
    const now = this.#environment.now();
    this.#requests.interestChanged();
    if (!interested) this.#uninterestedSince = now;
    this.#environment.interestChanged();
  }

  #handleHave(piece: number): void {
    const { pieceCount } = this.#publication.content;
    if (piece >= pieceCount) throw new WireError(`have of piece ${piece} of ${pieceCount}`);
    this.#has ??= new Bitfield(pieceCount);
    this.#has.set(piece);
    this.#tellSuperSeeding([piece]);
    this.#leaveIfSeed();
  }

  #setPieces(pieces: Bitfield): void {
    this.#has = pieces;
    this.#gain.begin(pieces.count);
    this.#tellSuperSeeding(pieces.pieces());
    this.#leaveIfSeed();
  }

  #tellSuperSeeding(pieces: Iterable<number>): void {
    this.#publication.superSeeding?.has(this, pieces, this.#environment.now());
  }

  /** Two seeds have nothing to say to each other. */
  #leaveIfSeed(): void {
    if (this.#has?.complete && this.#publication.content.pieceCount > 0) this.close(null);
  }

  #handleExtended(id: number, payload: Uint8Array): void {
    const answer = this.#extensions.receive(id, payload);
    if (answer) this.#outbox.send(answer);
    if (this.#extensions.uploadOnly && !this.#interested) this.close(null);
  }

  /** The first one only: a peer has one node, and may not have us try many ports. */
  #handlePort(port: number): void {
    if (this.#hasNamedNode || port === 0 || this.#dhtPort() === null) return;
    this.#hasNamedNode = true;
    this.#environment.dhtNodeNamed({ host: this.address.host, port });
  }

  #handleHashRequest(request: HashRequest): void {
    const reject = this.#hashes.request(request, this.#environment.now());
    if (reject) this.#outbox.send(reject);
  }

  /** Sends answers of kilobytes, metadata and hashes, as long as there is room for them. */
  #sendAnswers(): void {
    while (this.#outbox.hasRoom && !this.#closed) {
      const message = this.#extensions.next() ?? this.#hashes.next();
      if (!message) break;
      this.#outbox.send(message);
      this.#outbox.flush();
    }
  }

  #countPayload(payload: number): void {
    this.#uploaded += payload;
    this.#rate.add(payload);
    this.#publication.countPayload(this, payload);
  }
}
