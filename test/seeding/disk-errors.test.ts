import { readlinkSync } from 'node:fs';
import { afterEach, expect, test, vi } from 'vitest';
import { messageId as id, seeding, stopAll, unchoked } from './running-seeder.ts';
import { writeTestContent } from './test-content.ts';

const k = 1024;
const block = { begin: 0, length: 16 * k };

/** What of which file fails: opening it, or reading a place of it. */
const broken = vi.hoisted(() => ({
  path: '',
  open: null as string | null,
  places: [] as [from: number, to: number][],
}));

vi.mock('node:fs', async (load) => {
  const fs = await load<typeof import('node:fs')>();
  const errorOf = (code: string) => Object.assign(new Error(`${code}: mocked`), { code });
  const readv: typeof fs.readv = Object.assign(
    (
      fd: number,
      views: Uint8Array[],
      position: number,
      callback: Parameters<typeof fs.readv>[3],
    ) => {
      const end = position + views.reduce((sum, { length }) => sum + length, 0);
      const isBroken =
        broken.path === readlinkSync(`/proc/self/fd/${fd}`) &&
        broken.places.some(([from, to]) => from < end && position < to);
      if (isBroken) setImmediate(() => callback(errorOf('EIO'), 0, views));
      else fs.readv(fd, views, position, callback);
    },
    fs.readv,
  );
  const open = Object.assign((path: string, ...rest: unknown[]) => {
    const callback = rest.at(-1) as (error: Error) => void;
    const { open: code } = broken;
    if (code && path === broken.path) setImmediate(() => callback(errorOf(code)));
    else Reflect.apply(fs.open, fs, [path, ...rest]);
  }, fs.open);
  return { ...fs, readv, open };
});

// What is in memory is read past the mocks above.
vi.mock('../../source/disks/page-cache.ts', () => ({ openPageCache: () => null }));

afterEach(async () => {
  Object.assign(broken, { path: '', open: null, places: [] });
  await stopAll();
});

test.runIf(process.platform === 'linux')(
  'a place that does not read costs its piece, and is tried again',
  async () => {
    const content = writeTestContent([400 * k, 240 * k], 64 * k);
    const running = await seeding(content);
    const path = content.files[0]?.path ?? '';
    broken.path = path;
    broken.places = [[130 * k, 131 * k]];
    const leecher = await unchoked(running.leecher(content));
    leecher.send(id.extended, '\0d1:md11:lt_donthavei7eee');
    // one read of several pieces, of which one is bad
    leecher.request([0, 1, 2, 3, 4].map((piece) => ({ piece, ...block, length: 64 * k })));
    await leecher.count([id.piece], 4);
    const sent = leecher.messages.filter((message) => message.id === id.piece);
    expect(sent.map(({ payload }) => payload.readUInt32BE()).sort()).toEqual([0, 1, 3, 4]);
    await expect
      .poll(() => running.faults, { timeout: 5_000 })
      .toEqual([
        {
          id: content.content.id,
          file: path,
          text: `${path} cannot be read (EIO)`,
          found: 1,
          faulty: 1,
        },
      ]);
    const second = running.leecher(content);
    expect((await second.next(id.bitfield)).toString('hex')).toBe('dfc0');

    await running.seeder.recheck(content.content.id);
    expect(running.restored).toEqual([]);
    broken.places = [];
    await running.seeder.recheck(content.content.id);
    expect((await second.next(id.have)).readUInt32BE()).toBe(2);
    await expect.poll(() => running.restored, { timeout: 3_000 }).toEqual([content.content.id]);
    expect(running.errors).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'a file that does not read in too many places is given up',
  async () => {
    const content = writeTestContent([1280 * k, 16 * k], 16 * k);
    const running = await seeding(content);
    broken.path = content.files[0]?.path ?? '';
    broken.places = [[0, 1280 * k]];
    const leecher = await unchoked(running.leecher(content));
    leecher.send(id.extended, '\0d1:md11:lt_donthavei7eee');
    leecher.request(Array.from({ length: 80 }, (_, piece) => ({ piece, ...block })));
    await leecher.count([id.reject], 80);
    const second = running.leecher(content);
    expect((await second.next(id.bitfield)).toString('hex')).toBe(`${'00'.repeat(10)}80`);
    expect(await leecher.fetch({ piece: 80, ...block })).toHaveLength(16 * k);
  },
);

test.runIf(process.platform === 'linux')(
  'a file that may not be read costs its own pieces',
  async () => {
    const content = writeTestContent([100 * k, 100 * k], 20 * k);
    const running = await seeding(content);
    const path = content.files[0]?.path ?? '';
    Object.assign(broken, { path, open: 'EACCES' });
    const leecher = await unchoked(running.leecher(content));
    leecher.send(id.extended, '\0d1:md11:lt_donthavei7eee');
    leecher.request([2, 7].map((piece) => ({ piece, ...block })));
    await leecher.count([id.piece, id.reject], 2);
    await expect
      .poll(() => running.faults, { timeout: 5_000 })
      .toMatchObject([{ text: `${path} may not be read by the user everseed runs as` }]);
    const second = running.leecher(content);
    expect((await second.next(id.bitfield)).toString('hex')).toBe('07c0');
  },
);

/** A peer that has asked for a piece that was lost, and for another one. */
async function lose(fast: boolean) {
  const content = writeTestContent([640 * k], 32 * k);
  const running = await seeding(content);
  broken.path = content.files[0]?.path ?? '';
  broken.places = [[0, 1]];
  const leecher = await unchoked(running.leecher({ ...content, fast }));
  leecher.request([0, 1].map((piece) => ({ piece, ...block })));
  expect((await leecher.next(id.piece)).readUInt32BE()).toBe(1);
  return { content, running, leecher };
}

test.runIf(process.platform === 'linux')(
  'who is not told of a lost piece is rejected it after a while, and asked to come anew in the end',
  async () => {
    const { running, leecher } = await lose(true);
    for (let round = 0; round < 3; round++) {
      expect(leecher.messages.filter((message) => message.id === id.reject)).toEqual([]);
      running.aheadMs += 6_000;
      expect((await leecher.next(id.reject)).readUInt32BE()).toBe(0);
      expect(await leecher.fetch({ piece: 2 + round, ...block })).toHaveLength(16 * k);
      leecher.request([{ piece: 0, ...block }]);
      await leecher.fetch({ piece: 10, ...block });
    }
    running.aheadMs += 6_000;
    await leecher.closed;
    expect(running.errors).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'who cannot even be rejected it goes on with the others, and comes anew in the end',
  async () => {
    const { running, leecher } = await lose(false);
    running.aheadMs += 20_000;
    expect(await leecher.fetch({ piece: 5, ...block })).toHaveLength(16 * k);
    expect(leecher.messages.filter((message) => message.id === id.choke)).toEqual([]);
    running.aheadMs += 11_000;
    await leecher.closed;
    expect(running.errors).toEqual([]);
  },
);

test.runIf(process.platform === 'linux')(
  'what it waits for is sent when it reads again',
  async () => {
    const { content, running, leecher } = await lose(false);
    broken.places = [];
    await running.seeder.recheck(content.content.id);
    expect((await leecher.next(id.piece)).readUInt32BE()).toBe(0);
  },
);
