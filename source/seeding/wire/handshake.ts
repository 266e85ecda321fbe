import { WireError } from './error.ts';

/** What both ends of a connection say first (BEP 3). */
export interface Handshake {
  /** 20 bytes: that of v1, or that of v2 cut to as many (BEP 52). */
  infoHash: Uint8Array;
  /** 20 bytes. */
  peerId: Uint8Array;
  /** The sender speaks the fast extension (BEP 6). */
  fast: boolean;
  /** The sender speaks the extension protocol (BEP 10). */
  extended: boolean;
  /** The sender speaks v2, though it may have named the v1 info hash of a hybrid (BEP 52). */
  v2: boolean;
  /** The sender is a node of the DHT (BEP 5), and says at which port in a PORT message. */
  dht: boolean;
}

const handshakeLength = 68;
export const peerIdLength = 20;
const infoHashLength = 20;

const protocol = Buffer.from('\x13BitTorrent protocol', 'latin1');
/** Bytes of the protocol's name, which a handshake begins with. */
export const protocolLength = protocol.length;
const reservedAt = protocolLength;
const infoHashAt = reservedAt + 8;
const peerIdAt = infoHashAt + infoHashLength;

/** The bits of the eight reserved bytes that say what the sender speaks. */
const extendedBit = { byte: reservedAt + 5, mask: 0x10 };
const v2Bit = { byte: reservedAt + 7, mask: 0x10 };
const fastBit = { byte: reservedAt + 7, mask: 0x04 };
const dhtBit = { byte: reservedAt + 7, mask: 0x01 };
const flags = [
  ['extended', extendedBit],
  ['v2', v2Bit],
  ['fast', fastBit],
  ['dht', dhtBit],
] as const;

/** Whether the first bytes of a connection are those of a handshake, as far as they are there. */
export function beginsHandshake(chunk: Uint8Array): boolean {
  const length = Math.min(chunk.length, protocol.length);
  return protocol.compare(chunk, 0, length, 0, length) === 0;
}

/** The 68 bytes of a handshake. */
export function encodeHandshake(handshake: Handshake): Uint8Array {
  const bytes = new Uint8Array(handshakeLength);
  bytes.set(protocol);
  for (const [name, { byte, mask }] of flags) {
    if (handshake[name]) bytes[byte] = (bytes[byte] ?? 0) | mask;
  }
  bytes.set(handshake.infoHash.subarray(0, infoHashLength), infoHashAt);
  bytes.set(handshake.peerId.subarray(0, peerIdLength), peerIdAt);
  return bytes;
}

/** Collects the handshake that a connection begins with, in whatever chunks it comes. */
export class HandshakeDecoder {
  readonly #bytes = new Uint8Array(handshakeLength);
  #filled = 0;

  /**
   * Takes the next chunk. Null while the handshake is not whole; then the handshake and what of
   * the chunk came after it.
   *
   * @throws WireError as soon as the bytes cannot become a handshake
   */
  push(chunk: Uint8Array): { handshake: Handshake; rest: Uint8Array } | null {
    const taken = chunk.subarray(0, handshakeLength - this.#filled);
    this.#bytes.set(taken, this.#filled);
    this.#filled += taken.length;
    this.#expectProtocol();
    if (this.#filled < handshakeLength) return null;
    return { handshake: this.#read(), rest: chunk.subarray(taken.length) };
  }

  #expectProtocol(): void {
    if (!beginsHandshake(this.#bytes.subarray(0, this.#filled))) {
      throw new WireError('not a BitTorrent handshake');
    }
  }

  #read(): Handshake {
    const bytes = this.#bytes;
    const isSet = ({ byte, mask }: { byte: number; mask: number }) =>
      ((bytes[byte] ?? 0) & mask) !== 0;
    return {
      infoHash: bytes.slice(infoHashAt, peerIdAt),
      peerId: bytes.slice(peerIdAt),
      fast: isSet(fastBit),
      extended: isSet(extendedBit),
      v2: isSet(v2Bit),
      dht: isSet(dhtBit),
    };
  }
}
