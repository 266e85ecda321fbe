import { createHash, hash } from 'node:crypto';
import { ContentReader, checkUnchanged } from './content-reader.ts';
import { type HashFile, readFileTable } from './file-table.ts';
import { type HashJob, hashLength, slot } from './hash-job.ts';

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
  const files = readFileTable(job.files);
  using reader = new ContentReader(files);
  hashBatches(job, reader);
  reader.close();
  checkFiles(job, files);
}

function hashBatches(job: HashJob, reader: ContentReader): void {
  const { pieceCount, batchPieces, pieceLength } = job;
  const hashRange = pieceLength <= buffer.length ? hashSmallPieces : hashLargePieces;
  for (;;) {
    const first = Atomics.add(job.counters.slots, slot.nextPiece, batchPieces);
    if (first >= pieceCount) return;
    hashRange(job, reader, first, Math.min(first + batchPieces, pieceCount));
  }
}

/** Several pieces a read. */
function hashSmallPieces(job: HashJob, reader: ContentReader, first: number, end: number): void {
  const { pieceLength, totalBytes, hashes } = job;
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
function hashLargePieces(job: HashJob, reader: ContentReader, first: number, end: number): void {
  const { pieceLength, totalBytes, hashes } = job;
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

function checkFiles({ counters }: HashJob, files: readonly HashFile[]): void {
  for (;;) {
    const first = Atomics.add(counters.slots, slot.nextCheck, checkedAtOnce);
    if (first >= files.length) return;
    for (const file of files.slice(first, first + checkedAtOnce)) checkUnchanged(file);
  }
}

function countHashed({ counters }: HashJob, bytes: number): void {
  Atomics.add(counters.hashedBytes, 0, BigInt(bytes));
}
