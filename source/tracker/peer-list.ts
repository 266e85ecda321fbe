import type { BinaryString } from './binary-string.ts';

/** A peer as it is told to others. */
export interface PeerAddress {
  /** In compact form. */
  readonly endpoint: BinaryString;
  /** 20 bytes; null when it is not known. */
  readonly peerId: BinaryString | null;
}

/** Bytes of a peer in compact form: of IPv4 (BEP 23), of IPv6 (BEP 7). */
export type CompactLength = 6 | 18;

const peerIdLength = 20;
const initialCapacity = 64;

/**
 * Peers of one address family, to be told to somebody: in compact form, as they are sent, and
 * their ids beside them. Made once and filled again for every answer.
 */
export class PeerList {
  readonly recordLength: CompactLength;
  #count = 0;
  #records: Buffer;
  #peerIds: Buffer;
  /** By peer: 1 when its id is known. */
  #hasPeerId: Uint8Array;

  constructor(recordLength: CompactLength) {
    this.recordLength = recordLength;
    this.#records = Buffer.alloc(initialCapacity * recordLength);
    this.#peerIds = Buffer.alloc(initialCapacity * peerIdLength);
    this.#hasPeerId = new Uint8Array(initialCapacity);
  }

  get count(): number {
    return this.#count;
  }

  /** The peers in compact form, one after the other; valid until the list changes. */
  get compact(): Buffer {
    return this.#records.subarray(0, this.#count * this.recordLength);
  }

  clear(): void {
    this.#count = 0;
  }

  /** Adds a peer: its endpoint in compact form, and its id of 20 bytes or null. */
  add(endpoint: BinaryString, peerId: BinaryString | null): void {
    if (this.#count === this.#hasPeerId.length) this.#grow();
    this.#records.write(endpoint, this.#count * this.recordLength, 'latin1');
    if (peerId !== null) this.#peerIds.write(peerId, this.#count * peerIdLength, 'latin1');
    this.#hasPeerId[this.#count] = peerId === null ? 0 : 1;
    this.#count++;
  }

  /** The peers one by one. */
  peers(): PeerAddress[] {
    return Array.from({ length: this.#count }, (_, n) => ({
      endpoint: slice(this.#records, n, this.recordLength),
      peerId: this.#hasPeerId[n] === 1 ? slice(this.#peerIds, n, peerIdLength) : null,
    }));
  }

  #grow(): void {
    const capacity = 2 * this.#hasPeerId.length;
    this.#records = Buffer.concat([this.#records], capacity * this.recordLength);
    this.#peerIds = Buffer.concat([this.#peerIds], capacity * peerIdLength);
    const hasPeerId = new Uint8Array(capacity);
    hasPeerId.set(this.#hasPeerId);
    this.#hasPeerId = hasPeerId;
  }
}

function slice(bytes: Buffer, n: number, length: number): BinaryString {
  return bytes.toString('latin1', n * length, (n + 1) * length);
}
