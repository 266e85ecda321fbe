import type { Duplex } from 'node:stream';
import { Bitfield } from './bitfield.ts';
import type { UnreadableFile } from './block-reader.ts';
import { BlockSender, type DataPlane } from './block-sender.ts';
import type { ConnectedPeer, LivePublication, PublicationPeer } from './live-publication.ts';
import { Outbox } from './outbox.ts';
import { peerClientName } from './peer-client-name.ts';
import { PeerExtensions } from './peer-extensions.ts';
import { PieceOffer } from './piece-offer.ts';
import { Rate } from './rate.ts';
import type { QueuedBlock } from './request-queue.ts';
import { WireError } from './wire/error.ts';
import { encodeHandshake, type Handshake } from './wire/handshake.ts';
import { MessageDecoder } from './wire/message-decoder.ts';
import {
  type BlockRequest,
  choke,
  encodeRejectRequest,
  keepAlive,
  type Message,
  maxRequestLength,
  unchoke,
} from './wire/messages.ts';

/** How many requests of a peer are kept (`reqq`, BEP 10). */
const requestQueueLength = 2_000;

/** Clients drop peers that are silent for two minutes. */
const keepAliveAfterMs = 100_000;
/** A peer that says nothing for so long, or takes nothing of what it is sent, is gone. */
const silenceLimitMs = 180_000;

/** A peer that wants nothing, neither data nor metadata, keeps its place for so long. */
const idleLimitMs = 600_000;

/** How long a peer whose requests cannot even be rejected is left choked. */
const barMs = 10_000;

/** What all connections share with the seeder. */
export interface PeerEnvironment extends DataPlane {
  /** Ours, 20 bytes. */
  readonly peerId: Uint8Array;
  /** Somebody became interested, or is not any more. */
  interestChanged(): void;
  /** A file cannot be served; marks the publication's pieces before it returns. */
  fileFailed(publication: LivePublication, error: UnreadableFile): void;
  /**
   * The connection is over. `cause` is a WireError when the peer broke the protocol, null when
   * nothing went wrong, and anything else is a fault of ours.
   */
  closed(peer: PublicationPeer, publication: LivePublication, cause: unknown): void;
}

/** One peer of one publication, from the moment both have shaken hands. */
export class PeerConnection implements PublicationPeer {
  readonly #publication: LivePublication;
  readonly #socket: Duplex;
  readonly #environment: PeerEnvironment;
  readonly #handshake: Handshake;
  readonly #address: string;
  readonly #connectedAt: number;
  readonly #decoder: MessageDecoder;
  readonly #blocks: BlockSender;
  readonly #extensions: PeerExtensions;
  readonly #offer: PieceOffer;
  readonly #rate = new Rate();
  /** What it has; null while it has said nothing. */
  #has: Bitfield | null = null;
  #interested = false;
  /** Since when it is not interested. */
  #uninterestedSince: number;
  #choked = true;
  #since: number;
  #barredUntil = 0;
  #uploaded = 0;

  readonly #outbox: Outbox;
  #handling = false;
  #lastReceivedAt: number;
  #closed = false;

  /** `connectedAt` is milliseconds since the epoch, for those who are told of the peer. */
  constructor(
    socket: Duplex,
    peer: { handshake: Handshake; address: string; connectedAt: number },
    publication: LivePublication,
    environment: PeerEnvironment,
  ) {
    const now = environment.now();
    this.#publication = publication;
    this.#socket = socket;
    this.#environment = environment;
    this.#handshake = peer.handshake;
    this.#address = peer.address;
    this.#connectedAt = peer.connectedAt;
    this.#since = now;
    this.#uninterestedSince = now;
    this.#lastReceivedAt = now;
    this.#outbox = new Outbox(socket, environment.now, {
      onRoom: () => this.#guard(() => this.#sendMetadata()),
      onFault: (error) => this.close(error),
    });
    this.#decoder = new MessageDecoder(publication.content.pieceCount);
    this.#extensions = new PeerExtensions(publication, environment.now);
    this.#offer = new PieceOffer(publication, peer.handshake.fast);
    this.#blocks = new BlockSender(
      publication,
      environment,
      {
        write: (bytes, done) => this.#outbox.write(bytes, done),
        sent: (payload) => this.#countSent(payload),
        fileFailed: (error) => environment.fileFailed(publication, error),
        refused: (blocks) => this.#holdOrRefuse(blocks),
        failed: (error) => this.close(error),
      },
      requestQueueLength,
    );
  }

  get interested(): boolean {
    return this.#interested;
  }

  get choked(): boolean {
    return this.#choked;
  }

  get since(): number {
    return this.#since;
  }

  get barredUntil(): number {
    return this.#barredUntil;
  }

  get idleSince(): number | null {
    if (this.#interested) return null;
    return Math.max(this.#uninterestedSince, this.#extensions.metadataAt);
  }

  /** Answers the handshake and serves the peer. `rest` is what came right behind its handshake. */
  start(rest: Uint8Array): void {
    this.#guard(() => {
      this.#greet();
      this.#socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
      this.#socket.on('close', () => this.close(null));
      // What went wrong with a peer's connection is of no interest; 'close' follows.
      this.#socket.on('error', () => this.close(null));
    });
    if (rest.length > 0) this.#receive(rest);
  }

  setChoked(choked: boolean): void {
    if (choked === this.#choked || this.#closed) return;
    this.#guard(() => {
      this.#choked = choked;
      this.#since = this.#environment.now();
      if (!choked) {
        this.#outbox.send(unchoke);
        return;
      }
      this.#outbox.send(choke);
      // Without the fast extension a choke itself says that no request will be answered.
      const dropped = this.#blocks.clear();
      for (const block of dropped) this.#reject(this.#requestOf(block));
      for (const request of this.#offer.takeHeld()) this.#reject(request);
    });
  }

  piecesChanged(): void {
    this.#guard(() => {
      const messages = this.#offer.update(this.#extensions.dontHaveId, requestQueueLength);
      if (!messages) {
        this.close(null);
        return;
      }
      for (const message of messages) this.#outbox.send(message);
      for (const request of this.#offer.takeHeld()) this.#refuse(request);
    });
  }

  tick(): void {
    this.#guard(() => {
      const now = this.#environment.now();
      this.#rate.tick();
      this.#outbox.tick();
      if (now - this.#lastReceivedAt > silenceLimitMs) {
        this.close(new WireError('silent for too long'));
      } else if (this.#outbox.stalledMs > silenceLimitMs) {
        this.close(new WireError('takes nothing of what it is sent'));
      } else if (now - (this.idleSince ?? now) > idleLimitMs) {
        this.close(null);
      } else if (this.#outbox.idleMs >= keepAliveAfterMs) {
        this.#outbox.send(keepAlive);
      }
    });
  }

  describe(): ConnectedPeer {
    const { pieceCount } = this.#publication.content;
    return {
      address: this.#address,
      client: peerClientName(this.#handshake.peerId, this.#extensions.version),
      progress: pieceCount === 0 ? 1 : (this.#has?.count ?? 0) / pieceCount,
      uploadRate: this.#rate.bytesPerSecond,
      uploaded: this.#uploaded,
      interested: this.#interested,
      choked: this.#choked,
      connectedAt: this.#connectedAt,
    };
  }

  close(cause: unknown): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#blocks.close();
    this.#socket.destroy();
    this.#environment.closed(this, this.#publication, cause);
  }

  get #fast(): boolean {
    return this.#handshake.fast;
  }

  /** Our handshake, what we have, which must come right behind it, and our extensions. */
  #greet(): void {
    const { content } = this.#publication;
    this.#outbox.send(
      encodeHandshake({
        infoHash: content.infoHash,
        peerId: this.#environment.peerId,
        fast: true,
        extended: true,
      }),
    );
    const pieces = this.#offer.open();
    if (pieces) this.#outbox.send(pieces);
    if (this.#handshake.extended) this.#outbox.send(this.#extensions.open(requestQueueLength));
  }

  #receive(chunk: Uint8Array): void {
    this.#guard(() => {
      this.#lastReceivedAt = this.#environment.now();
      this.#decoder.push(chunk, (message) => {
        if (!this.#closed) this.#handle(message);
      });
      this.#blocks.pump();
      this.#sendMetadata();
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
        this.#handleRequest(message);
        break;
      case 'cancel':
        this.#handleCancel(message);
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
        break;
      case 'extended':
        this.#handleExtended(message.id, message.payload);
        break;
      default:
      // The rest is for those who download, or of extensions we do not speak.
    }
  }

  /** @throws WireError when the peer uses the fast extension without having said so (BEP 6) */
  #expectFast(): void {
    if (!this.#fast)
      throw new WireError('a message of the fast extension, which it does not speak');
  }

  #setInterested(interested: boolean): void {
    if (interested === this.#interested) return;
    this.#interested = interested;
    const now = this.#environment.now();
    if (this.#choked) this.#since = now;
    if (!interested) this.#uninterestedSince = now;
    this.#environment.interestChanged();
  }

  #handleRequest(request: BlockRequest): void {
    if (request.length > maxRequestLength || !this.#publication.layout.has(request)) {
      throw new WireError(
        `request for ${request.length} bytes at ${request.begin} of piece ${request.piece}`,
      );
    }
    if (this.#choked) {
      // The choke may have crossed it on the way; without the fast extension that is known.
      this.#reject(request);
    } else if (!this.#publication.serves(request.piece)) {
      if (!this.#offer.hold(request, requestQueueLength)) this.#refuse(request);
    } else if (!this.#blocks.add(request)) {
      this.#reject(request);
    }
  }

  #handleCancel(request: BlockRequest): void {
    if (!this.#publication.layout.has(request)) return;
    if (this.#blocks.cancel(request) || this.#offer.cancel(request)) this.#reject(request);
  }

  #handleHave(piece: number): void {
    const { pieceCount } = this.#publication.content;
    if (piece >= pieceCount) throw new WireError(`have of piece ${piece} of ${pieceCount}`);
    this.#has ??= new Bitfield(pieceCount);
    this.#has.set(piece);
    this.#leaveIfSeed();
  }

  #setPieces(pieces: Bitfield): void {
    this.#has = pieces;
    this.#leaveIfSeed();
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

  #sendMetadata(): void {
    while (this.#outbox.hasRoom && !this.#closed) {
      const message = this.#extensions.next();
      if (!message) break;
      this.#outbox.send(message);
      this.#outbox.flush();
    }
  }

  #requestOf(block: QueuedBlock): BlockRequest {
    return this.#publication.layout.blockAt(block.offset, block.length);
  }

  /** Blocks that were asked for when their pieces could still be served. */
  #holdOrRefuse(blocks: QueuedBlock[]): void {
    this.#guard(() => {
      for (const block of blocks) {
        const request = this.#requestOf(block);
        if (!this.#offer.hold(request, requestQueueLength)) this.#refuse(request);
      }
    });
  }

  /**
   * Says that a block will not come. Without the fast extension only a choke says so, of all
   * blocks; the peer would ask for it again at once, so it stays choked for a while.
   */
  #refuse(request: BlockRequest): void {
    if (this.#fast) {
      this.#reject(request);
    } else if (!this.#choked) {
      this.#barredUntil = this.#environment.now() + barMs;
      this.setChoked(true);
      this.#environment.interestChanged();
    }
  }

  #reject(request: BlockRequest): void {
    if (this.#fast) this.#outbox.send(encodeRejectRequest(request));
  }

  #countSent(payload: number): void {
    this.#uploaded += payload;
    this.#rate.add(payload);
    this.#publication.countSent(payload);
  }
}
