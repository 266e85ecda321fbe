import type { BigIntStats } from 'node:fs';

/** A file as it was when it was hashed. */
export interface KnownFile {
  /** Absolute. */
  path: string;
  /** Bytes that it should have. */
  length: number;
  /** Bytes that there were of it; left out where that is its length. */
  onDisk?: number;
  /** Milliseconds since the epoch. */
  modifiedMs: number;
  /** In decimal, as it may be too large for a number; left out where it is not known. */
  inode?: string;
}

/** What tells a file from another, or from what it was. */
export interface FileIdentity {
  /** Bytes. */
  size: number;
  /** Milliseconds since the epoch, with fractions. */
  modifiedMs: number;
  /** In decimal. */
  inode: string;
}

/** What restores a file may keep its time to the millisecond only. */
export const timeToleranceMs = 1;

/** What `stat`, asked for big integers, says of a file. */
export function identityOf(stats: BigIntStats): FileIdentity {
  return {
    size: Number(stats.size),
    modifiedMs: Number(stats.mtimeNs) / 1e6,
    inode: stats.ino.toString(),
  };
}

/** Whether what `stat` says of a file is still the file that was hashed, by size and time. */
export function isUnchanged(
  found: { isFile(): boolean; size: number; mtimeMs: number },
  known: Pick<KnownFile, 'length' | 'onDisk' | 'modifiedMs'>,
): boolean {
  return (
    found.isFile() &&
    found.size === (known.onDisk ?? known.length) &&
    Math.abs(found.mtimeMs - known.modifiedMs) < timeToleranceMs
  );
}

/** Whether a file of the same size and time is another one than was hashed, as far as is known. */
export function isReplaced(found: FileIdentity, known: Pick<KnownFile, 'inode'>): boolean {
  return known.inode !== undefined && known.inode !== found.inode;
}
