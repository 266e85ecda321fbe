import { realpath, rmdir, stat, unlink } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { systemErrorCode } from '../errors.ts';
import { isUnchanged, type KnownFile } from '../file-identity.ts';

/** What was not deleted. */
interface Kept<Needer> {
  /** No longer what was published, outside of the root by a link, or not let go by the system. */
  files: string[];
  /** Not there: deleted before, or on a disk that is not. */
  missing: string[];
  needed: { path: string; by: Needer }[];
}

/**
 * Deletes the files that were published from `root`, and the folders this leaves empty, `root`
 * among them. `neededBy` says who else needs the file at a path, null for nobody.
 */
export async function deleteData<Needer>(
  root: string,
  files: readonly KnownFile[],
  neededBy: (path: string) => Needer | null,
): Promise<Kept<Needer>> {
  const kept: Kept<Needer> = { files: [], missing: [], needed: [] };
  const folders = new Set<string>();
  for (const file of files) {
    const by = neededBy(file.path);
    if (by !== null) {
      kept.needed.push({ path: file.path, by });
      continue;
    }
    const outcome = await deleteFile(root, file);
    if (outcome === 'kept') {
      kept.files.push(file.path);
      continue;
    }
    if (outcome === 'missing') kept.missing.push(file.path);
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

async function deleteFile(root: string, file: KnownFile): Promise<'deleted' | 'kept' | 'missing'> {
  try {
    if (!isUnchanged(await stat(file.path), file)) return 'kept';
    // a folder may have been replaced by a link since it was published
    const isSingleFile = file.path === root;
    if (!isSingleFile && !isWithin(await realpath(root), await realpath(dirname(file.path)))) {
      return 'kept';
    }
    await unlink(file.path);
    return 'deleted';
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === undefined) throw error;
    // or not ours to delete
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'kept';
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
