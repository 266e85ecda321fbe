import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { ContentFile } from '../../source/seeding/content.ts';
import { FileFault } from '../../source/seeding/file-fault.ts';
import { FilePool } from '../../source/seeding/file-pool.ts';
import { writeTestContent } from './test-content.ts';

const now = (): number => 0;

/** How many of the files this process has open. */
function openOf(files: ContentFile[]): number {
  const paths = new Set(files.map(({ path }) => path));
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // The one that lists the directory is closed by now.
      return '';
    }
  });
  return links.filter((link) => paths.has(link)).length;
}

async function readAll(pool: FilePool, file: ContentFile): Promise<Buffer> {
  const bytes = Buffer.alloc(file.length);
  await pool.read(file, 0, [bytes.subarray(0, 3), bytes.subarray(3)]);
  return bytes;
}

describe.runIf(process.platform === 'linux')('open files', () => {
  test('are kept, up to the limit, and closed in the end', async () => {
    const { content, bytes } = writeTestContent(Array(20).fill(10), 16);
    const pool = new FilePool(4, now);
    for (const [index, file] of content.files.entries()) {
      const expected = bytes.subarray(10 * index, 10 * index + 10);
      expect((await readAll(pool, file)).equals(expected)).toBe(true);
      expect(openOf(content.files)).toBeLessThanOrEqual(5);
    }
    expect(pool.size).toBe(4);
    await expect.poll(() => openOf(content.files)).toBe(4);
    pool.closeAll();
    await expect.poll(() => openOf(content.files)).toBe(0);
    await readAll(pool, content.files[0] as ContentFile);
    pool.closeAll();
  });

  test('that are being read are not closed under the reader', async () => {
    const { content, bytes } = writeTestContent(Array(50).fill(1_000), 16);
    const pool = new FilePool(2, now);
    const reads = content.files.flatMap((file) => [1, 2, 3].map(() => readAll(pool, file)));
    pool.closeAll();
    const again = content.files.map((file) => readAll(pool, file));
    expect(Buffer.concat((await Promise.all(reads)).filter((_, i) => i % 3 === 0))).toEqual(bytes);
    expect(Buffer.concat(await Promise.all(again))).toEqual(bytes);
    pool.closeAll();
    await expect.poll(() => openOf(content.files)).toBe(0);
  });
});

describe('what is not the file that was hashed', () => {
  test.each([
    ['a directory', (path: string) => mkdirSync(path), 'is not a file any more'],
    ['a named pipe', (path: string) => execFileSync('mkfifo', [path]), 'is not a file any more'],
    ['a link to itself', (path: string) => symlinkSync(path, path), 'cannot be read (ELOOP)'],
  ])('%s', async (_, put, problem) => {
    const { content } = writeTestContent([10], 16);
    const [file] = content.files as [ContentFile];
    unlinkSync(file.path);
    put(file.path);
    const failure = new FilePool(4, now).check(file);
    await expect(failure).rejects.toThrow(FileFault);
    await expect(failure).rejects.toThrow(`${file.path} ${problem}`);
  });
});
