import { expect, test } from 'vitest';
import { ChunkPool, maxChunkData } from '../../source/seeding/chunk-pool.ts';

const slot = 16_384 + 13;

test('lends the smallest buffer that is large enough, and lends it again', () => {
  const pool = new ChunkPool(1 << 20);
  const one = pool.take(slot);
  expect(one.bytes).toHaveLength(slot);
  expect(pool.take(slot + 1).bytes).toHaveLength(4 * slot);
  expect(pool.take(32 * slot).data).toHaveLength(32);
  pool.give(one);
  expect(pool.take(20)).toBe(one);
  expect(() => pool.take(32 * slot + 1)).toThrow(RangeError);
});

test('the places of the data are where the headers leave room', () => {
  const { bytes, data } = new ChunkPool(0).take(2 * slot);
  bytes.fill(0);
  for (const place of data) place.fill(1);
  const headers = bytes.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0);
  expect(headers).toBe(4 * 13);
  expect(bytes.subarray(slot, slot + 13).every((byte) => byte === 0)).toBe(true);
});

test('allows less when much is lent, but always something', () => {
  const pool = new ChunkPool(slot);
  expect(pool.allowance(maxChunkData)).toBe(maxChunkData);
  const lent = pool.take(slot);
  expect(pool.allowance(maxChunkData)).toBe(65_536);
  expect(pool.allowance(16_384)).toBe(16_384);
  pool.give(lent);
  expect(pool.allowance(maxChunkData)).toBe(maxChunkData);
});

test('lets go of what was idle all the time between two trims', () => {
  const pool = new ChunkPool(1 << 20);
  const lent = [pool.take(slot), pool.take(slot), pool.take(slot)];
  for (const buffer of lent) pool.give(buffer);
  pool.trim();
  expect(pool.idle).toBe(3 * slot);
  pool.give(pool.take(slot));
  pool.trim();
  expect(pool.idle).toBe(slot);
  pool.trim();
  expect(pool.idle).toBe(0);
});
