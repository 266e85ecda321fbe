import { readlinkSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { RunningSeeder, stopAll } from './running-seeder.ts';
import { writeTestContent } from './test-content.ts';

const k = 1024;
const id = { unchoke: 1, reject: 16, extended: 20 };

/** Reads of files below this never end, until `answer`. */
const silent = vi.hoisted(() => ({ folder: '', begun: [] as (() => void)[] }));

vi.mock('node:fs', async (load) => {
  const fs = await load<typeof import('node:fs')>();
  const readv: typeof fs.readv = Object.assign((fd: number, ...rest: unknown[]) => {
    const begin = () => Reflect.apply(fs.readv, fs, [fd, ...rest]);
    const isSilent =
      silent.folder !== '' && readlinkSync(`/proc/self/fd/${fd}`).startsWith(silent.folder);
    if (isSilent) silent.begun.push(begin);
    else begin();
  }, fs.readv);
  return { ...fs, readv };
});

/** What is asked of the system past `node:fs` would be answered. */
vi.mock('../../source/disks/page-cache.ts', () => ({ openPageCache: () => null }));

function answer(): void {
  silent.folder = '';
  for (const begin of silent.begun.splice(0)) begin();
}

afterEach(async () => {
  answer();
  await stopAll();
});

test.runIf(process.platform === 'linux')(
  'a disk that does not answer stops what is on it, and nothing else',
  async () => {
    const stuck = writeTestContent([640 * k], 64 * k, '/dev/shm');
    const sound = writeTestContent([640 * k], 64 * k);
    const running = await new RunningSeeder().start(stuck, sound);
    silent.folder = stuck.root;
    const waiting = Array.from({ length: 8 }, () => running.leecher(stuck));
    for (const [piece, leecher] of waiting.entries()) {
      leecher.send(id.extended, '\0d1:md11:lt_donthavei7eee');
      leecher.interested();
      await leecher.next(id.unchoke);
      leecher.request([{ piece, begin: 0, length: 16 * k }]);
    }
    await expect.poll(() => silent.begun.length).toBe(6);

    const other = running.leecher(sound);
    expect((await other.download(640 * k, 64 * k)).equals(sound.bytes)).toBe(true);
    expect(running.faults).toEqual([]);

    running.aheadMs += 21_000;
    for (const [piece, leecher] of waiting.entries()) {
      expect((await leecher.next(id.reject)).readUInt32BE()).toBe(piece);
    }
    const path = stuck.files[0]?.path;
    await expect.poll(() => running.faults).toHaveLength(1);
    expect(running.faults).toMatchObject([
      { id: stuck.content.id, text: `${path} cannot be read: its disk does not answer` },
    ]);
    await running.seeder.recheck(stuck.content.id);
    expect(silent.begun).toHaveLength(6);
    expect(running.restored).toEqual([]);

    answer();
    const lookAgain = async () => {
      await running.seeder.recheck(stuck.content.id);
      return running.restored;
    };
    await expect.poll(lookAgain, { timeout: 5_000 }).toEqual([stuck.content.id]);
    const again = running.leecher(stuck);
    expect((await again.download(640 * k, 64 * k)).equals(stuck.bytes)).toBe(true);
    expect(running.errors).toEqual([]);
  },
);
