import { rmdir, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { FileRow } from '../catalog/rows.ts';
import { systemErrorCode } from '../errors.ts';

/**
 * Deletes the files that were published from `root`, and the folders this leaves empty, `root`
 * among them. A file that is no longer what was published is kept. Returns the files kept.
 */
export async function deleteData(root: string, files: readonly FileRow[]): Promise<string[]> {
  const kept: string[] = [];
  const folders = new Set<string>();
  for (const file of files) {
    if (await isUnchanged(file)) {
      await unlink(file.path);
      for (let folder = dirname(file.path); folder.startsWith(root); folder = dirname(folder)) {
        folders.add(folder);
      }
    } else {
      kept.push(file.path);
    }
  }
  const deepestFirst = [...folders].sort((a, b) => b.length - a.length);
  for (const folder of deepestFirst) await removeIfEmpty(folder);
  return kept;
}

async function isUnchanged(file: FileRow): Promise<boolean> {
  try {
    const found = await stat(file.path);
    return found.size === file.length && found.mtimeMs === file.modifiedMs;
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOENT') throw error;
  }
}
