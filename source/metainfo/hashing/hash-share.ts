import { createHash, hash } from 'node:crypto';
import { ContentReader, checkUnchanged } from './content-reader.ts';
import { fileAt, fileCount } from './file-table.ts';
import { countHashed, type HashJob, hashLength, slot } from './hash-job.ts';
import { TreePieceHasher } from './tree-pieces.ts';

/** Small enough to stay in the processor's cache between the read and the hash. */
const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
const checkedAtOnce = 256;

/**
 * A thread's share of a job: takes batches of pieces, reads and hashes them, until none is left;
 * then takes its part of checking that no file changed meanwhile.
 *
 * @throws EverseedError `content-changed` or `content-unreadable`, naming the file
 */
export function hashShare(job: HashJob): void {
  using reader = new ContentReader(job.files);
  const hashRange = rangeHasher(job, reader);
  for (;;) {
    const first = Atomics.add(job.counters.slots, slot.nextPiece, job.batchPieces);
    if (first >= job.pieceCount) break;
    const batch = first / job.batchPieces;
    if (Atomics.load(job.done, batch) === 1) continue;
    hashRange(first, Math.min(first + job.batchPieces, job.pieceCount));
    // Not only when a file is left: a large one takes long, and what is done is written down.
    reader.check();
    Atomics.store(job.done, batch, 1);
  }
  reader.close();
  checkFiles(job);
}

/** The function that hashes the pieces from `first` up to `end`. */
function rangeHasher(job: HashJob, reader: ContentReader): (first: number, end: number) => void {
  const { output, pieceLength } = job;
  if (output.kind === 'trees') {
    const hasher = new TreePieceHasher(job, output, reader, buffer);
    return (first, end) => {
      for (let piece = first; piece < end; piece++) hasher.hash(piece);
    };
  }
  const hashPieces = pieceLength <= buffer.length ? hashSmallPieces : hashLargePieces;
  return (first, end) => hashPieces(job, output.hashes, reader, first, end);
}

/** Several pieces a read. */
function hashSmallPieces(
  job: HashJob,
  hashes: Uint8Array,
  reader: ContentReader,
  first: number,
  end: number,
): void {
  const { pieceLength, totalBytes } = job;
  const piecesAtOnce = Math.floor(buffer.length / pieceLength);
  for (let piece = first; piece < end; piece += piecesAtOnce) {
    const position = piece * pieceLength;
    const piecesEnd = Math.min(piece + piecesAtOnce, end);
    const bytes = buffer.subarray(0, Math.min(piecesEnd * pieceLength, totalBytes) - position);
    reader.fill(bytes, position);
    for (let index = piece; index < piecesEnd; index++) {
      const start = (index - piece) * pieceLength;
      // The end is beyond the last piece's, where subarray stops by itself.
      const pieceBytes = bytes.subarray(start, start + pieceLength);
      hashes.set(hash('sha1', pieceBytes, 'buffer'), index * hashLength);
    }
    countHashed(job, bytes.length);
  }
}

/** Several reads a piece. */
function hashLargePieces(
  job: HashJob,
  hashes: Uint8Array,
  reader: ContentReader,
  first: number,
  end: number,
): void {
  const { pieceLength, totalBytes } = job;
  for (let piece = first; piece < end; piece++) {
    const pieceEnd = Math.min((piece + 1) * pieceLength, totalBytes);
    const sha1 = createHash('sha1');
    for (let position = piece * pieceLength; position < pieceEnd; position += buffer.length) {
      const bytes = buffer.subarray(0, Math.min(buffer.length, pieceEnd - position));
      reader.fill(bytes, position);
      sha1.update(bytes);
      countHashed(job, bytes.length);
    }
    hashes.set(sha1.digest(), piece * hashLength);
  }
}

function checkFiles({ counters, files }: HashJob): void {
  const count = fileCount(files);
  for (;;) {
    const first = Atomics.add(counters.slots, slot.nextCheck, checkedAtOnce);
    if (first >= count) return;
    const end = Math.min(first + checkedAtOnce, count);
    for (let index = first; index < end; index++) checkUnchanged(fileAt(files, index));
  }
}
