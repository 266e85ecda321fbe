import { stat } from 'node:fs/promises';
import type { DataFault } from './assess.ts';

/** A file as it was when it was hashed. */
export interface KnownFile {
  path: string;
  length: number;
  modifiedMs: number;
}

/** What restores a file may keep its time to the millisecond only. */
const timeToleranceMs = 1;

/** Looks at every file without reading it: is it there, a file, of the same size and time? */
export async function inspectData(files: readonly KnownFile[]): Promise<DataFault[]> {
  const faults: DataFault[] = [];
  for (const file of files) {
    const kind = await inspectFile(file);
    if (kind) faults.push({ path: file.path, kind });
  }
  return faults;
}

async function inspectFile(file: KnownFile): Promise<DataFault['kind'] | null> {
  try {
    const found = await stat(file.path);
    const sameTime = Math.abs(found.mtimeMs - file.modifiedMs) < timeToleranceMs;
    return found.isFile() && found.size === file.length && sameTime ? null : 'changed';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable';
  }
}
