import { stat } from 'node:fs/promises';
import { isUnchanged, type KnownFile } from '../file-identity.ts';
import type { DataFault } from './assess.ts';

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
    return isUnchanged(found, file) ? null : 'changed';
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable';
  }
}
