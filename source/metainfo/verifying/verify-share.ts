import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { systemErrorCode } from '../../errors.ts';
import { leafHashes, merkleBlockLength, merkleHashLength, merkleRoot } from '../merkle.ts';
import { pieceState, type UnreadableFile, type VerifyFile, type VerifyJob } from './verify-job.ts';

/** Small enough to stay in the processor's cache between the read and the hash; whole blocks. */
const buffer = Buffer.allocUnsafeSlow(1024 * 1024);
const zeros = Buffer.alloc(buffer.length);
const sha1Length = 20;

/** What a piece holds of a file. */
interface Part {
  index: number;
  file: VerifyFile;
  /** Where in the file, in bytes. */
  offset: number;
  length: number;
}

/**
 * A thread's share of a job: takes pieces, reads and hashes them, until none is left. Returns the
 * files that it could not read; their pieces are missing.
 */
export function verifyShare(job: VerifyJob): UnreadableFile[] {
  using reader = new FileReader();
  const unreadable = new Map<number, string>();
  for (;;) {
    const piece = Atomics.add(job.nextPiece, 0, 1);
    if (piece >= job.pieceCount) break;
    if (job.states[piece] === pieceState.skipped) continue;
    const parts = partsOf(job, piece);
    job.states[piece] = verifyPiece(job, piece, parts, reader, unreadable);
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    Atomics.add(job.doneBytes, 0, BigInt(bytes));
  }
  return Array.from(unreadable, ([index, code]) => ({ index, code }));
}

function verifyPiece(
  job: VerifyJob,
  piece: number,
  parts: readonly Part[],
  reader: FileReader,
  unreadable: Map<number, string>,
): number {
  const isThere = ({ file, offset, length, index }: Part) =>
    file.path === null || (offset + length <= file.available && !unreadable.has(index));
  if (!parts.every(isThere)) return pieceState.missing;

  const sha1 = job.sha1 && createHash('sha1');
  const leaves: Uint8Array[] = [];
  for (const { file, index, offset, length } of parts) {
    for (let done = 0; done < length; done += buffer.length) {
      const wanted = Math.min(buffer.length, length - done);
      let bytes = zeros.subarray(0, wanted);
      if (file.path !== null) {
        bytes = buffer.subarray(0, wanted);
        try {
          if (!reader.fill(file.path, bytes, offset + done)) return pieceState.missing;
        } catch (error) {
          const code = systemErrorCode(error);
          if (code === undefined) throw error;
          unreadable.set(index, code);
          return pieceState.missing;
        }
        if (job.sha256) leaves.push(leafHashes(bytes));
      }
      sha1?.update(bytes);
    }
  }
  const isGood =
    (!job.sha1 || sha1?.digest().equals(hashAt(job.sha1, piece, sha1Length))) &&
    (!job.sha256 || rootOf(job, parts, leaves).equals(hashAt(job.sha256, piece, merkleHashLength)));
  return isGood ? pieceState.good : pieceState.wrong;
}

/** The root of a v2 piece, which is of one file. That of a file of one piece is no wider than it. */
function rootOf({ pieceLength }: VerifyJob, parts: readonly Part[], leaves: Uint8Array[]): Buffer {
  const file = parts.find((part) => part.file.path !== null)?.file;
  const isWholeFile = file !== undefined && file.length <= pieceLength;
  const padTo = isWholeFile ? undefined : pieceLength / merkleBlockLength;
  return Buffer.from(merkleRoot(Buffer.concat(leaves), padTo));
}

function hashAt(hashes: Uint8Array, piece: number, length: number): Uint8Array {
  return hashes.subarray(piece * length, (piece + 1) * length);
}

/** What a piece holds, in order. */
function partsOf({ files, pieceLength }: VerifyJob, piece: number): Part[] {
  const from = piece * pieceLength;
  const to = from + pieceLength;
  const parts: Part[] = [];
  for (let index = fileAt(files, from); index < files.length; index++) {
    const file = files[index];
    if (!file || file.start >= to) break;
    const first = Math.max(from, file.start);
    const end = Math.min(to, file.start + file.length);
    if (end > first) parts.push({ index, file, offset: first - file.start, length: end - first });
  }
  return parts;
}

/** The index of the last file that begins at or before a position. */
function fileAt(files: readonly VerifyFile[], position: number): number {
  let low = 0;
  let high = files.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((files[middle]?.start ?? 0) <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Reads files, keeping the last one open. */
class FileReader {
  #open: { path: string; descriptor: number } | undefined;

  /** Fills `target` with what a file has from `offset`; false when it ends before that. */
  fill(path: string, target: Uint8Array, offset: number): boolean {
    const descriptor = this.#descriptorOf(path);
    for (let filled = 0; filled < target.length; ) {
      const read = readSync(descriptor, target, filled, target.length - filled, offset + filled);
      if (read === 0) return false;
      filled += read;
    }
    return true;
  }

  [Symbol.dispose](): void {
    if (this.#open) closeSync(this.#open.descriptor);
    this.#open = undefined;
  }

  #descriptorOf(path: string): number {
    if (this.#open?.path === path) return this.#open.descriptor;
    this[Symbol.dispose]();
    // Without O_NONBLOCK, a pipe put in the file's place would wait for a writer forever.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    this.#open = { path, descriptor };
    return descriptor;
  }
}
