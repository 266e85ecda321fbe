import { randomBytes } from 'node:crypto';

/** The messages of the peer wire (BEP 3, BEP 10) that a downloader needs. */
export const messageId = {
  unchoke: 1,
  interested: 2,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  extended: 20,
} as const;

const handshakeLength = 68;
/** The bytes of a PIECE message in front of its data, length prefix included. */
const pieceHeaderLength = 13;

export function handshake(infoHash: string): Buffer {
  const speaksExtensions = Buffer.from([0, 0, 0, 0, 0, 0x10, 0, 0]);
  return Buffer.concat([
    Buffer.from('\x13BitTorrent protocol', 'latin1'),
    speaksExtensions,
    Buffer.from(infoHash, 'hex'),
    Buffer.from('-XX0000-', 'latin1'),
    randomBytes(12),
  ]);
}

/** The extended handshake of a program that only says what it is. */
export function extendedHandshake(client: string): Buffer {
  return message(messageId.extended, Buffer.from(`\0d1:v${Buffer.byteLength(client)}:${client}e`));
}

export function message(id: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(1 + payload.length);
  head.writeUInt8(id, 4);
  return Buffer.concat([head, payload]);
}

/** A message of 32-bit numbers. */
export function numbers(id: number, ...values: number[]): Buffer {
  const payload = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) payload.writeUInt32BE(value, 4 * index);
  return message(id, payload);
}

interface Listener {
  onUnchoke(): void;
  /** So many bytes of content came. */
  onData(bytes: number): void;
}

/** Reads what a seeder sends, and keeps none of it. */
export class Skimmer {
  readonly #listener: Listener;
  /** The beginning of something that is not whole yet; never content. */
  #held: Buffer = Buffer.alloc(0);
  #isGreeted = false;
  /** Bytes of content that are still to come of the message under way. */
  #toCome = 0;

  constructor(listener: Listener) {
    this.#listener = listener;
  }

  push(chunk: Buffer): void {
    let rest = this.#skipContent(chunk);
    if (rest.length === 0) return;
    rest = Buffer.concat([this.#held, rest]);
    while (this.#toCome === 0) {
      const length = this.#headLength(rest);
      if (rest.length < length) break;
      const head = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (this.#isGreeted) rest = this.#handle(head, rest);
      this.#isGreeted = true;
    }
    this.#held = rest;
  }

  /** How many bytes make the next thing whole, the content of a PIECE message left out. */
  #headLength(bytes: Buffer): number {
    if (!this.#isGreeted) return handshakeLength;
    if (bytes.length < 4) return 4;
    const length = 4 + bytes.readUInt32BE(0);
    if (length === 4) return 4;
    if (bytes.length < 5) return 5;
    return bytes.readUInt8(4) === messageId.piece ? pieceHeaderLength : length;
  }

  #handle(head: Buffer, rest: Buffer): Buffer {
    const id = head.length > 4 ? head.readUInt8(4) : null;
    if (id === messageId.unchoke) this.#listener.onUnchoke();
    if (id !== messageId.piece) return rest;
    this.#toCome = 4 + head.readUInt32BE(0) - pieceHeaderLength;
    return this.#skipContent(rest);
  }

  #skipContent(bytes: Buffer): Buffer {
    const skipped = Math.min(this.#toCome, bytes.length);
    this.#toCome -= skipped;
    if (skipped > 0) this.#listener.onData(skipped);
    return bytes.subarray(skipped);
  }
}
