import type { Libc } from '../linux/libc.ts';
import { socketAddressLength } from '../linux/socket-address.ts';

/** Sizes of Linux's structures, on systems of 64 bits. */
const messageLength = 64; // struct mmsghdr
const pieceLength = 16; // struct iovec
/** Where their members are that are used here. */
const inMessage = { name: 0, nameLength: 8, pieces: 16, pieceCount: 24, received: 56 } as const;
const inPiece = { data: 0, length: 8 } as const;

const nameSpace = 32;

/**
 * Room for `count` datagrams that are received, or sent, by one call: an array of messages as
 * Linux wants it, and the memory they point to.
 */
export class MessageRing {
  /** To be given to the call. */
  readonly pointer: bigint;
  readonly count: number;
  /** All of the memory. */
  readonly bytes: Buffer;
  readonly #words: Uint32Array;
  readonly #longs: BigUint64Array;
  readonly #dataLength: number;
  readonly #piecesAt: number;
  readonly #namesAt: number;
  readonly #dataAt: number;
  /** By message: pointers to the socket address of its sender. */
  readonly #names: readonly bigint[];

  /** `dataLength` is the room for one datagram, a multiple of 8. */
  constructor(libc: Libc, count: number, dataLength: number) {
    const { pointer, bytes } = libc.allocate(
      count * (messageLength + pieceLength + nameSpace + dataLength),
    );
    this.pointer = pointer;
    this.count = count;
    this.bytes = Buffer.from(bytes);
    this.#words = new Uint32Array(bytes);
    this.#longs = new BigUint64Array(bytes);
    this.#dataLength = dataLength;
    this.#piecesAt = count * messageLength;
    this.#namesAt = this.#piecesAt + count * pieceLength;
    this.#dataAt = this.#namesAt + count * nameSpace;
    const numbers = [...Array(count).keys()];
    this.#names = numbers.map((n) => pointer + BigInt(this.nameAt(n)));
    for (const n of numbers) {
      const message = n * messageLength;
      const piece = this.#piecesAt + n * pieceLength;
      this.#setLong(message + inMessage.name, this.#names[n] as bigint);
      this.#setLong(message + inMessage.pieces, pointer + BigInt(piece));
      this.#setLong(message + inMessage.pieceCount, 1n);
      this.#setLong(piece + inPiece.data, pointer + BigInt(this.dataAt(n)));
      this.#setLong(piece + inPiece.length, BigInt(dataLength));
      this.offer(n);
    }
  }

  /** Where in the memory the socket address of a message is. */
  nameAt(n: number): number {
    return this.#namesAt + n * nameSpace;
  }

  /** And where its datagram begins. */
  dataAt(n: number): number {
    return this.#dataAt + n * this.#dataLength;
  }

  /** Fills a message as if it had been received: with the socket address of its sender, and its data. */
  put(n: number, name: Uint8Array, data: Uint8Array): void {
    const length = Math.min(data.length, this.#dataLength);
    this.bytes.set(name, this.nameAt(n));
    this.bytes.set(length < data.length ? data.subarray(0, length) : data, this.dataAt(n));
    this.#words[(n * messageLength + inMessage.received) / 4] = length;
  }

  /** Makes a message ready to receive again. */
  offer(n: number): void {
    this.#words[(n * messageLength + inMessage.nameLength) / 4] = socketAddressLength;
  }

  /** How long the datagram is that was received; what is longer than the room for it is cut. */
  receivedLength(n: number): number {
    return this.#words[(n * messageLength + inMessage.received) / 4] as number;
  }

  /** Addresses a message to the sender of one of another ring. */
  address(n: number, ring: MessageRing, other: number, nameLength: number): void {
    const message = n * messageLength;
    this.#setLong(message + inMessage.name, ring.#names[other] as bigint);
    this.#words[(message + inMessage.nameLength) / 4] = nameLength;
  }

  /** Sets how long the datagram is that is to be sent. */
  setLength(n: number, length: number): void {
    this.#words[(this.#piecesAt + n * pieceLength + inPiece.length) / 4] = length;
  }

  /** The pointer to the messages from this one on. */
  from(n: number): bigint {
    return n === 0 ? this.pointer : this.pointer + BigInt(n * messageLength);
  }

  #setLong(at: number, value: bigint): void {
    this.#longs[at / 8] = value;
  }
}
