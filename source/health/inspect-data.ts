import { stat } from 'node:fs/promises';
import type { Disks } from '../disks/disks.ts';
import { identityOf, isReplaced, isUnchanged, type KnownFile } from '../file-identity.ts';
import type { DataFault } from './assess.ts';

/**
 * Looks at every file of a publication without reading it: is it there, a file, of the same size and
 * time? What is on a disk that does not answer counts as unreadable.
 */
export async function inspectData(
  id: number,
  files: readonly KnownFile[],
  disks: Disks,
): Promise<DataFault[]> {
  const faults: DataFault[] = [];
  for (const file of files) {
    const kind = await inspectFile(id, file, disks);
    if (kind) faults.push({ path: file.path, kind });
  }
  return faults;
}

async function inspectFile(
  id: number,
  file: KnownFile,
  disks: Disks,
): Promise<DataFault['kind'] | null> {
  try {
    const stats = await disks.of(file.path).run(id, () => stat(file.path, { bigint: true }));
    const found = identityOf(stats);
    const isFile = () => stats.isFile();
    if (!isUnchanged({ isFile, size: found.size, mtimeMs: found.modifiedMs }, file)) {
      return 'changed';
    }
    return isReplaced(found, file) ? 'replaced' : null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unreadable';
  }
}
