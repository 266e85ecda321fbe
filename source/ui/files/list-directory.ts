import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FileEntry {
  name: string;
  kind: 'directory' | 'file' | 'other';
  /** Bytes; null of anything but a file. */
  size: number | null;
}

/** Enough to be fast, few enough not to flood a slow file system. */
const statsAtOnce = 64;

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** What is in a directory: directories first, then by name. Links count as what they point to. */
export async function listDirectory(directory: string): Promise<FileEntry[]> {
  const found = await readdir(directory);
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
