/**
 * The messages of the peer wire (BEP 3), with those of the fast extension (BEP 6), the extension
 * protocol (BEP 10), the DHT's PORT (BEP 5) and the hashes of v2 (BEP 52), as values.
 */

/** A part of a piece, in bytes. */
export interface BlockRequest {
  piece: number;
  begin: number;
  length: number;
}

/** A stretch of a file's hash tree (BEP 52), as a peer asks for it. */
export interface HashRequest {
  /** The file's, 32 bytes. */
  piecesRoot: Uint8Array;
  /** The layer of the hashes asked for; 0 are the leaves. */
  baseLayer: number;
  /** The first hash in that layer. */
  index: number;
  /** How many of them. */
  length: number;
  /** How far up hashes are wanted that prove them. */
  proofLayers: number;
}

/** Bytes of a pieces root, and of every hash of its tree. */
export const treeHashLength = 32;
/** What names a hash request, bytes. */
export const hashRequestLength = treeHashLength + 4 * 4;

/** What everybody asks for; nothing in the protocol says so. */
export const blockLength = 16 * 1024;

/** The longest block that may be asked for. */
export const maxRequestLength = 128 * 1024;

/** The bytes of a PIECE message in front of its data, length prefix included. */
export const pieceHeaderLength = 13;

export const messageId = {
  choke: 0,
  unchoke: 1,
  interested: 2,
  notInterested: 3,
  have: 4,
  bitfield: 5,
  request: 6,
  piece: 7,
  cancel: 8,
  port: 9,
  suggestPiece: 13,
  haveAll: 14,
  haveNone: 15,
  rejectRequest: 16,
  allowedFast: 17,
  extended: 20,
  hashRequest: 21,
  hashes: 22,
  hashReject: 23,
} as const;

/** A message as a seeder receives it. A seeder asks for nothing, so PIECE is not among them. */
export type Message =
  | { type: 'keep-alive' }
  | { type: 'choke' | 'unchoke' | 'interested' | 'not-interested' | 'have-all' | 'have-none' }
  | { type: 'have' | 'suggest-piece' | 'allowed-fast'; piece: number }
  | { type: 'bitfield'; bits: Uint8Array }
  | ({ type: 'request' | 'cancel' | 'reject-request' } & BlockRequest)
  | { type: 'port'; port: number }
  | ({ type: 'hash-request' } & HashRequest)
  /** `id` 0 is the extended handshake; others are as the receiver's handshake numbered them. */
  | { type: 'extended'; id: number; payload: Uint8Array }
  /** A message of no known kind, whose payload was skipped. */
  | { type: 'unknown'; id: number };

/** How many bytes the bitfield of so many pieces takes. */
export function bitfieldLength(pieceCount: number): number {
  return Math.ceil(pieceCount / 8);
}

export const keepAlive: Uint8Array = new Uint8Array(4);
export const choke = encode(messageId.choke);
export const unchoke = encode(messageId.unchoke);
export const haveAll = encode(messageId.haveAll);
export const haveNone = encode(messageId.haveNone);

export function encodeHave(piece: number): Uint8Array {
  const bytes = encode(messageId.have, 4);
  writeUint32(bytes, 5, piece);
  return bytes;
}

/** A piece that may be asked for by who is choked (BEP 6). */
export function encodeAllowedFast(piece: number): Uint8Array {
  const bytes = encode(messageId.allowedFast, 4);
  writeUint32(bytes, 5, piece);
  return bytes;
}

/** The UDP port at which we are a node of the DHT (BEP 5). */
export function encodePort(port: number): Uint8Array {
  const bytes = encode(messageId.port, 2);
  bytes[5] = port >>> 8;
  bytes[6] = port;
  return bytes;
}

export function encodeBitfield(bits: Uint8Array): Uint8Array {
  const bytes = encode(messageId.bitfield, bits.length);
  bytes.set(bits, 5);
  return bytes;
}

export function encodeRejectRequest(request: BlockRequest): Uint8Array {
  const bytes = encode(messageId.rejectRequest, 12);
  writeUint32(bytes, 5, request.piece);
  writeUint32(bytes, 9, request.begin);
  writeUint32(bytes, 13, request.length);
  return bytes;
}

/** An extended message (BEP 10) numbered as the receiver's handshake asked. */
export function encodeExtended(id: number, payload: Uint8Array): Uint8Array {
  const bytes = encode(messageId.extended, 1 + payload.length);
  bytes[5] = id;
  bytes.set(payload, 6);
  return bytes;
}

/** The answer to a hash request: the hashes asked for, then those that prove them. */
export function encodeHashes(request: HashRequest, hashes: Uint8Array): Uint8Array {
  return encodeHashMessage(messageId.hashes, request, hashes);
}

export function encodeHashReject(request: HashRequest): Uint8Array {
  return encodeHashMessage(messageId.hashReject, request, new Uint8Array(0));
}

function encodeHashMessage(id: number, request: HashRequest, hashes: Uint8Array): Uint8Array {
  const bytes = encode(id, hashRequestLength + hashes.length);
  bytes.set(request.piecesRoot, 5);
  const { baseLayer, index, length, proofLayers } = request;
  for (const [place, value] of [baseLayer, index, length, proofLayers].entries()) {
    writeUint32(bytes, 5 + treeHashLength + 4 * place, value);
  }
  bytes.set(hashes, 5 + hashRequestLength);
  return bytes;
}

/** Writes the header of a PIECE message to `bytes` at `at`; the data follows it. */
export function writePieceHeader(bytes: Uint8Array, at: number, block: BlockRequest): void {
  writeUint32(bytes, at, 9 + block.length);
  bytes[at + 4] = messageId.piece;
  writeUint32(bytes, at + 5, block.piece);
  writeUint32(bytes, at + 9, block.begin);
}

/** A message with its length and id written, and `payloadLength` bytes to fill. */
function encode(id: number, payloadLength = 0): Uint8Array {
  const bytes = new Uint8Array(5 + payloadLength);
  writeUint32(bytes, 0, 1 + payloadLength);
  bytes[4] = id;
  return bytes;
}

function writeUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
