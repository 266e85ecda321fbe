import { realpath } from 'node:fs/promises';
import type { FileOwner, FileOwners } from '../catalog/file-owners.ts';
import { systemErrorCode } from '../errors.ts';
import type { KnownFile } from '../file-identity.ts';

/**
 * Tells which of some files a publication of the catalog has, by whatever path: a folder may be
 * reached by a link. Who has another name of a file (a hard link) does not need this one.
 */
export async function findNeeded(
  owners: Pick<FileOwners, 'ofPath' | 'ofInodes'>,
  files: readonly KnownFile[],
): Promise<(path: string) => FileOwner | null> {
  const inodes = files.flatMap(({ inode }) => inode ?? []);
  const elsewhere = new Map<string, FileOwner>();
  for (const { path, ...owner } of inodes.length > 0 ? owners.ofInodes(inodes) : []) {
    const real = await realPathOf(path);
    if (real !== null && !elsewhere.has(real)) elsewhere.set(real, owner);
  }
  const needed = new Map<string, FileOwner>();
  for (const { path } of elsewhere.size > 0 ? files : []) {
    const real = await realPathOf(path);
    const owner = real === null ? undefined : elsewhere.get(real);
    if (owner) needed.set(path, owner);
  }
  return (path) => owners.ofPath(path) ?? needed.get(path) ?? null;
}

/** Null of what is not there. */
async function realPathOf(path: string): Promise<string | null> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return null;
  }
}
