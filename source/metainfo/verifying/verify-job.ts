/**
 * What verifying threads share: plain data, of which the shared arrays are one memory for all.
 * Pieces are not handed out: each thread takes the next by adding to a counter.
 */

/** A file to verify, with bytes in it, in the order of the pieces. */
export interface VerifyFile {
  /** Absolute; null of padding, whose bytes are zeros that are on no disk. */
  path: string | null;
  /** Where its bytes begin among those of all pieces. */
  start: number;
  /** Bytes that it should have. */
  length: number;
  /** Bytes that there are of it: more or fewer than it should have, 0 when it is missing. */
  available: number;
}

export interface VerifyJob {
  files: readonly VerifyFile[];
  pieceLength: number;
  pieceCount: number;
  /** The SHA-1 of every piece, 20 bytes each; null in v2. */
  sha1: Uint8Array<SharedArrayBuffer> | null;
  /** The root of every piece's hash tree, 32 bytes each; null in v1. */
  sha256: Uint8Array<SharedArrayBuffer> | null;
  /**
   * What became of every piece, filled in by whoever verified it, but for those that are to be
   * skipped: see `pieceState`.
   */
  states: Uint8Array<SharedArrayBuffer>;
  /** One element: the first piece nobody has taken. */
  nextPiece: Int32Array<SharedArrayBuffer>;
  /** One element: the bytes of the pieces that are done. */
  doneBytes: BigUint64Array<SharedArrayBuffer>;
}

export const pieceState = {
  unverified: 0,
  good: 1,
  /** All of its bytes are there, and they are others. */
  wrong: 2,
  /** Not all of its bytes are there. */
  missing: 3,
  /** It was not to be read. */
  skipped: 4,
} as const;

/** A file that a thread could not read, by its index in the job; the code is Node's (`EACCES`). */
export interface UnreadableFile {
  index: number;
  code: string;
}
