import { availableParallelism } from 'node:os';
import { type HashCheckpoint, startTelling, takeOver } from './checkpoint.ts';
import { createFileCounter, partsOfFiles } from './file-count.ts';
import { type FileTable, fileCount, filesOf, lengthsOf, totalLength } from './file-table.ts';
import { countHashed, createCounters, type HashJob } from './hash-job.ts';
import { createProgressMeter, type HashProgress } from './hash-progress.ts';
import { lendThreads } from './hash-threads.ts';

export interface HashOptions {
  /** Aborting it ends the work at once; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called at the start, a few times a second, and at the end. */
  onProgress?: (progress: HashProgress) => void;
  /** How many threads read and hash; as many as there are cores unless set. */
  workers?: number;
  /** Takes up what an earlier run hashed, and is told what this one has. */
  checkpoint?: HashCheckpoint;
}

const progressIntervalMs = 250;

/** Long enough for a disk to read ahead, short enough for all threads to end together. */
const batchBytes = 16 * 1024 * 1024;
const leastBatchesPerThread = 4;

/**
 * Has threads hash files into `output`, which has room for `pieceCount` pieces, as the table of
 * files places them: those of trees each begin a piece. Every thread has one buffer of 1 MiB,
 * whatever the piece length.
 *
 * @throws EverseedError `content-changed` or `content-unreadable`, naming the file: no hashes come
 *   of files that are not, from beginning to end, as `files` has them
 */
export async function runHashJob(
  files: FileTable,
  { pieceLength, pieceCount, output }: Pick<HashJob, 'pieceLength' | 'pieceCount' | 'output'>,
  options: HashOptions,
): Promise<void> {
  const { signal, onProgress, workers = availableParallelism(), checkpoint } = options;
  signal?.throwIfAborted();

  const evenShare = Math.ceil(pieceCount / (workers * leastBatchesPerThread));
  const batchPieces = Math.min(evenShare, Math.max(1, Math.floor(batchBytes / pieceLength)));
  const batchCount = Math.ceil(pieceCount / batchPieces);
  const job: HashJob = {
    files,
    totalBytes: totalLength(files),
    pieceLength,
    pieceCount,
    batchPieces,
    done: new Uint8Array(new SharedArrayBuffer(batchCount)),
    output,
    counters: createCounters(),
  };
  const list = checkpoint ? [...filesOf(files)] : [];
  if (checkpoint?.before) countHashed(job, takeOver(job, list, checkpoint.before));
  const threadCount = Math.min(workers, batchCount);
  const meter = createProgressMeter(job.totalBytes);
  const countFiles = createFileCounter(
    partsOfFiles(
      lengthsOf(files),
      batchPieces * pieceLength,
      batchCount,
      output.kind === 'trees' ? pieceLength : 1,
    ),
    batchCount,
    (batch) => Atomics.load(job.done, batch) === 1,
  );
  const report = () =>
    onProgress?.({
      ...meter(hashedBytesOf(job), performance.now()),
      hashedFiles: countFiles(),
      totalFiles: fileCount(files),
    });
  report();
  const timer = setInterval(report, progressIntervalMs);
  const telling = checkpoint && startTelling(job, list, checkpoint);
  try {
    await lendThreads(threadCount, signal, (thread) => thread.hash(job));
  } catch (error) {
    telling?.tell();
    throw error;
  } finally {
    clearInterval(timer);
    telling?.stop();
  }
  report();
}

function hashedBytesOf({ counters }: HashJob): number {
  return Number(Atomics.load(counters.hashedBytes, 0));
}
