import { connect, type Socket } from 'node:net';
import { extendedHandshake, handshake, message, messageId, numbers, Skimmer } from './wire.ts';

interface PeerOptions {
  port: number;
  infoHash: string;
  /** Bytes. */
  size: number;
  pieceLength: number;
  /** Its name and version, as it says itself. */
  client: string;
  /** The share of the pieces it has from before, 0 to 1. */
  has: number;
  /** Bytes per second; Infinity for as much as comes, 0 when it wants nothing. */
  speed: number;
}

const asksEveryMs = 100;
const swingMs = 7_000;
/** What everybody asks for. */
const blockLength = 16 * 1024;
/** What who is in a hurry asks for, and how many of them at one time. */
const largeBlockLength = 128 * 1024;
const largeBlocksAtOnce = 32;

/**
 * A peer that downloads one piece after the other, at its speed, and throws away what it gets. It
 * never has everything: instead of the last piece it asks for the first ones again.
 */
export class Peer implements Disposable {
  readonly #options: PeerOptions;
  readonly #socket: Socket;
  readonly #pieces: number;
  readonly #piecesBefore: number;
  readonly #disconnected = Promise.withResolvers<never>();
  #timer: NodeJS.Timeout | undefined;
  /** Pieces that the seeder was told it has. */
  #told: number;
  /** Where the next block to ask for begins. */
  #next: number;
  /** Bytes that it may ask for now. */
  #allowance = 0;
  #received = 0;
  #awaited: { bytes: number; come: () => void } | null = null;

  constructor(options: PeerOptions) {
    this.#options = options;
    this.#pieces = Math.ceil(options.size / options.pieceLength);
    this.#piecesBefore = Math.floor(this.#pieces * options.has);
    this.#told = this.#piecesBefore;
    this.#next = this.#piecesBefore * options.pieceLength;
    this.#disconnected.promise.catch(() => undefined);
    const skimmer = new Skimmer({
      onUnchoke: () => this.#start(),
      onData: (bytes) => this.#receive(bytes),
    });
    this.#socket = connect({ port: options.port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (chunk) => skimmer.push(chunk));
    this.#socket.on('error', (error) => this.#disconnected.reject(error));
    this.#socket.on('close', () => this.#disconnected.reject(new Error('a peer lost the seeder')));
    this.#socket.write(handshake(options.infoHash));
    this.#socket.write(message(messageId.bitfield, this.#bitfield()));
    this.#socket.write(extendedHandshake(options.client));
    if (options.speed > 0) this.#socket.write(message(messageId.interested));
  }

  /** Waits until so much has come. */
  async gets(bytes: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#awaited = { bytes, come: resolve };
    await Promise.race([promise, this.#disconnected.promise]);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#socket.destroy();
  }

  get #isInHurry(): boolean {
    return this.#options.speed === Number.POSITIVE_INFINITY;
  }

  /** Nobody's line is steady: it swings around the speed, each peer's in its own time. */
  #speedNow(): number {
    const { speed } = this.#options;
    const phase = performance.now() / swingMs + speed;
    return speed * (1 + 0.35 * Math.sin(phase) + 0.15 * Math.sin(phase * 3.7));
  }

  #bitfield(): Buffer {
    const bits = Buffer.alloc(Math.ceil(this.#pieces / 8));
    for (let piece = 0; piece < this.#piecesBefore; piece++) {
      const at = piece >> 3;
      bits.writeUInt8(bits.readUInt8(at) | (0x80 >> (piece & 7)), at);
    }
    return bits;
  }

  #start(): void {
    if (this.#isInHurry) {
      this.#allowance = largeBlocksAtOnce * largeBlockLength;
      this.#ask(largeBlockLength);
    } else {
      this.#timer ??= setInterval(() => {
        this.#allowance += (this.#speedNow() * asksEveryMs) / 1000;
        this.#ask(blockLength);
      }, asksEveryMs);
    }
  }

  #receive(bytes: number): void {
    this.#received += bytes;
    if (this.#isInHurry) {
      this.#allowance += bytes;
      this.#ask(largeBlockLength);
    }
    const { pieceLength } = this.#options;
    const has = this.#piecesBefore + Math.floor(this.#received / pieceLength);
    while (this.#told < Math.min(has, this.#pieces - 1)) {
      this.#socket.write(numbers(messageId.have, this.#told++));
    }
    if (this.#awaited && this.#received >= this.#awaited.bytes) this.#awaited.come();
  }

  /** Asks for as many blocks as it may. */
  #ask(block: number): void {
    const { pieceLength } = this.#options;
    const length = Math.min(block, pieceLength);
    const requests: Buffer[] = [];
    for (; this.#allowance >= length; this.#allowance -= length) {
      // the last piece is the only one that may be shorter
      if (this.#next >= (this.#pieces - 1) * pieceLength) this.#next = 0;
      const piece = Math.floor(this.#next / pieceLength);
      requests.push(numbers(messageId.request, piece, this.#next % pieceLength, length));
      this.#next += length;
    }
    if (requests.length > 0) this.#socket.write(Buffer.concat(requests));
  }
}
