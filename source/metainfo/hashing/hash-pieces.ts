import { availableParallelism } from 'node:os';
import { createFileTable, type HashFile } from './file-table.ts';
import { createCounters, type HashJob, hashLength } from './hash-job.ts';
import { createProgressMeter, type HashProgress } from './hash-progress.ts';
import { lendThreads } from './hash-threads.ts';

export interface HashOptions {
  /** Aborting it ends the work at once; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called at the start, a few times a second, and at the end. */
  onProgress?: (progress: HashProgress) => void;
  /** How many threads read and hash; as many as there are cores unless set. */
  workers?: number;
}

const progressIntervalMs = 250;

/** Long enough for a disk to read ahead, short enough for all threads to end together. */
const batchBytes = 16 * 1024 * 1024;
const leastBatchesPerThread = 4;

/**
 * Hashes files, as if they were one, in pieces of `pieceLength` bytes: the SHA-1 of every piece,
 * 20 bytes each. Every thread has one buffer of 1 MiB, whatever the piece length.
 *
 * @throws EverseedError `content-changed` or `content-unreadable`, naming the file: no hashes come
 *   of files that are not, from beginning to end, as `files` has them
 */
export async function hashPieces(
  files: readonly HashFile[],
  pieceLength: number,
  options: HashOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { signal, onProgress, workers: wanted = availableParallelism() } = options;
  signal?.throwIfAborted();

  const job = createJob(files, pieceLength, wanted);
  const threadCount = Math.min(wanted, Math.ceil(job.pieceCount / job.batchPieces));
  const meter = createProgressMeter(job.totalBytes);
  const report = () => onProgress?.(meter(hashedBytesOf(job), performance.now()));
  report();
  const timer = setInterval(report, progressIntervalMs);
  try {
    await lendThreads(threadCount, signal, (thread) => thread.hash(job));
  } finally {
    clearInterval(timer);
  }
  report();
  // A copy that is not shared: it outlives this job and goes wherever bytes go.
  return new Uint8Array(job.hashes);
}

function createJob(files: readonly HashFile[], pieceLength: number, threads: number): HashJob {
  const totalBytes = files.reduce((sum, file) => sum + file.length, 0);
  const pieceCount = Math.ceil(totalBytes / pieceLength);
  const evenShare = Math.ceil(pieceCount / (threads * leastBatchesPerThread));
  return {
    files: createFileTable(files),
    totalBytes,
    pieceLength,
    pieceCount,
    batchPieces: Math.min(evenShare, Math.max(1, Math.floor(batchBytes / pieceLength))),
    hashes: new Uint8Array(new SharedArrayBuffer(pieceCount * hashLength)),
    counters: createCounters(),
  };
}

function hashedBytesOf({ counters }: HashJob): number {
  return Number(Atomics.load(counters.hashedBytes, 0));
}
