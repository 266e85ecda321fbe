import { createFileTable, type HashFile, totalLength } from './file-table.ts';
import { hashLength } from './hash-job.ts';
import { type HashOptions, runHashJob } from './run-hash-job.ts';

export type { HashOptions } from './run-hash-job.ts';

/**
 * Hashes files, as if they were one, in pieces of `pieceLength` bytes: the SHA-1 of every piece,
 * 20 bytes each (BEP 3).
 *
 * @throws EverseedError `content-changed` or `content-unreadable`, naming the file: no hashes come
 *   of files that are not, from beginning to end, as `files` has them
 */
export async function hashPieces(
  files: Iterable<HashFile>,
  pieceLength: number,
  options: HashOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const table = createFileTable(files);
  const pieceCount = Math.ceil(totalLength(table) / pieceLength);
  const hashes = new Uint8Array(new SharedArrayBuffer(pieceCount * hashLength));
  await runHashJob(table, { pieceLength, pieceCount, output: { kind: 'stream', hashes } }, options);
  // A copy that is not shared: it outlives the job and goes wherever bytes go.
  return new Uint8Array(hashes);
}
