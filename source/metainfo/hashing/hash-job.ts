import type { FileTable } from './file-table.ts';

/**
 * What hashing threads share. Pieces are not handed out: each thread takes the next batch by adding
 * to a counter, so that a slow one holds nobody up.
 */

/** Sent to every thread that takes part. The shared arrays are one memory for all of them. */
export interface HashJob {
  files: FileTable;
  /** Bytes of all files. */
  totalBytes: number;
  pieceLength: number;
  pieceCount: number;
  /** How many pieces a thread takes at a time: a batch. */
  batchPieces: number;
  /** Which batches are hashed, 1 for those that are; set before the work begins or by who did it. */
  done: Uint8Array<SharedArrayBuffer>;
  /** What comes of it, filled in by whoever hashed a piece. */
  output: PieceStream | PieceTrees;
  counters: Counters;
}

/** The pieces of a v1 torrent (BEP 3): the files are one stream, whatever lies at a piece's ends. */
export interface PieceStream {
  kind: 'stream';
  /** The SHA-1 of every piece. */
  hashes: Uint8Array<SharedArrayBuffer>;
}

/** The pieces of a v2 or hybrid torrent (BEP 52): every file begins a piece of its own. */
export interface PieceTrees {
  kind: 'trees';
  /** The root of every piece's tree of SHA-256, in the order of the files. */
  roots: Uint8Array<SharedArrayBuffer>;
  /** The SHA-1 of every piece, for a hybrid torrent. */
  hashes: Uint8Array<SharedArrayBuffer> | null;
  /** The SHA-1 is of a whole piece, even where the file ends before: a pad file fills it. */
  padded: boolean;
}

export interface Counters {
  /** One slot each: see `slot`. */
  slots: Int32Array<SharedArrayBuffer>;
  /** One element: the bytes hashed so far. */
  hashedBytes: BigUint64Array<SharedArrayBuffer>;
}

export const slot = {
  /** The first piece nobody has taken. */
  nextPiece: 0,
  /** The first file nobody has checked after the hashing. */
  nextCheck: 1,
} as const;

/** Bytes of a SHA-1. */
export const hashLength = 20;

export function createCounters(): Counters {
  return {
    slots: new Int32Array(new SharedArrayBuffer(4 * Object.keys(slot).length)),
    hashedBytes: new BigUint64Array(new SharedArrayBuffer(8)),
  };
}

export function countHashed({ counters }: HashJob, bytes: number): void {
  Atomics.add(counters.hashedBytes, 0, BigInt(bytes));
}
