import { connect, type Socket } from 'node:net';

/** A message as it came; `id` is -1 for a keep-alive. */
interface ReceivedMessage {
  id: number;
  payload: Buffer;
}

export interface LeecherOptions {
  infoHash: string;
  fast?: boolean;
  extended?: boolean;
  /** Says that it speaks v2 (BEP 52). */
  v2?: boolean;
  /** Says that it is a node of the DHT (BEP 5). */
  dht?: boolean;
  /** 20 characters. */
  peerId?: string;
  /** The loopback address to connect to. */
  host?: string;
  /** The loopback address to come from. */
  from?: string;
}

interface Block {
  piece: number;
  begin: number;
  length: number;
}

const timeoutMs = 5_000;

/**
 * A leecher for tests, written apart from the code it tests: it speaks what it is told to, and
 * keeps every message it receives.
 */
export class Leecher {
  readonly socket: Socket;
  /** The 68 bytes of the seeder's handshake. */
  readonly handshake: Promise<Buffer>;
  readonly closed: Promise<void>;
  readonly messages: ReceivedMessage[] = [];
  #buffer: Buffer = Buffer.alloc(0);
  #handshaken = Promise.withResolvers<Buffer>();
  #isHandshaken = false;
  #isClosed = false;
  #arrived = Promise.withResolvers<void>();

  constructor(port: number, options?: LeecherOptions) {
    this.handshake = this.#handshaken.promise;
    this.handshake.catch(() => undefined);
    this.socket = connect({
      port,
      host: options?.host ?? '127.0.0.1',
      localAddress: options?.from ?? '127.0.0.1',
    });
    this.socket.setNoDelay(true);
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    this.socket.on('error', () => this.socket.destroy());
    this.socket.on('close', () => {
      this.#isClosed = true;
      this.#handshaken.reject(new Error('closed before the handshake'));
      this.#arrived.resolve();
      closed.resolve();
    });
    this.socket.on('data', (chunk) => this.#receive(chunk));
    if (options) this.socket.write(handshakeOf(options));
  }

  /** Sends a message; numbers are four bytes each. */
  send(id: number, ...parts: (number | Uint8Array | string)[]): void {
    const payload = Buffer.concat(parts.map((part) => bytesOf(part)));
    const head = Buffer.alloc(5);
    head.writeUInt32BE(1 + payload.length);
    head[4] = id;
    this.socket.write(Buffer.concat([head, payload]));
  }

  interested(): void {
    this.send(2);
  }

  /** Asks for blocks, all at once. */
  request(blocks: readonly Block[]): void {
    const bytes = Buffer.alloc(17 * blocks.length);
    for (const [index, { piece, begin, length }] of blocks.entries()) {
      const at = 17 * index;
      bytes.writeUInt32BE(13, at);
      bytes[at + 4] = 6;
      bytes.writeUInt32BE(piece, at + 5);
      bytes.writeUInt32BE(begin, at + 9);
      bytes.writeUInt32BE(length, at + 13);
    }
    this.socket.write(bytes);
  }

  /** Waits for a message with this id and takes it, and those before it, off the list. */
  async next(id: number): Promise<Buffer> {
    for (;;) {
      const index = this.messages.findIndex((message) => message.id === id);
      const [found] = index < 0 ? [] : this.messages.splice(0, index + 1).slice(-1);
      if (found) return found.payload;
      if (this.#isClosed) throw new Error(`closed while waiting for message ${id}`);
      await this.#somethingArrives(`message ${id}`);
    }
  }

  /** Waits until so many messages with these ids are there. */
  async count(ids: number[], count: number): Promise<void> {
    while (this.messages.filter(({ id }) => ids.includes(id)).length < count) {
      if (this.#isClosed) throw new Error(`closed while waiting for ${count} messages`);
      await this.#somethingArrives(`${count} messages`);
    }
  }

  /** Asks for a block and waits for it. */
  async fetch(block: Block): Promise<Buffer> {
    this.request([block]);
    return (await this.next(7)).subarray(8);
  }

  /** Becomes interested, waits to be unchoked and fetches everything, `window` blocks at a time. */
  async download(size: number, pieceLength: number, block = 16_384, window = 20): Promise<Buffer> {
    this.interested();
    await this.next(1);
    const content = Buffer.alloc(size);
    const wanted = blocksOf(size, pieceLength, block);
    for (let at = 0; at < wanted.length; at += window) {
      const some = wanted.slice(at, at + window);
      this.request(some);
      for (const _ of some) {
        const data = await this.next(7);
        const offset = data.readUInt32BE(0) * pieceLength + data.readUInt32BE(4);
        data.copy(content, offset, 8);
      }
    }
    return content;
  }

  close(): void {
    this.socket.destroy();
  }

  async #somethingArrives(what: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`waited too long for ${what}`)), timeoutMs);
    });
    try {
      await Promise.race([this.#arrived.promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    if (!this.#isHandshaken) {
      if (this.#buffer.length < 68) return;
      this.#isHandshaken = true;
      this.#handshaken.resolve(this.#buffer.subarray(0, 68));
      this.#buffer = this.#buffer.subarray(68);
    }
    while (this.#buffer.length >= 4) {
      const length = this.#buffer.readUInt32BE(0);
      if (this.#buffer.length < 4 + length) break;
      const id = length === 0 ? -1 : (this.#buffer[4] ?? -1);
      this.messages.push({ id, payload: this.#buffer.subarray(5, 4 + length) });
      this.#buffer = this.#buffer.subarray(4 + length);
    }
    this.#arrived.resolve();
    this.#arrived = Promise.withResolvers<void>();
  }
}

/** The blocks that a content is asked for in. */
export function blocksOf(size: number, pieceLength: number, length = 16_384): Block[] {
  const blocks: Block[] = [];
  for (let start = 0; start < size; start += pieceLength) {
    const pieceSize = Math.min(pieceLength, size - start);
    for (let begin = 0; begin < pieceSize; begin += length) {
      const left = pieceSize - begin;
      blocks.push({ piece: start / pieceLength, begin, length: Math.min(length, left) });
    }
  }
  return blocks;
}

function handshakeOf(options: LeecherOptions): Buffer {
  const reserved = Buffer.alloc(8);
  if (options.extended ?? true) reserved[5] = 0x10;
  reserved[7] =
    (options.fast === false ? 0 : 0x04) | (options.v2 ? 0x10 : 0) | (options.dht ? 0x01 : 0);
  return Buffer.concat([
    Buffer.from('\x13BitTorrent protocol', 'latin1'),
    reserved,
    Buffer.from(options.infoHash, 'hex'),
    Buffer.from(options.peerId ?? '-XX0001-abcdefghijkl', 'latin1'),
  ]);
}

function bytesOf(part: number | Uint8Array | string): Uint8Array {
  if (typeof part === 'string') return Buffer.from(part, 'latin1');
  if (typeof part !== 'number') return part;
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(part);
  return bytes;
}
