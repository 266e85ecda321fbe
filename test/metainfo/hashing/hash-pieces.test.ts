import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { utimesSync } from 'node:fs';
import {
  appendFile,
  mkdir,
  open,
  rename,
  rm,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { type Content, scanContent } from '../../../source/metainfo/content.ts';
import { type HashOptions, hashPieces } from '../../../source/metainfo/hashing/hash-pieces.ts';
import type { HashProgress } from '../../../source/metainfo/hashing/hash-progress.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { writeFiles } from '../content-on-disk.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

const hashFilesOf = (content: Content) =>
  Array.from(content.files, ({ absolutePath, length, modifiedMs }) => ({
    path: absolutePath,
    length,
    modifiedMs,
  }));

const hashContent = (content: Content, pieceLength: number, options?: HashOptions) =>
  hashPieces(hashFilesOf(content), pieceLength, options);

/** What the pieces' hashes must be, computed the plain way. */
function plainly(bytes: Buffer, pieceLength: number): Buffer {
  const hashes: Buffer[] = [];
  for (let start = 0; start < bytes.length; start += pieceLength) {
    const piece = bytes.subarray(start, start + pieceLength);
    hashes.push(createHash('sha1').update(piece).digest());
  }
  return Buffer.concat(hashes);
}

/** A file that is long but takes no room on disk. */
async function sparseFile(length: number): Promise<string> {
  const path = join(await temporaryFolder(), 'long');
  const file = await open(path, 'w');
  await file.truncate(length);
  await file.close();
  await utimes(path, 1000, 1000);
  return path;
}

describe('hashes', () => {
  const lengths = {
    a: 5,
    b: 3 * MiB + 17,
    c: 0,
    d: 16 * KiB,
    ...Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`e/${1000 + index}`, index])),
    f: 0,
    g: 2 * MiB,
    h: 0,
  };

  test.each([
    [16 * KiB, 1],
    [16 * KiB, 3],
    [MiB, 2],
    [2 * MiB, 2],
    [64 * MiB, 2],
    // Strangers' torrents have these.
    [100_000, 2],
    [1_500_000, 2],
  ])('pieces of %d across files, on %d threads', async (pieceLength, workers) => {
    const folder = await temporaryFolder();
    const bytes = await writeFiles(folder, lengths);
    const hashes = await hashContent(await scanContent(folder), pieceLength, { workers });
    expect(Buffer.from(hashes)).toEqual(plainly(bytes, pieceLength));
    expect(hashes.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test('jobs side by side do not mix', async () => {
    const folder = await temporaryFolder();
    const bytes = await writeFiles(folder, { a: 300_000, b: 200_000, c: 100_000 });
    const [a, b, c] = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => hashContent(await scanContent(join(folder, name)), MiB)),
    );
    expect(a).toEqual(new Uint8Array(plainly(bytes.subarray(0, 300_000), MiB)));
    expect(b).toEqual(new Uint8Array(plainly(bytes.subarray(300_000, 500_000), MiB)));
    expect(c).toEqual(new Uint8Array(plainly(bytes.subarray(500_000), MiB)));
  });
});

describe('progress', () => {
  test('begins with nothing, grows, and ends with everything', async () => {
    const content = await scanContent(await sparseFile(128 * MiB));
    const seen: HashProgress[] = [];
    await hashContent(content, MiB, { onProgress: (progress) => seen.push(progress), workers: 1 });
    expect(seen[0]).toMatchObject({ hashedBytes: 0, totalBytes: 128 * MiB, secondsLeft: null });
    expect(seen.at(-1)).toMatchObject({ hashedBytes: 128 * MiB, secondsLeft: 0 });
    const hashed = seen.map(({ hashedBytes }) => hashedBytes);
    expect(hashed).toEqual(hashed.toSorted((a, b) => a - b));
  });
});

describe('cancelling', () => {
  test('before it begins', async () => {
    const content = await scanContent(await sparseFile(MiB));
    const reason = new Error('enough');
    await expect(hashContent(content, MiB, { signal: AbortSignal.abort(reason) })).rejects.toBe(
      reason,
    );
  });

  test('ends the work, whatever there is left: to its end it would take minutes', async () => {
    const content = await scanContent(await sparseFile(64 * 1024 * MiB));
    const controller = new AbortController();
    const reason = new Error('enough');
    const hashing = hashContent(content, 16 * MiB, { signal: controller.signal });
    await delay(200);
    controller.abort(reason);
    await expect(hashing).rejects.toBe(reason);
  });
});

describe('content that is not what was scanned', () => {
  const changed = (path: string) =>
    expect.objectContaining({
      name: 'EverseedError',
      code: 'content-changed',
      message: expect.stringContaining(path),
    });

  async function scanned() {
    const folder = join(await temporaryFolder(), 'folder');
    await writeFiles(folder, { a: 50_000, b: 50_000, empty: 0, 'sub/c': 50_000 });
    return { folder, content: await scanContent(folder), b: join(folder, 'b') };
  }

  test('a longer file', async () => {
    const { content, b } = await scanned();
    await appendFile(b, 'x');
    await expect(hashContent(content, MiB)).rejects.toEqual(changed(b));
  });

  test('a shorter file, though its time is the same', async () => {
    const { content, b } = await scanned();
    const time = ([...content.files][1]?.modifiedMs ?? 0) / 1000;
    await truncate(b, 100);
    await utimes(b, time, time);
    await expect(hashContent(content, MiB)).rejects.toEqual(changed(b));
  });

  test('a file written anew', async () => {
    const { content, b } = await scanned();
    await delay(10);
    await writeFile(b, new Uint8Array(50_000));
    await expect(hashContent(content, MiB)).rejects.toEqual(changed(b));
  });

  test('an empty file that no longer is', async () => {
    const { content, folder } = await scanned();
    await writeFile(join(folder, 'empty'), 'x');
    await expect(hashContent(content, MiB)).rejects.toEqual(changed(join(folder, 'empty')));
  });

  test('a file that is gone, alone or with its folder', async () => {
    const { content, folder, b } = await scanned();
    await rename(b, join(folder, 'elsewhere'));
    await expect(hashContent(content, MiB)).rejects.toEqual(changed(b));
    await rename(join(folder, 'elsewhere'), b);
    await rename(join(folder, 'sub'), join(folder, 'elsewhere'));
    await writeFile(join(folder, 'sub'), '');
    await expect(hashContent(content, MiB)).rejects.toEqual(changed(join(folder, 'sub/c')));
  });

  test('a folder or a pipe in the place of a file', async () => {
    const { content, b } = await scanned();
    await rm(b);
    await mkdir(b);
    await expect(hashContent(content, MiB)).rejects.toEqual(changed(b));
    await rm(b, { recursive: true });
    await promisify(execFile)('mkfifo', [b]);
    await expect(hashContent(content, MiB)).rejects.toEqual(changed(b));
  });

  test('a file that cannot be opened', async () => {
    const { content, b } = await scanned();
    await rm(b);
    // A link to itself stands for a file without permission, which root would read.
    await symlink('b', b);
    await expect(hashContent(content, MiB)).rejects.toMatchObject({
      code: 'content-unreadable',
      message: expect.stringContaining(`${b} cannot be read (ELOOP)`),
    });
  });

  test('a file that is touched while it is hashed', async () => {
    const path = await sparseFile(512 * MiB);
    const content = await scanContent(path);
    const hashing = hashContent(content, MiB, { workers: 1 });
    setTimeout(() => utimesSync(path, 2000, 2000), 100);
    await expect(hashing).rejects.toEqual(changed(path));
  });
});

test('threads that wait for more work keep no process from ending', async () => {
  const path = await sparseFile(MiB);
  const module = (name: string) =>
    JSON.stringify(fileURLToPath(new URL(`../../../source/metainfo/${name}`, import.meta.url)));
  const script = `${path}.mjs`;
  await writeFile(
    script,
    `import { scanContent } from ${module('content.ts')};
    import { createInfo } from ${module('create.ts')};
    await createInfo(await scanContent(${JSON.stringify(path)}));
    process.stdout.write(String(Date.now()));`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(Date.now() - Number(stdout)).toBeLessThan(1000);
});
