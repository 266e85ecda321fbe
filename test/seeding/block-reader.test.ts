import { expect, test } from 'vitest';
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
