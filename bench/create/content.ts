import { randomFillSync } from 'node:crypto';
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const chunkBytes = 8 * 1024 * 1024;
const filesInFolder = 100;

/** Writes a file of random bytes. */
export async function writeLargeFile(path: string, size: number): Promise<void> {
  const chunk = Buffer.alloc(Math.min(chunkBytes, size));
  await using file = await open(path, 'w');
  for (let written = 0; written < size; written += chunk.length) {
    await file.write(randomFillSync(chunk), 0, Math.min(chunk.length, size - written));
  }
}

/** Writes files of random bytes, a hundred in a folder. */
export async function writeManyFiles(path: string, count: number, size: number): Promise<void> {
  const bytes = Buffer.alloc(size);
  for (let index = 0; index < count; index++) {
    const folder = join(path, String(Math.floor(index / filesInFolder)).padStart(5, '0'));
    if (index % filesInFolder === 0) await mkdir(folder);
    await writeFile(join(folder, `${index}.bin`), randomFillSync(bytes));
  }
}

/** Reads a file, or all that is in a folder, so that it is in the page cache. */
export function readAll(path: string): void {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path)) readAll(join(path, name));
    return;
  }
  const chunk = Buffer.allocUnsafe(1024 * 1024);
  const descriptor = openSync(path, 'r');
  while (readSync(descriptor, chunk) > 0);
  closeSync(descriptor);
}
