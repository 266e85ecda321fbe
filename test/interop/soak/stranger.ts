import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { Conversation } from '../../../source/seeding/encryption/conversation.ts';
import { KeyExchange } from '../../../source/seeding/encryption/key-exchange.ts';
import { initiate } from '../../../source/seeding/encryption/mse-initiator.ts';
import type { StreamCipher } from '../../../source/seeding/encryption/stream-keys.ts';
import { message } from './lies.ts';

export interface StrangerOptions {
  host: string;
  port: number;
  /** Where it connects from. */
  from: string;
  infoHash: Buffer;
  pieceLength: number;
  /** What every block is compared with. */
  content: Buffer;
}

const handshakeLength = 68;

/** A connection to the everseed that says whatever it is told to, and trusts no block it gets. */
export class Stranger {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  /** Whether the everseed has unchoked it. */
  unchoked = false;
  isClosed = false;
  /** Bytes of blocks. */
  receivedBytes = 0;
  /** Blocks and rejects, of which every request gets one. */
  answers = 0;
  readonly #options: StrangerOptions;
  #cipher: StreamCipher | null = null;
  #securing: Conversation<{ rest: Uint8Array; cipher: StreamCipher | null }> | null = null;
  #buffer: Buffer = Buffer.alloc(0);
  /** Whether the everseed has shaken hands. */
  greeted = false;

  constructor(options: StrangerOptions) {
    this.#options = options;
    const { host, port, from } = options;
    this.socket = connect({ host, port, localAddress: from });
    this.socket.setNoDelay(true);
    this.socket.on('error', () => this.socket.destroy());
    this.closed = new Promise((resolve) => {
      this.socket.on('close', () => {
        this.isClosed = true;
        resolve();
      });
    });
    this.socket.on('data', (chunk) => this.#receive(chunk));
  }

  /** The handshake, with the extensions that a flag each stands for. */
  handshake({ fast = true, infoHash = this.#options.infoHash } = {}): Buffer {
    const reserved = Buffer.of(0, 0, 0, 0, 0, 0x10, 0, fast ? 0x04 : 0);
    const protocol = Buffer.from('\x13BitTorrent protocol', 'latin1');
    return Buffer.concat([protocol, reserved, infoHash, Buffer.from('-FZ0001-'), randomBytes(12)]);
  }

  /** Sends as it is, or by the cipher if there is one. */
  send(bytes: Buffer): void {
    if (this.isClosed) return;
    this.#cipher?.outgoing.apply(bytes);
    this.socket.write(bytes);
  }

  /** Begins with encryption; what is sent before that has gone through is lost. */
  secure(initial: Buffer, encryptionRequired: boolean): void {
    const { infoHash } = this.#options;
    const exchange = new KeyExchange();
    const padding = (max: number) => randomBytes(Math.floor(Math.random() * max));
    const context = { exchange, infoHash, initial, padding, encryptionRequired };
    this.#securing = new Conversation((heard) => initiate(heard, context));
    this.send(Buffer.from(this.#securing.push(Buffer.alloc(0)).reply));
  }

  /** Waits until something holds, or until it is closed or `limitMs` have passed. */
  async until(condition: () => boolean, limitMs: number): Promise<boolean> {
    const began = performance.now();
    while (!condition()) {
      if (this.isClosed || performance.now() - began > limitMs) return false;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return true;
  }

  /** Ends it, orderly or not. */
  end(abruptly: boolean): void {
    if (abruptly) this.socket.resetAndDestroy();
    else this.socket.destroy();
  }

  request(piece: number, begin: number, length: number): void {
    this.send(message(6, piece, begin, length));
  }

  #receive(chunk: Buffer): void {
    if (this.#securing) {
      const { reply, result } = this.#securing.push(chunk);
      if (reply.length > 0) this.send(Buffer.from(reply));
      if (!result) return;
      this.#securing = null;
      this.#cipher = result.cipher;
      this.#read(Buffer.from(result.rest));
    } else {
      this.#cipher?.incoming.apply(chunk);
      this.#read(chunk);
    }
  }

  #read(bytes: Buffer): void {
    this.#buffer = this.#buffer.length === 0 ? bytes : Buffer.concat([this.#buffer, bytes]);
    if (!this.greeted) {
      if (this.#buffer.length < handshakeLength) return;
      this.greeted = true;
      this.#buffer = this.#buffer.subarray(handshakeLength);
    }
    while (this.#buffer.length >= 4) {
      const length = this.#buffer.readUInt32BE();
      if (this.#buffer.length < 4 + length) break;
      if (length > 0) this.#handle(this.#buffer.subarray(4, 4 + length));
      this.#buffer = this.#buffer.subarray(4 + length);
    }
  }

  #handle(bytes: Buffer): void {
    const id = bytes[0];
    if (id === 0) this.unchoked = false;
    if (id === 1) this.unchoked = true;
    if (id === 7 || id === 16) this.answers++;
    if (id === 7) this.#compare(bytes);
  }

  /** @throws Error when a block is not what it should be, which ends the process */
  #compare(bytes: Buffer): void {
    const { content, pieceLength } = this.#options;
    const [piece, begin] = [bytes.readUInt32BE(1), bytes.readUInt32BE(5)];
    const block = bytes.subarray(9);
    const at = piece * pieceLength + begin;
    if (!block.equals(content.subarray(at, at + block.length))) {
      throw new Error(`wrong bytes: piece ${piece}, ${block.length} bytes at ${begin}`);
    }
    this.receivedBytes += block.length;
  }
}
