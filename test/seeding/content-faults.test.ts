import { execFileSync } from 'node:child_process';
import { mkdir, rename, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { blocksOf, type Leecher } from '../helpers/leecher.ts';
import {
  messageId as id,
  type RunningSeeder,
  seeding,
  stopAll,
  unchoked,
} from './running-seeder.ts';
import { writeTestContent } from './test-content.ts';

const k = 1024;

afterEach(stopAll);

describe('faults of the content', () => {
  const lengths = [100 * k, 100 * k, 100 * k];
  const wholeBlock = { begin: 0, length: 16 * k };

  test.each([
    ['missing', (path: string) => unlink(path), 'is missing'],
    ['truncated', (path: string) => truncate(path, 10), 'it had 102400 bytes, now 10'],
    ['rewritten', (path: string) => utimes(path, 0, 0), 'at 1970-01-01T00:00:00.000Z'],
    [
      'replaced',
      (path: string) => writeFile(`${path}.new`, 'x').then(() => rename(`${path}.new`, path)),
      'it had 102400 bytes, now 1',
    ],
    [
      'a folder now',
      (path: string) => unlink(path).then(() => mkdir(path)),
      'is not a file any more',
    ],
    [
      'a pipe now, which nobody writes to',
      (path: string) => unlink(path).then(() => void execFileSync('mkfifo', [path])),
      'is not a file any more',
    ],
  ])('a file that is %s: its pieces are not offered, the rest goes on', async (_, spoil, text) => {
    const content = writeTestContent(lengths, 20 * k);
    const running = await seeding(content);
    const path = content.files[1]?.path ?? '';
    await spoil(path);
    const requests = [4, 5, 6, 10].map((piece) => ({ piece, ...wholeBlock }));
    const answersOf = ({ messages }: Leecher): unknown[] =>
      messages
        .filter((message) => [id.piece, id.reject].includes(message.id))
        .map((message) => [message.id, message.payload.readUInt32BE(0)])
        .sort();

    // It was told that all is there, and would ask for the rest for ever.
    const first = await unchoked(running.leecher(content));
    first.request(requests);
    await first.closed;
    expect(answersOf(first)).toEqual([
      [id.piece, 10],
      [id.piece, 4],
    ]);

    const second = running.leecher(content);
    expect((await second.next(id.bitfield)).toString('hex')).toBe('f83e');
    await unchoked(second);
    second.request(requests);
    await second.count([id.piece, id.reject], 4);
    expect(answersOf(second)).toEqual([
      [id.reject, 5],
      [id.reject, 6],
      [id.piece, 10],
      [id.piece, 4],
    ]);
    expect(running.faults).toEqual([
      {
        id: content.content.id,
        file: path,
        text: expect.stringContaining(text),
        found: 1,
        faulty: 1,
      },
    ]);
    expect(running.errors).toEqual([]);
  });

  test('while it is open: found when it is read, and when it was not looked at for long', async () => {
    const content = writeTestContent(lengths, 20 * k);
    const running = await seeding(content);
    const leecher = await unchoked(running.leecher(content));
    leecher.send(20, '\0d1:md11:lt_donthavei7eee');
    for (const piece of [0, 6, 12]) await leecher.fetch({ piece, ...wholeBlock });
    const paths = content.files.map(({ path }) => path);
    await truncate(paths[0] ?? '', 20 * k);
    leecher.request([{ piece: 1, ...wholeBlock }]);
    await leecher.next(id.reject);
    await unlink(paths[1] ?? '');
    await writeFile(paths[2] ?? '', Buffer.alloc(100 * k));
    running.aheadMs += 6_000;
    for (const piece of [6, 12]) {
      leecher.request([{ piece, ...wholeBlock }]);
      await leecher.next(id.reject);
    }
    await vi.waitFor(() => expect(running.faults).toHaveLength(3));
    expect(running.faults.map(({ text }) => text)).toEqual([
      expect.stringContaining('is shorter than it was'),
      expect.stringContaining('is missing'),
      expect.stringContaining('was changed after it was published'),
    ]);
  });

  test('are told with lt_donthave, before the requests are rejected', async () => {
    const content = writeTestContent(lengths, 20 * k);
    const running = await seeding(content);
    await unlink(content.files[1]?.path ?? '');
    const leecher = await unchoked(running.leecher(content));
    leecher.send(20, '\0d1:md11:lt_donthavei7eee');
    leecher.request([{ piece: 6, ...wholeBlock }]);
    for (const piece of [5, 6, 7, 8, 9]) {
      expect((await leecher.next(id.extended)).toString('hex')).toBe(`070000000${piece}`);
    }
    expect((await leecher.next(id.reject)).readUInt32BE(0)).toBe(6);
    expect(await leecher.fetch({ piece: 0, ...wholeBlock })).toHaveLength(16 * k);
  });

  test('peers that ask for what is not offered again and again are closed', async () => {
    const content = writeTestContent(lengths, 20 * k);
    const running = await seeding(content);
    await unlink(content.files[1]?.path ?? '');
    const first = await unchoked(running.leecher(content));
    first.request([{ piece: 6, ...wholeBlock }]);
    await first.closed;
    const leecher = await unchoked(running.leecher(content));
    leecher.request(Array(64).fill({ piece: 6, ...wholeBlock }));
    await leecher.count([id.reject], 64);
    expect(await leecher.fetch({ piece: 0, ...wholeBlock })).toHaveLength(16 * k);
    leecher.request([{ piece: 7, ...wholeBlock }]);
    await leecher.closed;
    expect(running.errors).toEqual([]);
  });

  test('peers without the fast extension are choked, and unchoked later', async () => {
    const content = writeTestContent(lengths, 20 * k);
    const running = await seeding(content);
    await unlink(content.files[1]?.path ?? '');
    const first = await unchoked(running.leecher(content));
    first.request([{ piece: 6, ...wholeBlock }]);
    await first.closed;
    const leecher = await unchoked(running.leecher({ ...content, fast: false }));
    leecher.request([{ piece: 6, ...wholeBlock }]);
    await leecher.next(id.choke);
    running.aheadMs += 10_000;
    await leecher.next(id.unchoke);
    expect(await leecher.fetch({ piece: 0, ...wholeBlock })).toHaveLength(16 * k);
  });

  test.each([
    [
      'when it is asked to look',
      (running: RunningSeeder, publication: number) => running.seeder.recheck(publication),
    ],
    [
      'by itself',
      (running: RunningSeeder) => {
        running.aheadMs += 30_000;
      },
    ],
  ])('are offered again when they are mended: %s', async (_, look) => {
    const content = writeTestContent(lengths, 20 * k);
    const running = await seeding(content);
    const { path = '' } = content.files[1] ?? {};
    await rename(path, `${path}.away`);
    const first = await unchoked(running.leecher(content));
    first.request([{ piece: 6, ...wholeBlock }]);
    await first.closed;

    const second = running.leecher(content);
    expect((await second.next(id.bitfield)).toString('hex')).toBe('f83e');
    await running.seeder.recheck(content.content.id);
    expect(running.restored).toEqual([]);

    await rename(`${path}.away`, path);
    await look(running, content.content.id);
    for (const piece of [5, 6, 7, 8, 9]) {
      expect((await second.next(id.have)).readUInt32BE(0)).toBe(piece);
    }
    await unchoked(second);
    const data = await second.fetch({ piece: 6, ...wholeBlock });
    expect(data.equals(content.bytes.subarray(120 * k, 136 * k))).toBe(true);
    await running.leecher(content).next(id.haveAll);
    await vi.waitFor(() => expect(running.restored).toEqual([content.content.id]), 3_000);
    expect(running.faults).toHaveLength(1);
  });

  test('of a whole folder are found at once, and every peer learns of it', async () => {
    const content = writeTestContent(Array(200).fill(16 * k), 16 * k);
    const running = await seeding(content);
    await rename(content.root, `${content.root}.away`);
    onTestFinished(() => rename(`${content.root}.away`, content.root));
    const leecher = await unchoked(running.leecher(content));
    leecher.request(blocksOf(content.bytes.length, 16 * k));
    await leecher.closed;
    await running.leecher(content).next(15);
    expect(running.faults).toEqual([
      {
        id: content.content.id,
        file: content.files[0]?.path,
        text: `200 files are missing, such as ${content.files[0]?.path}`,
        found: 200,
        faulty: 200,
      },
    ]);
  });
});

test('pieces that are not good are not offered, until they are again', async () => {
  const content = { ...writeTestContent([100 * k], 20 * k), badPieces: Uint8Array.of(0b01000000) };
  const running = await seeding(content);
  const leecher = running.leecher(content);
  expect((await leecher.next(id.bitfield)).toString('hex')).toBe('b8');
  leecher.send(20, '\0d1:md11:lt_donthavei7eee');
  await unchoked(leecher);
  leecher.request([{ piece: 1, begin: 0, length: 16 * k }]);
  await leecher.next(id.reject);

  running.contents.set(content.content.id, { ...content, badPieces: Uint8Array.of(0b00100000) });
  await running.seeder.recheck(content.content.id);
  expect((await leecher.next(id.extended)).toString('hex')).toBe('0700000002');
  expect((await leecher.next(id.have)).readUInt32BE()).toBe(1);
  expect(await leecher.fetch({ piece: 1, begin: 0, length: 16 * k })).toHaveLength(16 * k);
  expect(running.faults).toEqual([]);
});
