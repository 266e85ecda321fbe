import { describe, expect, test } from 'vitest';
import { Disks } from '../../source/disks/disks.ts';
import type { PageCache } from '../../source/disks/page-cache.ts';
import { BlockReader } from '../../source/seeding/block-reader.ts';
import { ChunkPool } from '../../source/seeding/chunk-pool.ts';
import { ContentLayout } from '../../source/seeding/content-layout.ts';
import { FilePool } from '../../source/seeding/file-pool.ts';
import { sourceOf, writeTestContent } from './test-content.ts';

test('reading ends when nobody wants the blocks any more', async () => {
  const content = writeTestContent(Array(200).fill(1), 256);
  const pool = new FilePool(sourceOf([content]), 1_000, () => 0);
  const chunks = new ChunkPool(1 << 20);
  const reader = new BlockReader(pool, chunks);
  const layout = new ContentLayout(content.content);
  const blocks = [{ offset: 0, length: 200 }];
  let left = 10;
  expect(await reader.read(layout, blocks, () => --left > 0)).toBeNull();
  expect(pool.size).toBe(10);
  expect(chunks.lent).toBe(0);

  const chunk = await reader.read(layout, blocks, () => true);
  expect(Buffer.from(chunk?.messages.subarray(13) ?? [])).toEqual(content.bytes);
  pool.closeAll();
});

describe('what is in memory', () => {
  /** Has as much of every read as `has` says: of the first, the second and so on. */
  function reading(has: (number | null)[]) {
    const written = writeTestContent([40_000, 30_000], 65_536);
    const asked: number[] = [];
    const cache: PageCache = {
      read(_fd, views, position) {
        asked.push(position);
        const count = has.shift() ?? 0;
        let at = position < 40_000 && asked.length === 1 ? 0 : 40_000;
        let left = count;
        for (const view of views) {
          const part = Math.min(left, view.length);
          view.set(written.bytes.subarray(at, at + part));
          at += part;
          left -= part;
        }
        return count;
      },
    };
    const clock = { ms: 0 };
    const now = (): number => clock.ms;
    const files = new FilePool(sourceOf([written]), 8, now, new Disks({}, now), cache);
    const chunks = new ChunkPool(1 << 20);
    const reader = new BlockReader(files, chunks);
    const layout = new ContentLayout(written.content);
    const blocks = [0, 16_384, 32_768, 49_152].map((offset) => ({
      offset,
      length: Math.min(16_384, 70_000 - offset),
    }));
    const read = (isBusy = false) => reader.read(layout, blocks, () => true, isBusy);
    return { written, asked, clock, files, chunks, read };
  }

  /** The content of messages of blocks of 16 KiB. */
  function contentOf(messages: Uint8Array | undefined): Buffer {
    const parts: Uint8Array[] = [];
    for (let at = 0; messages && at < messages.length; at += 16_384 + 13) {
      parts.push(messages.subarray(at + 13, at + 13 + 16_384));
    }
    return Buffer.concat(parts);
  }

  test('is there at once, once its files are open', async () => {
    const { written, asked, files, read } = reading([40_000, 25_536]);
    await read();
    expect(asked).toEqual([]);
    const chunk = read();
    expect(chunk).not.toBeInstanceOf(Promise);
    expect(contentOf((await chunk)?.messages)).toEqual(written.bytes.subarray(0, 65_536));
    expect(asked).toEqual([0, 0]);
    files.closeAll();
  });

  test.each([
    ['nothing', [0], [0]],
    ['a part', [17_000], [0]],
    ['all of one file', [40_000, 100], [0, 0]],
    ['who knows what', [null], [0]],
  ])('and is %s of it: the rest is read', async (_, has, expected) => {
    const { written, asked, files, read, chunks } = reading(has);
    await read();
    const chunk = read();
    expect(chunk).toBeInstanceOf(Promise);
    expect(contentOf((await chunk)?.messages)).toEqual(written.bytes.subarray(0, 65_536));
    expect(asked).toEqual(expected);
    expect(chunks.lent).toBeGreaterThan(0);
    files.closeAll();
  });

  test('is left to other threads, a few chunks at a time, while this one is busy', async () => {
    const { asked, files, read } = reading([40_000, 25_536]);
    await read();
    const chunks = Array.from({ length: 3 }, () => read(true));
    expect(chunks.map((chunk) => chunk instanceof Promise)).toEqual([true, true, false]);
    expect(asked).toEqual([0, 0]);
    await Promise.all(chunks);
    files.closeAll();
  });
});
