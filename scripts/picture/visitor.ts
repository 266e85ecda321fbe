import { connect, type Socket } from 'node:net';
import { extendedHandshake, handshake, message, messageId, numbers, Skimmer } from './wire.ts';

interface VisitorOptions {
  host: string;
  port: number;
  infoHash: string;
  /** Bytes. */
  size: number;
  pieceLength: number;
}

/** What it asks for at a time, and how many of them at one time. */
const blockLength = 128 * 1024;
const blocksAtOnce = 32;

/**
 * Downloads so many bytes of something, as fast as they come, over and over, and throws them away:
 * that is how something comes to have been sent.
 */
export async function visit(options: VisitorOptions, bytes: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const asking = new Asking(options);
  let toCome = bytes;
  const skimmer = new Skimmer({
    onUnchoke: () => asking.ask(socket, blocksAtOnce),
    onData(received) {
      toCome -= received;
      if (toCome <= 0) resolve();
      else asking.got(socket, received);
    },
  });
  const socket = connect({ port: options.port, host: options.host, noDelay: true });
  socket.on('data', (chunk) => skimmer.push(chunk));
  socket.on('error', reject);
  socket.on('close', () => reject(new Error('a visitor lost the seeder')));
  socket.write(handshake(options.infoHash));
  socket.write(extendedHandshake('everseed'));
  socket.write(message(messageId.interested));
  try {
    await promise;
  } finally {
    socket.destroy();
  }
}

/** Goes through the pieces, but for the last, which may be shorter. */
class Asking {
  readonly #options: VisitorOptions;
  readonly #length: number;
  #next = 0;
  #received = 0;

  constructor(options: VisitorOptions) {
    this.#options = options;
    this.#length = Math.min(blockLength, options.pieceLength);
  }

  /** Asks for as much again as has come. */
  got(socket: Socket, bytes: number): void {
    this.#received += bytes;
    const blocks = Math.floor(this.#received / this.#length);
    this.#received -= blocks * this.#length;
    this.ask(socket, blocks);
  }

  ask(socket: Socket, blocks: number): void {
    const { size, pieceLength } = this.#options;
    const end = Math.max(1, Math.ceil(size / pieceLength) - 1) * pieceLength;
    const requests = Array.from({ length: blocks }, () => {
      if (this.#next >= end) this.#next = 0;
      const piece = Math.floor(this.#next / pieceLength);
      const request = numbers(messageId.request, piece, this.#next % pieceLength, this.#length);
      this.#next += this.#length;
      return request;
    });
    if (requests.length > 0) socket.write(Buffer.concat(requests));
  }
}
