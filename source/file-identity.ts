/** A file as it was when it was hashed. */
export interface KnownFile {
  /** Absolute. */
  path: string;
  /** Bytes. */
  length: number;
  /** Milliseconds since the epoch. */
  modifiedMs: number;
}

/** What restores a file may keep its time to the millisecond only. */
export const timeToleranceMs = 1;

/** Whether what `stat` says of a file is still the file that was hashed. */
export function isUnchanged(
  found: { isFile(): boolean; size: number; mtimeMs: number },
  known: Pick<KnownFile, 'length' | 'modifiedMs'>,
): boolean {
  return (
    found.isFile() &&
    found.size === known.length &&
    Math.abs(found.mtimeMs - known.modifiedMs) < timeToleranceMs
  );
}
