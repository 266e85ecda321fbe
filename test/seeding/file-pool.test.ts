import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Disks } from '../../source/disks/disks.ts';
import type { ContentFile } from '../../source/seeding/content.ts';
import { FileFault } from '../../source/seeding/file-fault.ts';
import { FilePool } from '../../source/seeding/file-pool.ts';
import { sourceOf, type TestContent, writeTestContent } from './test-content.ts';

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

async function readAll(
  pool: FilePool,
  { content, files }: TestContent,
  index: number,
): Promise<Buffer> {
  const bytes = Buffer.alloc(files[index]?.length ?? 0);
  await pool.read(content.id, index, 0, [bytes.subarray(0, 3), bytes.subarray(3)]);
  return bytes;
}

test('what is written into an open file is read for less than a second', async () => {
  const content = writeTestContent([10], 16);
  let ms = 0;
  const pool = new FilePool(sourceOf([content]), 4, () => ms);
  await readAll(pool, content, 0);
  const { path } = content.files[0] ?? { path: '' };
  writeFileSync(path, '0123456789');
  utimesSync(path, 1, 1);
  ms = 999;
  await readAll(pool, content, 0);
  ms = 1_000;
  expect(pool.readCached(content.content.id, 0, 0, [new Uint8Array(10)])).toBe(false);
  await expect(readAll(pool, content, 0)).rejects.toMatchObject({ kind: 'changed' });
  pool.closeAll();
});

test('another file of the same size and time is not served', async () => {
  const content = writeTestContent([10, 10], 16);
  const files = content.files.map((file) => {
    const { ino } = statSync(file.path, { bigint: true });
    return { ...file, inode: String(file.path.endsWith('0') ? ino : ino + 2n ** 63n) };
  });
  const pool = new FilePool(sourceOf([{ ...content, files }]), 4, now);
  expect(await readAll(pool, content, 0)).toEqual(content.bytes.subarray(0, 10));
  await expect(readAll(pool, content, 1)).rejects.toMatchObject({ kind: 'replaced' });
  pool.closeAll();
});

describe.runIf(process.platform === 'linux')('open files', () => {
  test('are kept, up to the limit, and closed in the end', async () => {
    const content = writeTestContent(Array(20).fill(10), 16);
    const pool = new FilePool(sourceOf([content]), 4, now);
    for (const index of content.files.keys()) {
      const expected = content.bytes.subarray(10 * index, 10 * index + 10);
      expect((await readAll(pool, content, index)).equals(expected)).toBe(true);
      expect(openOf(content.files)).toBeLessThanOrEqual(5);
    }
    expect(pool.size).toBe(4);
    await expect.poll(() => openOf(content.files)).toBe(4);
    pool.closeAll();
    await expect.poll(() => openOf(content.files)).toBe(0);
    await readAll(pool, content, 0);
    pool.closeAll();
  });

  test('that are being read are not closed under the reader', async () => {
    const content = writeTestContent(Array(50).fill(1_000), 16);
    const pool = new FilePool(sourceOf([content]), 2, now);
    const reads = content.files.flatMap((_, index) =>
      [1, 2, 3].map(() => readAll(pool, content, index)),
    );
    pool.closeAll();
    const again = content.files.map((_, index) => readAll(pool, content, index));
    expect(Buffer.concat((await Promise.all(reads)).filter((_, i) => i % 3 === 0))).toEqual(
      content.bytes,
    );
    expect(Buffer.concat(await Promise.all(again))).toEqual(content.bytes);
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
    const content = writeTestContent([10], 16);
    const path = content.files[0]?.path ?? '';
    unlinkSync(path);
    put(path);
    const failure = new FilePool(sourceOf([content]), 4, now).check(content.content.id, 0);
    await expect(failure).rejects.toThrow(FileFault);
    await expect(failure).rejects.toThrow(`${path} ${problem}`);
  });

  test.runIf(process.platform === 'linux')(
    'a file that is as it was, but does not read',
    async () => {
      // Reads of one's own memory at address 0 fail with EIO.
      const path = '/proc/self/mem';
      const files = () => [{ path, length: 0, modifiedMs: statSync(path).mtimeMs }];
      const pool = new FilePool({ files }, 4, now);
      await pool.check(1, 0);
      const failure = pool.check(1, 0, { position: 0, length: 1 });
      await expect(failure).rejects.toMatchObject({
        kind: 'unreadable',
        message: `${path} cannot be read (EIO)`,
      });
    },
  );
});

describe('reading from memory alone', () => {
  function setUp(answer: (wanted: number) => number | null) {
    const content = writeTestContent([10], 16);
    const clock = { ms: 0 };
    const asked: number[] = [];
    const now = (): number => clock.ms;
    const pool = new FilePool(sourceOf([content]), 4, now, new Disks({}, now), {
      read(_fd, views, position) {
        asked.push(position);
        return answer(views.reduce((sum, { length }) => sum + length, 0));
      },
    });
    const room = Buffer.alloc(4);
    const { id } = content.content;
    return {
      ...{ content, clock, asked, pool },
      cached: () => pool.readCached(id, 0, 3, [room]),
      read: () => pool.read(id, 0, 3, [room]),
    };
  }

  test('is done of files that are open, and were looked at of late', async () => {
    const { content, clock, asked, pool, cached, read } = setUp((wanted) => wanted);
    expect(cached()).toBe(false);
    await read();
    expect(cached()).toBe(true);
    clock.ms = 999;
    expect(cached()).toBe(true);
    clock.ms = 1_000;
    expect(cached()).toBe(false);
    await read();
    expect(cached()).toBe(true);
    pool.closeOf(content.content.id);
    expect(cached()).toBe(false);
    expect(asked).toEqual([3, 3, 3]);
  });

  test('is not done of a file that was found changed', async () => {
    const { content, clock, cached, read } = setUp((wanted) => wanted);
    await read();
    writeFileSync(content.files[0]?.path ?? '', 'changed');
    clock.ms = 1_000;
    await expect(read()).rejects.toThrow(FileFault);
    expect(cached()).toBe(false);
  });

  test('has failed when anything is missing, and is tried ever more seldom', async () => {
    let missing = 1;
    const { asked, cached, read, pool } = setUp((wanted) => wanted - missing);
    await read();
    const tries = Array.from({ length: 200 }, (_, index) => {
      const before = asked.length;
      expect(cached()).toBe(false);
      return asked.length > before ? index : -1;
    }).filter((index) => index >= 0);
    expect(tries).toEqual([0, 3, 8, 17, 34, 67, 132, 197]);
    missing = 0;
    for (let left = 62; left > 0; left--) expect(cached()).toBe(false);
    expect(cached()).toBe(true);
    expect(cached()).toBe(true);
    missing = 1;
    expect([cached(), cached(), cached()]).toEqual([false, false, false]);
    missing = 0;
    expect(cached()).toBe(true);
    pool.closeAll();
  });

  test('is not tried again of a file that cannot be read so', async () => {
    const { asked, cached, read, pool } = setUp(() => null);
    await read();
    expect(cached()).toBe(false);
    expect(cached()).toBe(false);
    expect(asked).toEqual([3]);
    pool.closeAll();
  });
});
