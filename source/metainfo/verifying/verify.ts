import { availableParallelism } from 'node:os';
import { createFileCounter, type FileParts, partsOfFiles } from '../hashing/file-count.ts';
import { createProgressMeter, type HashProgress } from '../hashing/hash-progress.ts';
import { lendThreads } from '../hashing/hash-threads.ts';
import type { Info } from '../info.ts';
import { type PieceLayers, pieceLayerOf } from '../piece-layers.ts';
import type { Torrent } from '../torrent-file.ts';
import { type Blame, blameFiles } from './blame.ts';
import { type FoundFile, inspectFiles, locateContent } from './inspect-files.ts';
import { pieceState, type VerifyFile, type VerifyJob } from './verify-job.ts';

export type { HashProgress } from '../hashing/hash-progress.ts';

/**
 * - good: whole, and nothing but that.
 * - missing, short, long: by its size on disk. What there is may be good.
 * - wrong: it has the size, and a piece of it has other bytes; in v1, where nothing tells which of
 *   the files in that piece is to blame, all of them. Or it is no file, or leads elsewhere.
 * - unreadable: the system does not let it be read.
 * - changed: its size or time changed while it was read, so what was read may be of either.
 * - unproven: every piece of it that is its own is good; the others are shared with a file that is
 *   to blame for them (v1 only).
 */
export type FileStatus =
  | 'good'
  | 'missing'
  | 'short'
  | 'long'
  | 'wrong'
  | 'unreadable'
  | 'changed'
  | 'unproven';

export interface VerifiedFile {
  /** Components below the content's name; of a single file, its name alone. */
  path: string[];
  /** Bytes it should have. */
  length: number;
  /** Bytes it has; null when it is missing. */
  onDisk: number | null;
  status: FileStatus;
  /** Of one that is unproven: the path of the file to blame that it shares a piece with. */
  neighbour: string[] | null;
  /** Pieces with bytes of it, and how many of them are good. */
  pieces: number;
  goodPieces: number;
  /** As it was found, in the order of the torrent. */
  found: FoundFile;
  /** The index of the first of these pieces. */
  firstPiece: number;
}

export interface Verification {
  /** Every file and piece is good. */
  whole: boolean;
  /** Where the content was looked for. */
  contentPath: string;
  files: VerifiedFile[];
  pieceCount: number;
  goodPieces: number;
  /** All bytes are there, and they are others: indexes of pieces. */
  wrongPieces: number[];
  /** Not all bytes are there: indexes of pieces. */
  missingPieces: number[];
  /** Not read, since they were not asked for: indexes of pieces. */
  skippedPieces: number[];
}

export interface VerifyOptions {
  /** Aborting it ends the work at once; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Called at the start, a few times a second, and at the end. */
  onProgress?: (progress: HashProgress) => void;
  /** How many threads read and hash; as many as there are cores unless set. */
  workers?: number;
  /** Whether pieces with bytes of a file are to be read; all unless set. */
  isWanted?: (found: FoundFile) => boolean;
  /** Whether a file is another one than was hashed, as it looks; no file is unless set. */
  isSuspect?: (found: FoundFile) => boolean;
}

const progressIntervalMs = 250;

/**
 * Compares content on disk with a torrent, each of its versions: SHA-1 pieces of v1, hash trees of
 * v2. `path` is the content, or a folder that holds it by the torrent's name.
 */
export async function verifyContent(
  torrent: Torrent,
  path: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  return await verifyContentAt(torrent, await locateContent(torrent.info, path), options);
}

/** What of a torrent its content is compared with. */
export type ContentHashes = Pick<Torrent, 'info' | 'pieceLayers'>;

/** The same, where it is known that the content is at `contentPath`. */
export async function verifyContentAt(
  torrent: ContentHashes,
  contentPath: string,
  options: VerifyOptions = {},
): Promise<Verification> {
  const {
    signal,
    onProgress,
    workers = availableParallelism(),
    isWanted,
    isSuspect = () => false,
  } = options;
  const { info } = torrent;
  const found = await inspectFiles(info, contentPath);
  const layout = layOut(info, found);
  const job = createJob(
    torrent,
    layout.map(({ verify }) => verify),
  );
  const bytesToRead = isWanted ? skipUnwanted(job, layout, isWanted) : bytesOf(job.files);

  const meter = createProgressMeter(bytesToRead);
  const doneBytes = () => Number(Atomics.load(job.doneBytes, 0));
  const countFiles = createFileCounter(
    partsOfContent(info),
    info.pieceCount,
    (piece) => job.states[piece] !== pieceState.unverified,
  );
  const report = () =>
    onProgress?.({
      ...meter(doneBytes(), performance.now()),
      hashedFiles: countFiles(),
      totalFiles: found.length,
    });
  report();
  const timer = setInterval(report, progressIntervalMs);
  try {
    const threads = Math.min(workers, job.pieceCount);
    const unreadable = await lendThreads(threads, signal, (thread) => thread.verify(job));
    report();
    const blocked = new Set(unreadable.flat().map(({ index }) => layout[index]?.found));
    const after = await inspectFiles(info, contentPath);
    const changed = new Set(found.filter((file, index) => !isSame(file, after[index])));
    return summarize(info, contentPath, found, layout, job, { blocked, changed, isSuspect });
  } finally {
    clearInterval(timer);
  }
}

/** The pieces that each file is in, padding left out; an empty one is in that before which it lies. */
export function partsOfContent({ files, pieceLength, pieceCount, pieces }: Info): FileParts[] {
  const lengths = files.map(({ length }) => length);
  const parts = partsOfFiles(lengths, pieceLength, pieceCount, pieces ? 1 : pieceLength);
  return [...parts].filter((_, index) => !files[index]?.padding);
}

/** A file with bytes in it, where they are among those of the pieces; padding was not looked for. */
interface LaidOutFile {
  verify: VerifyFile;
  found: FoundFile | undefined;
}

function layOut(info: Info, found: readonly FoundFile[]): LaidOutFile[] {
  const layout: LaidOutFile[] = [];
  let start = 0;
  let next = 0;
  for (const file of info.files) {
    const there = file.padding ? undefined : found[next++];
    const { length } = file;
    if (length > 0) {
      const available = there?.onDisk ?? 0;
      const verify = { path: there?.path ?? null, start, length, available };
      layout.push({ verify, found: there });
    }
    start += info.pieces ? length : Math.ceil(length / info.pieceLength) * info.pieceLength;
  }
  return layout;
}

/** Has the pieces skipped that hold nothing of a wanted file; returns the bytes of the others. */
function skipUnwanted(
  { states, pieceLength, pieceCount, files }: VerifyJob,
  layout: readonly LaidOutFile[],
  isWanted: (found: FoundFile) => boolean,
): number {
  states.fill(pieceState.skipped);
  for (const { verify, found } of layout) {
    if (!found || !isWanted(found)) continue;
    const { start, length } = verify;
    states.fill(
      pieceState.unverified,
      Math.floor(start / pieceLength),
      Math.ceil((start + length) / pieceLength),
    );
  }
  const skipped = states.reduce((sum, state) => sum + Number(state === pieceState.skipped), 0);
  // Where not all is read, the pieces that end early are not worth being looked for.
  return skipped === 0 ? bytesOf(files) : (pieceCount - skipped) * pieceLength;
}

function bytesOf(files: readonly VerifyFile[]): number {
  return files.reduce((sum, { length }) => sum + length, 0);
}

function createJob({ info, pieceLayers }: ContentHashes, files: VerifyFile[]): VerifyJob {
  const { pieceLength, pieceCount, pieces, version } = info;
  return {
    files,
    pieceLength,
    pieceCount,
    sha1: pieces && shared(pieces),
    sha256: version === 'v1' ? null : shared(pieceRoots(info, pieceLayers)),
    states: new Uint8Array(new SharedArrayBuffer(pieceCount)),
    nextPiece: new Int32Array(new SharedArrayBuffer(4)),
    doneBytes: new BigUint64Array(new SharedArrayBuffer(8)),
  };
}

/** The root of every piece, in order; files of v2 begin with a piece each. */
function pieceRoots({ files }: Info, layers: PieceLayers): Uint8Array {
  return Buffer.concat(
    files.flatMap(({ piecesRoot }) => (piecesRoot ? [pieceLayerOf(layers, piecesRoot)] : [])),
  );
}

function shared(bytes: Uint8Array): Uint8Array<SharedArrayBuffer> {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length));
  copy.set(bytes);
  return copy;
}

/** Files that could not be verified. */
interface Trouble {
  /** The system did not let them be read. */
  blocked: ReadonlySet<FoundFile | undefined>;
  /** They changed meanwhile. */
  changed: ReadonlySet<FoundFile>;
  isSuspect(found: FoundFile): boolean;
}

function isSame(before: FoundFile, after: FoundFile | undefined): boolean {
  return (
    before.onDisk === after?.onDisk &&
    before.isOther === after.isOther &&
    before.inode === after.inode &&
    before.modifiedMs === after.modifiedMs
  );
}

function summarize(
  info: Info,
  contentPath: string,
  found: readonly FoundFile[],
  layout: readonly LaidOutFile[],
  { states }: VerifyJob,
  trouble: Trouble,
): Verification {
  const indexesOf = (wanted: number) =>
    Array.from(states.keys()).filter((piece) => states[piece] === wanted);
  const wrongPieces = indexesOf(pieceState.wrong);
  const missingPieces = indexesOf(pieceState.missing);
  const starts = new Map(layout.map(({ verify, found: there }) => [there, verify.start]));
  const laidOut = found.map((there) => {
    const start = starts.get(there) ?? 0;
    const { length } = there.file;
    const firstPiece = Math.floor(start / info.pieceLength);
    const end = length > 0 ? Math.ceil((start + length) / info.pieceLength) : firstPiece;
    const fault = faultOf(there, trouble);
    return { there, firstPiece, pieces: end - firstPiece, fault };
  });
  const blames = blameFiles(
    laidOut.map(({ there, firstPiece, pieces, fault }) => ({
      firstPiece,
      pieces,
      isFaulty: fault !== null && fault !== 'long',
      isSuspect: fault === 'long' || trouble.isSuspect(there),
    })),
    [...wrongPieces, ...missingPieces],
  );
  const files = laidOut.map(({ there, firstPiece, pieces, fault }, place): VerifiedFile => {
    const { path, length } = there.file;
    const own = states.subarray(firstPiece, firstPiece + pieces);
    const blame = fault === null ? blames.get(place) : undefined;
    return {
      path,
      length,
      onDisk: there.onDisk,
      status: fault ?? blame?.kind ?? 'good',
      neighbour: neighbourOf(blame, found),
      pieces,
      goodPieces: own.reduce((sum, state) => sum + Number(state === pieceState.good), 0),
      found: there,
      firstPiece,
    };
  });
  const goodPieces = indexesOf(pieceState.good).length;
  return {
    whole: goodPieces === info.pieceCount && files.every(({ status }) => status === 'good'),
    contentPath,
    files,
    pieceCount: info.pieceCount,
    goodPieces,
    wrongPieces,
    missingPieces,
    skippedPieces: indexesOf(pieceState.skipped),
  };
}

function neighbourOf(blame: Blame | undefined, found: readonly FoundFile[]): string[] | null {
  if (blame?.kind !== 'unproven') return null;
  return found[blame.neighbour]?.file.path ?? null;
}

/** What is wrong with a file, whatever its pieces are; null for nothing. */
function faultOf(there: FoundFile, trouble: Trouble): FileStatus | null {
  const { file, onDisk, isOther } = there;
  if (trouble.changed.has(there)) return 'changed';
  if (onDisk === null) return 'missing';
  if (isOther) return 'wrong';
  if (trouble.blocked.has(there)) return 'unreadable';
  if (onDisk < file.length) return 'short';
  return onDisk > file.length ? 'long' : null;
}
