import { readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { EverseedError, messageOf, systemErrorCode } from '../../errors.ts';

export interface FileEntry {
  name: string;
  kind: 'directory' | 'file' | 'other';
  /** Bytes; null of anything but a file. */
  size: number | null;
}

/** Enough to be fast, few enough not to flood a slow file system. */
const statsAtOnce = 64;

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/**
 * What is in a directory: directories first, then by name. Links count as what they point to.
 * Throws `path-missing` where there is no directory, and `path-unreadable` when it cannot be read.
 */
export async function listDirectory(directory: string): Promise<FileEntry[]> {
  const found = await namesIn(directory);
  const entries: FileEntry[] = [];
  for (let start = 0; start < found.length; start += statsAtOnce) {
    const batch = found.slice(start, start + statsAtOnce);
    entries.push(...(await Promise.all(batch.map((name) => describeEntry(directory, name)))));
  }
  return entries.sort(
    (a, b) =>
      Number(b.kind === 'directory') - Number(a.kind === 'directory') ||
      names.compare(a.name, b.name),
  );
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return await readdir(directory);
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new EverseedError('path-missing', `There is no folder ${directory}.`);
    }
    const why = code === 'EACCES' ? 'permission denied' : messageOf(error);
    throw new EverseedError('path-unreadable', `${directory} cannot be read: ${why}.`);
  }
}

/** The directory itself, or the nearest above it that there is. */
export async function nearestDirectory(directory: string): Promise<string> {
  const above = dirname(directory);
  if (above === directory) return directory;
  try {
    if ((await stat(directory)).isDirectory()) return directory;
  } catch {
    // Not there, or behind something that cannot be entered: further up.
  }
  return nearestDirectory(above);
}

async function describeEntry(directory: string, name: string): Promise<FileEntry> {
  try {
    const facts = await stat(join(directory, name));
    if (facts.isDirectory()) return { name, kind: 'directory', size: null };
    if (facts.isFile()) return { name, kind: 'file', size: facts.size };
  } catch {
    // A broken link, or gone since it was listed: shown, and refused when chosen.
  }
  return { name, kind: 'other', size: null };
}
