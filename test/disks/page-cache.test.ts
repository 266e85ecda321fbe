import { randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPageCache } from '../../source/disks/page-cache.ts';

const cache = openPageCache();

test('can be asked on Linux', () => {
  expect(cache !== null).toBe(process.platform === 'linux');
});

test.runIf(cache)('what was just written is read into places of any size', () => {
  const bytes = randomBytes(300_000);
  const fd = openFile(bytes);
  const room = Buffer.alloc(400_000);
  const views = [room.subarray(7, 7), room.subarray(13, 100_013), room.subarray(100_013, 200_000)];
  expect(cache?.read(fd, views, 50_000)).toBe(199_987);
  expect(room.subarray(13, 200_000).equals(bytes.subarray(50_000, 249_987))).toBe(true);
  expect(room.subarray(0, 13).equals(Buffer.alloc(13))).toBe(true);
  expect(room.subarray(200_000).equals(Buffer.alloc(200_000))).toBe(true);
});

test.runIf(cache)('beyond the end of the file there is nothing', () => {
  const fd = openFile(Buffer.from('abc'));
  const room = Buffer.alloc(8);
  expect(cache?.read(fd, [room], 1)).toBe(2);
  expect(room.toString('latin1', 0, 3)).toBe('bc\0');
  expect(cache?.read(fd, [room], 3)).toBe(0);
});

test.runIf(cache)('what cannot be read so is left to usual reads', () => {
  const room = Buffer.alloc(8);
  expect(cache?.read(-1, [room], 0)).toBeNull();
  const fd = openFile(Buffer.from('abc'));
  expect(cache?.read(fd, [], 0)).toBeNull();
  expect(cache?.read(fd, Array(1_025).fill(room), 0)).toBeNull();
});

function openFile(bytes: Uint8Array): number {
  const directory = mkdtempSync(join(tmpdir(), 'everseed-page-cache-'));
  const path = join(directory, 'file');
  writeFileSync(path, bytes);
  const fd = openSync(path, 'r');
  onTestFinished(() => {
    closeSync(fd);
    rmSync(directory, { recursive: true });
  });
  return fd;
}
