import { realpath, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { isUnchanged, type KnownFile } from '../file-identity.ts';

/**
 * Deletes the files that were published from `root`, and the folders this leaves empty, `root`
 * among them. Kept are files that are no longer what was published, that `isNeeded` by others, that
 * a link has put outside of `root`, and those the system does not let go. Returns the files kept.
 */
export async function deleteData(
  root: string,
  files: readonly KnownFile[],
  isNeeded: (path: string) => boolean,
): Promise<string[]> {
  const kept: string[] = [];
  const folders = new Set<string>();
  for (const file of files) {
    if (isNeeded(file.path) || !(await deleteFile(root, file))) {
      kept.push(file.path);
      continue;
    }
    for (const folder of foldersWithin(root, file.path)) folders.add(folder);
  }
  const deepestFirst = [...folders].sort((a, b) => b.length - a.length);
  for (const folder of deepestFirst) await removeIfEmpty(folder);
  return kept;
}

/** The folders from the file's own up to `root`; none when the file is `root`. */
function* foldersWithin(root: string, path: string): Generator<string> {
  for (let folder = dirname(path); isWithin(root, folder); folder = dirname(folder)) {
    yield folder;
    if (folder === root) return;
  }
}

function isWithin(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** False when it is kept. */
async function deleteFile(root: string, file: KnownFile): Promise<boolean> {
  try {
    if (!isUnchanged(await stat(file.path), file)) return false;
    // a folder may have been replaced by a link since it was published
    const isSingleFile = file.path === root;
    if (!isSingleFile && !isWithin(await realpath(root), await realpath(dirname(file.path)))) {
      return false;
    }
    await unlink(file.path);
    return true;
  } catch (error) {
    // gone already, or not ours to delete
    if (systemErrorCode(error)) return false;
    throw error;
  }
}

async function removeIfEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch (error) {
    // not empty, gone already, a link to a folder, or not ours to delete
    if (!systemErrorCode(error)) throw error;
  }
}
