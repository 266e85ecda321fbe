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

/**
 * Peers of one address family, to be told to somebody: in compact form, as they are sent. Made
 * once and filled again for every answer.
 */
export class PeerList {
  readonly recordLength: CompactLength;
  /** How many peers there are. */
  count = 0;
  /** Their endpoints in compact form, in 16-bit words as they lie in memory; `reserve` replaces it. */
  words = new Uint16Array(0);
  /** By which a store finds the ids of those it put in; `reserve` replaces it. */
  positions = new Int32Array(0);
  readonly #peerIdAt: (position: number) => BinaryString | null;
  #records = Buffer.alloc(0);
  /** Ids of those that were added one by one. */
  readonly #added: (BinaryString | null)[] = [];

  /** `peerIdAt` finds the id of one that a store put in. */
  constructor(
    recordLength: CompactLength,
    peerIdAt: (position: number) => BinaryString | null = () => null,
  ) {
    this.recordLength = recordLength;
    this.#peerIdAt = peerIdAt;
  }

  /** The peers in compact form, one after the other; valid until the list changes. */
  get compact(): Buffer {
    return this.#records.subarray(0, this.count * this.recordLength);
  }

  /**
   * Copies what `compact` is to `target` from `at` on, and returns how long it is. What comes after it
   * in `target` may be written to as well: to copy a part costs more than to copy all of a short list.
   */
  copyTo(target: Uint8Array, at: number): number {
    const length = this.count * this.recordLength;
    const isShort = this.#records.length < 2 * length;
    if (isShort && at + this.#records.length <= target.length) target.set(this.#records, at);
    else this.#records.copy(target, at, 0, length);
    return length;
  }

  clear(): void {
    this.count = 0;
    if (this.#added.length > 0) this.#added.length = 0;
  }

  /** Has room for so many peers in all. */
  reserve(peers: number): void {
    if (peers <= this.positions.length) return;
    const capacity = Math.max(peers, 2 * this.positions.length, 64);
    const records = new Uint8Array(capacity * this.recordLength);
    records.set(this.#records);
    const positions = new Int32Array(capacity);
    positions.set(this.positions);
    this.#records = Buffer.from(records.buffer);
    this.words = new Uint16Array(records.buffer);
    this.positions = positions;
  }

  /** Adds a peer: its endpoint in compact form, and its id of 20 bytes or null. */
  add(endpoint: BinaryString, peerId: BinaryString | null): void {
    this.reserve(this.count + 1);
    this.#records.write(endpoint, this.count * this.recordLength, 'latin1');
    this.count++;
    this.#added.push(peerId);
  }

  /** The peers one by one. */
  peers(): PeerAddress[] {
    const put = this.count - this.#added.length;
    return Array.from({ length: this.count }, (_, n) => ({
      endpoint: this.#records.toString(
        'latin1',
        n * this.recordLength,
        (n + 1) * this.recordLength,
      ),
      peerId:
        n < put ? this.#peerIdAt(this.positions[n] as number) : (this.#added[n - put] ?? null),
    }));
  }
}
