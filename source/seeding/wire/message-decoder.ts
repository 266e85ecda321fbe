import { WireError } from './error.ts';
import {
  type BlockRequest,
  bitfieldLength,
  type HashRequest,
  hashRequestLength,
  type Message,
  maxRequestLength,
  messageId,
  pieceHeaderLength,
  treeHashLength,
} from './messages.ts';

/** Messages begin with the length of what follows; then comes the id. */
const prefixLength = 4;
const headLength = prefixLength + 1;

/** The length (id included) of the messages that have only one. */
const fixedLengths = new Map<number, number>([
  [messageId.choke, 1],
  [messageId.unchoke, 1],
  [messageId.interested, 1],
  [messageId.notInterested, 1],
  [messageId.have, 5],
  [messageId.request, 13],
  [messageId.cancel, 13],
  [messageId.port, 3],
  [messageId.suggestPiece, 5],
  [messageId.haveAll, 1],
  [messageId.haveNone, 1],
  [messageId.rejectRequest, 13],
  [messageId.allowedFast, 5],
  [messageId.hashRequest, 1 + hashRequestLength],
]);

/**
 * Turns the bytes a peer sends after its handshake into messages, in whatever chunks they come.
 * It holds no more than the one message that is not whole yet, in memory that grows as the bytes
 * come and not by what a length announces; messages of unknown kinds are passed over unheld.
 */
export class MessageDecoder {
  readonly #bitfieldLength: number;
  readonly #maxLength: number;
  /** The first `#held` bytes of a message that is not whole yet. */
  #buffer = new Uint8Array(0);
  #held = 0;
  /** How many bytes of it must be held to go on: its prefix, its head, then all of it. */
  #needed = prefixLength;
  /** Bytes of a message of unknown kind still to pass over. */
  #skip = 0;

  /** `pieceCount` decides how long a bitfield must be. */
  constructor(pieceCount: number) {
    this.#bitfieldLength = bitfieldLength(pieceCount);
    this.#maxLength = Math.max(this.#bitfieldLength, maxRequestLength + pieceHeaderLength);
  }

  /**
   * Takes the next chunk and calls `onMessage` with every message it completes. Payloads are views
   * that hold only during the call: copy what is to be kept.
   *
   * @throws WireError when the bytes are nothing a seeder may be sent; the decoder is then spent
   */
  push(chunk: Uint8Array, onMessage: (message: Message) => void): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, chunk.length - at);
        this.#skip -= skipped;
        at += skipped;
        continue;
      }
      const end = this.#held === 0 ? this.#wholeMessageEnd(chunk, at) : 0;
      if (end > 0) {
        onMessage(parse(chunk.subarray(at + prefixLength, end)));
        at = end;
      } else {
        at = this.#hold(chunk, at, onMessage);
      }
    }
  }

  /** Where the message at `at` ends, if the chunk has all of it and it is not to be passed over. */
  #wholeMessageEnd(chunk: Uint8Array, at: number): number {
    if (chunk.length - at < headLength) return 0;
    const length = readUint32(chunk, at);
    const id = chunk[at + prefixLength] ?? 0;
    if (length === 0 || !this.#expects(id, length)) return 0;
    const end = at + prefixLength + length;
    return end <= chunk.length ? end : 0;
  }

  /** Holds what the message under way needs of the chunk. Returns where in the chunk that ended. */
  #hold(chunk: Uint8Array, at: number, onMessage: (message: Message) => void): number {
    const end = Math.min(at + this.#needed - this.#held, chunk.length);
    this.#append(chunk.subarray(at, end));
    if (this.#held < this.#needed) return end;

    const length = readUint32(this.#buffer, 0);
    const whole = prefixLength + length;
    if (length === 0) {
      this.#reset();
      onMessage({ type: 'keep-alive' });
    } else if (this.#held === prefixLength) {
      this.#needed = headLength;
    } else if (
      this.#held === headLength &&
      !this.#expects(this.#buffer[prefixLength] ?? 0, length)
    ) {
      const id = this.#buffer[prefixLength] ?? 0;
      this.#skip = length - 1;
      this.#reset();
      onMessage({ type: 'unknown', id });
    } else if (this.#held < whole) {
      this.#needed = whole;
    } else {
      // Taken out first: the message is a view of the buffer, and no other is under way then.
      const message = parse(this.#buffer.subarray(prefixLength, whole));
      this.#reset();
      onMessage(message);
    }
    return end;
  }

  /** Whether the message is of a known kind; throws when it may not be that long, or be at all. */
  #expects(id: number, length: number): boolean {
    if (id === messageId.piece) throw new WireError('a piece that was not asked for');
    const fixed = id === messageId.bitfield ? 1 + this.#bitfieldLength : fixedLengths.get(id);
    if (fixed !== undefined) {
      if (length !== fixed) throw new WireError(`message ${id} of ${length} bytes`);
      return true;
    }
    if (length > this.#maxLength) throw new WireError(`message ${id} of ${length} bytes`);
    if (id !== messageId.extended) return false;
    if (length < 2) throw new WireError('extended message without an id');
    return true;
  }

  #append(bytes: Uint8Array): void {
    const length = this.#held + bytes.length;
    if (length > this.#buffer.length) {
      const grown = new Uint8Array(Math.min(this.#needed, Math.max(64, 2 * length)));
      grown.set(this.#buffer.subarray(0, this.#held));
      this.#buffer = grown;
    }
    this.#buffer.set(bytes, this.#held);
    this.#held = length;
  }

  #reset(): void {
    this.#held = 0;
    this.#needed = prefixLength;
    if (this.#buffer.length > 1024) this.#buffer = new Uint8Array(0);
  }
}

/** The message whose id and payload are `bytes`, which are as long as its kind wants. */
function parse(bytes: Uint8Array): Message {
  const id = bytes[0] ?? 0;
  switch (id) {
    case messageId.choke:
      return { type: 'choke' };
    case messageId.unchoke:
      return { type: 'unchoke' };
    case messageId.interested:
      return { type: 'interested' };
    case messageId.notInterested:
      return { type: 'not-interested' };
    case messageId.have:
      return { type: 'have', piece: readUint32(bytes, 1) };
    case messageId.bitfield:
      return { type: 'bitfield', bits: bytes.subarray(1) };
    case messageId.request:
      return { type: 'request', ...readBlock(bytes) };
    case messageId.cancel:
      return { type: 'cancel', ...readBlock(bytes) };
    case messageId.port:
      return { type: 'port', port: ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0) };
    case messageId.suggestPiece:
      return { type: 'suggest-piece', piece: readUint32(bytes, 1) };
    case messageId.haveAll:
      return { type: 'have-all' };
    case messageId.haveNone:
      return { type: 'have-none' };
    case messageId.rejectRequest:
      return { type: 'reject-request', ...readBlock(bytes) };
    case messageId.allowedFast:
      return { type: 'allowed-fast', piece: readUint32(bytes, 1) };
    case messageId.hashRequest:
      return { type: 'hash-request', ...readHashRequest(bytes) };
    case messageId.extended:
      return { type: 'extended', id: bytes[1] ?? 0, payload: bytes.subarray(2) };
    default:
      return { type: 'unknown', id };
  }
}

function readBlock(bytes: Uint8Array): BlockRequest {
  return {
    piece: readUint32(bytes, 1),
    begin: readUint32(bytes, 5),
    length: readUint32(bytes, 9),
  };
}

function readHashRequest(bytes: Uint8Array): HashRequest {
  const at = 1 + treeHashLength;
  return {
    piecesRoot: bytes.subarray(1, at),
    baseLayer: readUint32(bytes, at),
    index: readUint32(bytes, at + 4),
    length: readUint32(bytes, at + 8),
    proofLayers: readUint32(bytes, at + 12),
  };
}

/** Big-endian and unsigned; bytes beyond the end count as zero. */
function readUint32(bytes: Uint8Array, at: number): number {
  return (
    (((bytes[at] ?? 0) << 24) |
      ((bytes[at + 1] ?? 0) << 16) |
      ((bytes[at + 2] ?? 0) << 8) |
      (bytes[at + 3] ?? 0)) >>>
    0
  );
}
