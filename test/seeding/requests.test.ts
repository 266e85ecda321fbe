import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { blocksOf } from '../helpers/leecher.ts';
import { messageId as id, seeding, stopAll, unchoked } from './running-seeder.ts';
import { sha1, writeTestContent } from './test-content.ts';

const k = 1024;

afterEach(stopAll);

describe('downloads', () => {
  test.each([
    { name: 'one file', lengths: [1_000_003], pieceLength: 64 * k, block: 16 * k },
    { name: 'pieces smaller than a block', lengths: [50_000], pieceLength: 4 * k, block: 16 * k },
    { name: 'blocks of 128 KiB', lengths: [900_001], pieceLength: 256 * k, block: 128 * k },
    { name: 'blocks of odd lengths', lengths: [200_000], pieceLength: 64 * k, block: 4_567 },
    {
      name: 'many small files, some of them empty',
      lengths: Array.from({ length: 300 }, (_, index) => (index % 7 === 0 ? 0 : index * 13)),
      pieceLength: 32 * k,
      block: 16 * k,
    },
  ])('of $name', async ({ lengths, pieceLength, block }) => {
    const content = writeTestContent(lengths, pieceLength);
    const running = await seeding(content);
    const leecher = running.leecher(content);
    const received = await leecher.download(content.bytes.length, pieceLength, block);
    expect(received.equals(content.bytes)).toBe(true);
    expect(running.errors).toEqual([]);
    expect(running.faults).toEqual([]);
  });

  test('of several peers and publications at once', async () => {
    const contents = [1, 2].map(() => writeTestContent([700_000, 5, 300_000], 64 * k));
    const running = await seeding(...contents);
    const downloads = [...contents, ...contents, ...contents].map(async (content, index) => {
      const leecher = running.leecher({ ...content, fast: index % 2 === 0 });
      const received = await leecher.download(content.bytes.length, 64 * k, 16 * k, 50);
      expect(received.equals(content.bytes)).toBe(true);
    });
    await Promise.all(downloads);
  });

  test('of the info dictionary (ut_metadata)', async () => {
    const lengths = Array.from({ length: 800 }, () => 1);
    const content = writeTestContent(lengths, 16 * k);
    expect(content.info.length).toBeGreaterThan(16 * k);
    const running = await seeding(content);
    const leecher = running.leecher(content);
    leecher.send(20, '\0d1:md11:ut_metadatai9eee');
    await leecher.next(id.extended);
    expect(running.infoReads).toBe(0);
    const parts: Buffer[] = [];
    for (const piece of [0, 1]) {
      leecher.send(20, `\x01d8:msg_typei0e5:piecei${piece}ee`);
      const answer = await leecher.next(id.extended);
      const head = `\x09d8:msg_typei1e5:piecei${piece}e10:total_sizei${content.info.length}ee`;
      expect(answer.subarray(0, head.length).toString('latin1')).toBe(head);
      parts.push(answer.subarray(head.length));
    }
    expect(sha1(Buffer.concat(parts)).toString('hex')).toBe(content.infoHash);
    expect(running.infoReads).toBe(1);
    leecher.send(20, '\x01d8:msg_typei0e5:piecei2ee');
    expect((await leecher.next(id.extended)).toString('latin1')).toBe(
      '\x09d8:msg_typei2e5:piecei2ee',
    );
  });
});

describe('requests', () => {
  test('above the queue are rejected, all others answered', async () => {
    const content = writeTestContent([64 * k], 64 * k);
    const running = await seeding(content);
    const leecher = await unchoked(running.leecher(content));
    const blocks = Array.from({ length: 5_000 }, (_, i) => ({ piece: 0, begin: i, length: 100 }));
    leecher.request(blocks);
    await leecher.count([id.piece, id.reject], 5_000);
    const pieces = leecher.messages.filter((message) => message.id === id.piece);
    expect(pieces.length).toBeGreaterThanOrEqual(2_000);
    for (const { payload } of pieces) {
      const begin = payload.readUInt32BE(4);
      expect(payload.subarray(8).equals(content.bytes.subarray(begin, begin + 100))).toBe(true);
    }
  });

  test('of a choked peer are rejected, or passed over without the fast extension', async () => {
    const content = writeTestContent([64 * k], 64 * k);
    const running = await seeding(content);
    const block = { piece: 0, begin: 0, length: 16 * k };
    const fast = running.leecher(content);
    fast.request([block]);
    expect((await fast.next(id.reject)).toString('hex')).toBe('000000000000000000004000');
    const slow = running.leecher({ ...content, fast: false });
    slow.request([block]);
    await unchoked(slow);
    expect(await slow.fetch(block)).toHaveLength(16 * k);
    expect(slow.messages).toEqual([]);
  });

  test('for what is not there cost the connection, and only that', async () => {
    const content = writeTestContent([100 * k], 64 * k);
    const running = await seeding(content);
    const good = await unchoked(running.leecher(content));
    const bad = [
      { piece: 2, begin: 0, length: 1 },
      { piece: 0xffffffff, begin: 0, length: 16 * k },
      { piece: 0, begin: 50 * k, length: 16 * k },
      { piece: 1, begin: 36 * k, length: 1 },
      { piece: 0, begin: 0, length: 0 },
      { piece: 0, begin: 0, length: 128 * k + 1 },
    ];
    for (const block of bad) {
      const leecher = await unchoked(running.leecher(content));
      leecher.request([block]);
      await leecher.closed;
    }
    expect(await good.fetch({ piece: 1, begin: 0, length: 36 * k })).toHaveLength(36 * k);
    expect(running.errors).toEqual([]);
  });

  test('that are cancelled are not answered but with a reject', async () => {
    const content = writeTestContent([31 * k * k], 1024 * k);
    const running = await seeding(content);
    const leecher = await unchoked(running.leecher(content));
    leecher.socket.pause();
    const blocks = blocksOf(content.bytes.length, 1024 * k);
    leecher.request(blocks);
    await sleep(300);
    const cancelled = blocks.slice(-100);
    for (const { piece, begin, length } of cancelled) leecher.send(8, piece, begin, length);
    await sleep(100);
    leecher.socket.resume();
    await leecher.count([id.piece, id.reject], blocks.length);
    const rejects = leecher.messages.filter((message) => message.id === id.reject);
    expect(rejects.map(({ payload }) => payload.readUInt32BE(4))).toEqual(
      cancelled.map(({ begin }) => begin),
    );
    expect(leecher.messages.filter((message) => message.id === id.piece)).toHaveLength(1_884);
  });
});

describe('floods', () => {
  test.each([
    ['requests to be rejected', '0000000d 06 00000000 00000000 00004000'],
    [
      'metadata requests',
      `0000001b 14 01 ${Buffer.from('d8:msg_typei0e5:piecei0ee').toString('hex')}`,
    ],
  ])('a flood of %s from a peer that reads nothing is not read either', async (_, message) => {
    const content = writeTestContent([64 * k], 64 * k);
    const running = await seeding(content);
    const leecher = running.leecher(content);
    leecher.send(20, '\0d1:md11:ut_metadatai9eee');
    await leecher.next(id.extended);
    leecher.socket.pause();
    const one = Buffer.from(message.replaceAll(' ', ''), 'hex');
    const flood = Buffer.alloc(30_000 * one.length, one);
    const writing = setInterval(() => {
      if (leecher.socket.writableLength === 0) leecher.socket.write(flood);
    }, 1);
    // Once the buffers in between are full, the seeder reads no more of it.
    await vi.waitFor(
      async () => {
        const before = leecher.socket.bytesWritten;
        await sleep(500);
        expect(leecher.socket.bytesWritten).toBe(before);
      },
      { timeout: 10_000 },
    );
    clearInterval(writing);
    const other = await unchoked(running.leecher(content));
    expect(await other.fetch({ piece: 0, begin: 0, length: 16 * k })).toHaveLength(16 * k);
  });
});

describe('peers that break the protocol', () => {
  test.each([
    ['an extended handshake that hangs other programs', '00000006 14 00 64 2d 33 3a'],
    ['an extended handshake that hangs other programs, longer', '00000007 14 00 64 2d 33 3a 65'],
    ['a message of 2 GiB', '80000000 14'],
    ['a bitfield of the wrong length', '00000003 05 ffff'],
    ['a have of no piece', '00000005 04 00000004'],
    ['a piece', '0000000a 07 00000000 00000000 00'],
  ])('%s: closed, others do not notice', async (_, bytes) => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const good = await unchoked(running.leecher(content));
    const bad = running.leecher(content);
    await bad.handshake;
    bad.socket.write(Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
    await bad.closed;
    expect(await good.fetch({ piece: 3, begin: 0, length: 4 * k })).toHaveLength(4 * k);
    expect(running.errors).toEqual([]);
  });

  test('the fast extension without having said so: closed', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const leecher = running.leecher({ ...content, fast: false });
    leecher.send(15);
    await leecher.closed;
  });
});
