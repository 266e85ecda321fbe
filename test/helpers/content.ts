import { createHash, randomFillSync } from 'node:crypto';
import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { temporaryFolder } from './temporary-folder.ts';

/** Writes a file of random bytes, in folders as needed. */
export async function writeRandomFile(path: string, size: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, randomFillSync(Buffer.alloc(size)));
}

/** A new file of random bytes, `content.bin`, that is gone when the test is over. */
export async function contentFile(size = 1_000_000): Promise<string> {
  const file = join(await temporaryFolder(), 'content.bin');
  await writeRandomFile(file, size);
  return file;
}

/** Writes a file that is as slow to hash as it is large, 200 GiB, and takes no room. */
export async function writeSlowFile(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '');
  await truncate(path, 200 * 1024 ** 3);
}

/**
 * A folder of 200 files with the names that programs trip over. None is empty and none has a
 * question mark: Transmission makes no empty files, and writes `_` for `?`.
 */
export async function writeFolderOf200(folder: string): Promise<void> {
  const names = [
    '.hidden',
    'with space.txt',
    'naïve café.txt',
    'ファイル.txt',
    'emoji 🎉.bin',
    "quo'te & amp;.txt",
    'percent%20.txt',
    '#hash.txt',
    'sub folder/deep/er/file.bin',
    'sub folder/.also hidden',
    'ünïcödé/日本語/한국어.dat',
  ];
  for (let index = 0; index < 200; index++) {
    const name = names[index] ?? `many/${index % 7}/file ${index}.dat`;
    await writeRandomFile(join(folder, name), 1 + ((index * 7919) % 90_000));
  }
}

/** Every file below `folder`, or the file itself, with the digest of its bytes. */
export async function digestsOf(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOTDIR') return null;
      throw error;
    },
  );
  if (!entries) return { '': await digestOf(path) };
  const digests: Record<string, string> = {};
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    digests[file.slice(path.length + 1)] = await digestOf(file);
  }
  return digests;
}

async function digestOf(file: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}
