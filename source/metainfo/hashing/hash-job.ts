import type { FileTable } from './file-table.ts';

/**
 * What hashing threads share. Pieces are not handed out: each thread takes the next batch by adding
 * to a counter, so that a slow one holds nobody up.
 */

/** Sent to every thread that takes part. The shared arrays are one memory for all of them. */
export interface HashJob {
  /** The content is these files, one after the other. */
  files: FileTable;
  /** Bytes of all files. */
  totalBytes: number;
  pieceLength: number;
  pieceCount: number;
  /** How many pieces a thread takes at a time. */
  batchPieces: number;
  /** The SHA-1 of every piece, filled in by whoever hashed it. */
  hashes: Uint8Array<SharedArrayBuffer>;
  counters: Counters;
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

export const hashLength = 20;

export function createCounters(): Counters {
  return {
    slots: new Int32Array(new SharedArrayBuffer(4 * Object.keys(slot).length)),
    hashedBytes: new BigUint64Array(new SharedArrayBuffer(8)),
  };
}
