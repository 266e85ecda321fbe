import { connect, type Socket } from 'node:net';
import { encodeHandshake } from '../../../source/seeding/wire/handshake.ts';
import type { Lifetime } from '../../helpers/lifetime.ts';
import type { TestContent } from '../test-content.ts';

const blockLength = 16_384;
/** What it has asked for and not got: enough for any rate here. */
const outstanding = 32;
const pieceMessage = 7;
const unchokeMessage = 1;

/** A leecher that asks for ever more, round and round, and counts the bytes of content it gets. */
export class CountingLeecher {
  received = 0;
  readonly #socket: Socket;
  readonly #content: TestContent;
  #asked = 0;
  #buffer: Buffer = Buffer.alloc(0);
  #isHandshaken = false;
  /** Bytes of the message under way that are still to come. */
  #skip = 0;

  constructor(port: number, content: TestContent, lifetime: Lifetime) {
    this.#content = content;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('error', () => this.#socket.destroy());
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    lifetime(() => void this.#socket.destroy());
    this.#socket.write(
      encodeHandshake({
        infoHash: Buffer.from(content.infoHash, 'hex'),
        peerId: Buffer.from(`-XX0001-${Math.random().toFixed(10)}`),
        fast: true,
        extended: false,
        v2: false,
        dht: false,
      }),
    );
    // INTERESTED
    this.#socket.write(Buffer.of(0, 0, 0, 1, 2));
  }

  #receive(chunk: Buffer): void {
    let bytes = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    if (!this.#isHandshaken && bytes.length >= 68) {
      this.#isHandshaken = true;
      bytes = bytes.subarray(68);
    }
    while (this.#isHandshaken && bytes.length > 0) {
      const skipped = Math.min(this.#skip, bytes.length);
      this.received += skipped;
      this.#skip -= skipped;
      bytes = bytes.subarray(skipped);
      if (skipped > 0 && this.#skip === 0) this.#ask(1);
      if (this.#skip > 0 || bytes.length < 5) break;
      const length = bytes.readUInt32BE(0);
      if (bytes[4] === pieceMessage) {
        if (bytes.length < 13) break;
        this.#skip = length - 9;
        bytes = bytes.subarray(13);
        continue;
      }
      if (bytes.length < 4 + length) break;
      if (bytes[4] === unchokeMessage) this.#ask(outstanding);
      bytes = bytes.subarray(4 + length);
    }
    this.#buffer = bytes;
  }

  #ask(count: number): void {
    const { size, pieceLength } = this.#content.content;
    const requests = Buffer.alloc(17 * count);
    for (let n = 0; n < count; n++) {
      const offset = (this.#asked++ % (size / blockLength)) * blockLength;
      const at = 17 * n;
      requests.writeUInt32BE(13, at);
      requests[at + 4] = 6;
      requests.writeUInt32BE(Math.floor(offset / pieceLength), at + 5);
      requests.writeUInt32BE(offset % pieceLength, at + 9);
      requests.writeUInt32BE(blockLength, at + 13);
    }
    this.#socket.write(requests);
  }
}
