import { merkleHashLength } from '../merkle.ts';
import type { HashFile } from './file-table.ts';
import { type HashJob, hashLength } from './hash-job.ts';

/**
 * Interrupted hashing that is picked up: what was hashed is told in batches while it is under way,
 * and given back to the next run, which takes over what is of files that are still the same.
 */

/** What the hashes of pieces depend on besides the bytes of the files. */
export type HashShape = 'stream' | 'trees' | 'trees-and-sha1' | 'trees-and-padded-sha1';

/** What a run hashes. */
export interface HashLayout {
  shape: HashShape;
  /** Bytes. */
  pieceLength: number;
  files: readonly HashFile[];
}

/** The hashes of pieces that follow each other. */
export interface HashedPieces {
  /** The index of the first. */
  first: number;
  count: number;
  /** 20 bytes a piece; empty where the shape has none. */
  sha1: Uint8Array;
  /** 32 bytes a piece; empty where the shape has none. */
  roots: Uint8Array;
}

/** What an earlier run hashed before it was interrupted. */
export interface HashedBefore {
  layout: HashLayout;
  pieces: readonly HashedPieces[];
}

export interface HashCheckpoint {
  before: HashedBefore | null;
  /**
   * Told every few seconds, and when the hashing fails or is aborted, which pieces are done that
   * it was not told of yet, those of the earlier run among them.
   */
  onHashed(layout: HashLayout, pieces: readonly HashedPieces[]): void;
}

function shapeOf({ output }: HashJob): HashShape {
  if (output.kind === 'stream') return 'stream';
  if (!output.hashes) return 'trees';
  return output.padded ? 'trees-and-padded-sha1' : 'trees-and-sha1';
}

/** At most about what is hashed in this time is hashed again after an interruption. */
const intervalMs = 2000;

/** Tells a checkpoint of the pieces of a job as they get done, until `stop` is called. */
export function startTelling(
  job: HashJob,
  files: readonly HashFile[],
  checkpoint: HashCheckpoint,
): { tell(): void; stop(): void } {
  const layout = { shape: shapeOf(job), pieceLength: job.pieceLength, files };
  const told = new Uint8Array(job.done.length);
  const tell = () => {
    const pieces = collectHashed(job, told);
    if (pieces.length > 0) checkpoint.onHashed(layout, pieces);
  };
  const timer = setInterval(tell, intervalMs);
  return { tell, stop: () => clearInterval(timer) };
}

/** The batches of a job that are done and not in `told`, which they are added to. */
function collectHashed(job: HashJob, told: Uint8Array): HashedPieces[] {
  const { output, done, batchPieces, pieceCount } = job;
  const roots = output.kind === 'trees' ? output.roots : null;
  const collected: HashedPieces[] = [];
  for (let batch = 0; batch < told.length; batch++) {
    if (told[batch] === 1 || Atomics.load(done, batch) === 0) continue;
    told[batch] = 1;
    const first = batch * batchPieces;
    const end = Math.min(first + batchPieces, pieceCount);
    collected.push({
      first,
      count: end - first,
      // Copies: what is shared with threads is not for files and sockets.
      sha1: new Uint8Array(output.hashes?.subarray(first * hashLength, end * hashLength) ?? []),
      roots: new Uint8Array(
        roots?.subarray(first * merkleHashLength, end * merkleHashLength) ?? [],
      ),
    });
  }
  return collected;
}

/**
 * Takes over what an earlier run hashed into a job that has not begun, where the files are still
 * those it hashed; whole batches only. Returns how many bytes need not be hashed again.
 */
export function takeOver(
  job: HashJob,
  files: readonly HashFile[],
  { layout, pieces }: HashedBefore,
): number {
  if (layout.shape !== shapeOf(job) || layout.pieceLength !== job.pieceLength) return 0;
  const known = inOneRow(pieces);
  const { output } = job;
  const knownBatches = new Map<number, { pieces: number; bytes: number }>();
  for (const { piece, before, length } of unchangedPieces(job, files, layout.files)) {
    if (known.isKnown[before] !== 1) continue;
    output.hashes?.set(hashAt(known.sha1, before, hashLength), piece * hashLength);
    if (output.kind === 'trees') {
      const root = hashAt(known.roots, before, merkleHashLength);
      output.roots.set(root, piece * merkleHashLength);
    }
    const batch = Math.floor(piece / job.batchPieces);
    const sum = knownBatches.get(batch) ?? { pieces: 0, bytes: 0 };
    knownBatches.set(batch, { pieces: sum.pieces + 1, bytes: sum.bytes + length });
  }
  let bytesKnown = 0;
  for (const [batch, sum] of knownBatches) {
    const size = Math.min(job.batchPieces, job.pieceCount - batch * job.batchPieces);
    if (sum.pieces < size) continue;
    job.done[batch] = 1;
    bytesKnown += sum.bytes;
  }
  return bytesKnown;
}

function hashAt(hashes: Uint8Array, piece: number, width: number): Uint8Array {
  return hashes.subarray(piece * width, (piece + 1) * width);
}

/** What is known in one row each, so that pieces are found by their index. */
function inOneRow(pieces: readonly HashedPieces[]) {
  const end = pieces.reduce((most, { first, count }) => Math.max(most, first + count), 0);
  const row = {
    isKnown: new Uint8Array(end),
    sha1: new Uint8Array(end * hashLength),
    roots: new Uint8Array(end * merkleHashLength),
  };
  for (const { first, count, sha1, roots } of pieces) {
    row.isKnown.fill(1, first, first + count);
    row.sha1.set(sha1, first * hashLength);
    row.roots.set(roots, first * merkleHashLength);
  }
  return row;
}

interface UnchangedPiece {
  piece: number;
  /** Its index in the earlier run. */
  before: number;
  /** Bytes. */
  length: number;
}

function unchangedPieces(
  job: HashJob,
  files: readonly HashFile[],
  filesBefore: readonly HashFile[],
): Iterable<UnchangedPiece> {
  return job.output.kind === 'stream'
    ? unchangedInStream(job, files, filesBefore)
    : unchangedInFiles(job, files, filesBefore);
}

/** Pieces of files that are the same and lie where they lay in the stream; so does its end. */
function* unchangedInStream(
  { pieceLength, pieceCount, totalBytes }: HashJob,
  files: readonly HashFile[],
  filesBefore: readonly HashFile[],
): Iterable<UnchangedPiece> {
  const changed = new Uint8Array(pieceCount);
  const placesBefore = placesOf(filesBefore, 1);
  const totalBefore = filesBefore.reduce((sum, { length }) => sum + length, 0);
  if (totalBefore !== totalBytes) changed[pieceCount - 1] = 1;
  for (const [path, { file, start }] of placesOf(files, 1)) {
    const before = placesBefore.get(path);
    if (file.length === 0 || (before?.start === start && isSame(file, before.file))) continue;
    const last = Math.floor((start + file.length - 1) / pieceLength);
    changed.fill(1, Math.floor(start / pieceLength), last + 1);
  }
  for (let piece = 0; piece < pieceCount; piece++) {
    if (changed[piece] === 1) continue;
    const length = Math.min(pieceLength, totalBytes - piece * pieceLength);
    yield { piece, before: piece, length };
  }
}

/** Pieces of files that are the same, wherever they are now: each file has pieces of its own. */
function* unchangedInFiles(
  { pieceLength }: HashJob,
  files: readonly HashFile[],
  filesBefore: readonly HashFile[],
): Iterable<UnchangedPiece> {
  const placesBefore = placesOf(filesBefore, pieceLength);
  for (const [path, { file, start }] of placesOf(files, pieceLength)) {
    const before = placesBefore.get(path);
    if (!before || !isSame(file, before.file)) continue;
    for (let offset = 0; offset < file.length; offset += pieceLength) {
      yield {
        piece: (start + offset) / pieceLength,
        before: (before.start + offset) / pieceLength,
        length: Math.min(pieceLength, file.length - offset),
      };
    }
  }
}

/** Where each file begins, by its path. */
function placesOf(files: readonly HashFile[], alignment: number) {
  const places = new Map<string, { file: HashFile; start: number }>();
  let start = 0;
  for (const file of files) {
    places.set(file.path, { file, start });
    start = Math.ceil((start + file.length) / alignment) * alignment;
  }
  return places;
}

/** To the last digit of its time: what is taken for the same is not read again. */
function isSame(file: HashFile, before: HashFile): boolean {
  const areKnown = file.inode && before.inode;
  return (
    file.length === before.length &&
    file.modifiedMs === before.modifiedMs &&
    (!areKnown || file.inode === before.inode)
  );
}
