import { merkleHashLength } from '../merkle.ts';
import { createFileTable, type HashFile, lengthsOf } from './file-table.ts';
import { hashLength } from './hash-job.ts';
import { lendThreads } from './hash-threads.ts';
import { type HashOptions, runHashJob } from './run-hash-job.ts';

/**
 * Which SHA-1 come beside the trees: none, or those of every piece, of the file's bytes alone or
 * filled up with zeros to a whole piece, as with a pad file after it.
 */
export type TreePieces = 'none' | 'unpadded' | 'padded';

/** The hashes of a v2 or hybrid torrent. Pieces are in the order of the files. */
export interface HashedTrees {
  /** The SHA-1 of every piece, 20 bytes each; null where none were wanted. */
  hashes: Uint8Array<ArrayBuffer> | null;
  /** The root of every piece's tree, 32 bytes each: the files' piece layers in a row. */
  pieceRoots: Uint8Array<ArrayBuffer>;
  /** The root of every file's tree, 32 bytes each; zeros for an empty file, which has none. */
  fileRoots: Uint8Array<ArrayBuffer>;
}

/**
 * Hashes files, every one beginning a piece of its own, into the trees of BEP 52 and, in the same
 * pass over the data, into SHA-1 of pieces.
 *
 * @throws EverseedError as `hashPieces` does
 */
export async function hashTrees(
  files: Iterable<HashFile>,
  pieceLength: number,
  pieces: TreePieces,
  options: HashOptions = {},
): Promise<HashedTrees> {
  const table = createFileTable(files, pieceLength);
  const lengths = Float64Array.from(lengthsOf(table));
  const pieceCount = lengths.reduce((sum, length) => sum + Math.ceil(length / pieceLength), 0);
  const roots = new Uint8Array(new SharedArrayBuffer(pieceCount * merkleHashLength));
  const hashes =
    pieces === 'none' ? null : new Uint8Array(new SharedArrayBuffer(pieceCount * hashLength));
  const output = { kind: 'trees', roots, hashes, padded: pieces === 'padded' } as const;
  await runHashJob(table, { pieceLength, pieceCount, output }, options);

  // A few hashes a file, but there may be a million: not for the thread that answers others.
  const [fileRoots] = await lendThreads(1, options.signal, (thread) =>
    thread.fileRoots(lengths, pieceLength, roots),
  );
  if (!fileRoots) throw new Error('the hashing ended without an answer');
  return {
    // Copies that are not shared: they outlive the job and go wherever bytes go.
    hashes: hashes && new Uint8Array(hashes),
    pieceRoots: new Uint8Array(roots),
    fileRoots,
  };
}
