import type { FileRow } from '../catalog/rows.ts';
import { isUnchanged } from '../file-identity.ts';
import type { FoundFile } from '../metainfo/verifying/inspect-files.ts';
import type { Verification, VerifiedFile } from '../metainfo/verifying/verify.ts';

/** What is to be kept of a verification. */
export interface VerifiedContent {
  /** Files that were found to be otherwise than they are known, by their place among those kept. */
  files: Map<number, FileRow>;
  /** All pieces that are not good, in order. */
  badPieces: number[];
}

/**
 * What a verification tells of a publication's pieces and files. What could not be read stays as it
 * is known: once it is back as it was, its pieces are as good as they were.
 *
 * `known`: the files as they are kept, in the order of the torrent. `badBefore`: the pieces that
 * were known not to be good.
 */
export function concludeVerification(
  { files, wrongPieces, missingPieces, skippedPieces, pieceCount }: Verification,
  known: readonly FileRow[],
  badBefore: Iterable<number>,
): VerifiedContent {
  const wasBad = new Set(badBefore);
  const bad = new Set(wrongPieces);
  const renewed = new Map<number, FileRow>();
  const isMissing = new Set(missingPieces);
  const isSkipped = new Set(skippedPieces);
  const keepAsBefore = new Set(skippedPieces);

  const kept = files.filter(({ found }) => !found.file.symlink);
  for (const [place, file] of kept.entries()) {
    if (file.status === 'changed') for (const piece of piecesOf(file)) keepAsBefore.add(piece);
    const before = known[place];
    const now = [...piecesOf(file)].some((piece) => isSkipped.has(piece)) ? null : rowOf(file);
    if (!before || !now) continue;
    const isSame = isKnown(file.found, before);
    if (!isSame || before.inode !== now.inode) renewed.set(place, now);
    // What is missing of a piece may be missing in the file beside it; but this one is not the
    // file any more of which the piece was good.
    if (isSame && now.onDisk === undefined) continue;
    for (const piece of piecesOf(file)) if (isMissing.has(piece)) bad.add(piece);
  }
  for (const piece of missingPieces) if (wasBad.has(piece)) bad.add(piece);
  for (const piece of keepAsBefore) if (wasBad.has(piece)) bad.add(piece);
  return {
    files: renewed,
    badPieces: [...bad].filter((piece) => piece < pieceCount).sort((a, b) => a - b),
  };
}

/** A file as it is to be kept; null when nothing was read of it, or not of one and the same. */
export function rowOf({ found, length, status }: VerifiedFile): FileRow | null {
  const { path, onDisk, modifiedMs, inode } = found;
  const isUnread = status === 'changed' || status === 'unreadable';
  if (isUnread || onDisk === null || modifiedMs === null) return null;
  return {
    path,
    length,
    ...(onDisk !== length && { onDisk }),
    modifiedMs,
    ...(inode !== null && { inode }),
  };
}

/**
 * Tells whether a file, as it is found, is another one than was published: it is not as it is
 * `known`, or was written after `publishedAt`, in milliseconds since the epoch, and is known so since
 * it was verified before.
 */
export function createSuspicion(
  known: readonly FileRow[],
  publishedAt: number,
): (found: FoundFile) => boolean {
  const byPath = new Map(known.map((file) => [file.path, file]));
  return (found) => {
    const before = byPath.get(found.path);
    if (!before) return false;
    const { inode, modifiedMs } = found;
    const isReplaced = inode !== null && before.inode !== undefined && inode !== before.inode;
    return isReplaced || !isKnown(found, before) || (modifiedMs ?? 0) > publishedAt;
  };
}

function isKnown({ onDisk, modifiedMs, isOther }: FoundFile, known: FileRow): boolean {
  if (onDisk === null || modifiedMs === null) return false;
  return isUnchanged({ isFile: () => !isOther, size: onDisk, mtimeMs: modifiedMs }, known);
}

function* piecesOf({ firstPiece, pieces }: VerifiedFile): Generator<number> {
  for (let piece = firstPiece; piece < firstPiece + pieces; piece++) yield piece;
}
