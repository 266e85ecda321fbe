import { availableParallelism } from 'node:os';
import { type FileTable, totalLength } from './file-table.ts';
import { createCounters, type HashJob } from './hash-job.ts';
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
 * Has threads hash files into `output`, which has room for `pieceCount` pieces, as the table of
 * files places them: those of trees each begin a piece. Every thread has
 * one buffer of 1 MiB, whatever the piece length.
 *
 * @throws EverseedError `content-changed` or `content-unreadable`, naming the file: no hashes come
 *   of files that are not, from beginning to end, as `files` has them
 */
export async function runHashJob(
  files: FileTable,
  { pieceLength, pieceCount, output }: Pick<HashJob, 'pieceLength' | 'pieceCount' | 'output'>,
  options: HashOptions,
): Promise<void> {
  const { signal, onProgress, workers = availableParallelism() } = options;
  signal?.throwIfAborted();

  const evenShare = Math.ceil(pieceCount / (workers * leastBatchesPerThread));
  const job: HashJob = {
    files,
    totalBytes: totalLength(files),
    pieceLength,
    pieceCount,
    batchPieces: Math.min(evenShare, Math.max(1, Math.floor(batchBytes / pieceLength))),
    output,
    counters: createCounters(),
  };
  const threadCount = Math.min(workers, Math.ceil(pieceCount / job.batchPieces));
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
}

function hashedBytesOf({ counters }: HashJob): number {
  return Number(Atomics.load(counters.hashedBytes, 0));
}
