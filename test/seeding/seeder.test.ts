import { rename, truncate, unlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { version } from '../../source/version.ts';
import { blocksOf, type Leecher } from './../helpers/leecher.ts';
import { RunningSeeder, seederSettings, stopAll } from './running-seeder.ts';
import { sha1, type TestContent, writeTestContent } from './test-content.ts';

const k = 1024;
const id = {
  choke: 0,
  unchoke: 1,
  have: 4,
  bitfield: 5,
  piece: 7,
  haveAll: 14,
  reject: 16,
  extended: 20,
};

afterEach(async () => {
  vi.useRealTimers();
  await stopAll();
});

function seeding(...contents: TestContent[]): Promise<RunningSeeder> {
  return new RunningSeeder().start(...contents);
}

async function unchoked(leecher: Leecher): Promise<Leecher> {
  leecher.interested();
  await leecher.next(id.unchoke);
  return leecher;
}

describe('the opening', () => {
  test('with the fast extension: handshake, HAVE_ALL, extended handshake', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const leecher = running.leecher(content);
    const handshake = await leecher.handshake;
    expect(handshake.subarray(20, 28).toString('hex')).toBe('0000000000100004');
    expect(handshake.subarray(28, 48).toString('hex')).toBe(content.infoHash);
    expect(handshake.subarray(48)).toEqual(Buffer.from(running.peerId));
    const extended = await leecher.count([id.extended], 1).then(() => leecher.messages);
    expect(extended.map((message) => message.id)).toEqual([id.haveAll, id.extended]);
    expect(extended[1]?.payload.toString('latin1')).toBe(
      `\0d1:md11:lt_donthavei3e11:ut_metadatai1e6:ut_pexi2ee13:metadata_sizei${content.info.length}e` +
        `4:reqqi2000e11:upload_onlyi1e1:v${9 + version.length}:everseed/${version}e`,
    );
  });

  test('without extensions: handshake, BITFIELD', async () => {
    const content = writeTestContent([100 * k], 8 * k);
    const running = await seeding(content);
    const leecher = running.leecher({ ...content, fast: false, extended: false });
    expect((await leecher.next(id.bitfield)).toString('hex')).toBe('fff8');
    await unchoked(leecher);
    expect(leecher.messages).toEqual([]);
  });

  test('of connections that are none: closed', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const strangers = [
      running.leecher({ infoHash: '00'.repeat(20) }),
      running.leecher({ ...content, peerId: Buffer.from(running.peerId).toString('latin1') }),
    ];
    const noisy = running.leecher();
    noisy.socket.write('GET / HTTP/1.1\r\n\r\n');
    await Promise.all([...strangers, noisy].map((leecher) => leecher.closed));
    await expect(strangers[0]?.handshake).rejects.toThrow('closed');
    expect(running.errors).toEqual([]);
  });

  test('of seeds: they are dropped', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const [all, bits, haves, wantsNothing] = [1, 2, 3, 4].map(() => running.leecher(content));
    all?.send(14);
    bits?.send(5, Buffer.of(0xf0));
    for (let piece = 0; piece < 4; piece++) haves?.send(4, piece);
    wantsNothing?.send(20, '\0d11:upload_onlyi1ee');
    await Promise.all([all, bits, haves, wantsNothing].map((leecher) => leecher?.closed));
    expect(running.seeder.peers(content.content.id)).toEqual([]);
  });

  test('of a publication that is not seeded any more: closed', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const leecher = running.leecher(content);
    await leecher.handshake;
    running.seeder.unseed([content.content.id]);
    await leecher.closed;
    await running.leecher(content).closed;
  });
});

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

describe('slots and deadlines', () => {
  test('who finds no slot free gets the next, and at last its turn', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await new RunningSeeder({
      limits: { ...seederSettings.limits, uploadSlots: 1 },
    }).start(content);
    const first = await unchoked(running.leecher(content));
    const [second, third] = [running.leecher(content), running.leecher(content)];
    const interested = (count: number): Promise<void> =>
      vi.waitFor(() => {
        const peers = running.seeder.peers(content.content.id);
        expect(peers.filter((peer) => peer.interested)).toHaveLength(count);
      });
    second.interested();
    await interested(2);
    third.interested();
    await interested(3);
    expect(second.messages.map((message) => message.id)).not.toContain(id.unchoke);
    first.send(3);
    await first.next(id.choke);
    await second.next(id.unchoke);
    running.aheadMs += 15_000;
    await second.next(id.choke);
    await third.next(id.unchoke);
    third.close();
    await second.next(id.unchoke);
  });

  test('silent peers are sent keep-alives, and closed at last', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const leecher = running.leecher(content);
    await leecher.next(id.extended);
    running.aheadMs += 100_000;
    await leecher.next(-1);
    running.aheadMs += 81_000;
    await leecher.closed;
  });

  test('connections without a handshake are closed', async () => {
    const running = await seeding();
    const silent = running.leecher();
    silent.socket.write('\x13BitTorrent');
    await sleep(100);
    running.aheadMs += 10_000;
    await silent.closed;
  });

  test('peers that want nothing are closed after ten minutes', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const [idle, interested, asking] = [1, 2, 3].map(() => running.leecher(content)) as [
      Leecher,
      Leecher,
      Leecher,
    ];
    await unchoked(interested);
    asking.send(20, '\0d1:md11:ut_metadatai9eee');
    await Promise.all([idle, asking].map((leecher) => leecher.next(id.extended)));
    for (let minute = 1; minute <= 10; minute++) {
      running.aheadMs += 61_000;
      for (const leecher of [idle, interested, asking]) leecher.send(9, Buffer.of(0, 1));
      asking.send(20, '\x01d8:msg_typei0e5:piecei0ee');
      await asking.next(id.extended);
    }
    await idle.closed;
    await interested.fetch({ piece: 0, begin: 0, length: 16 * k });
  });
});

describe('when the port is full', () => {
  const content = (): TestContent => writeTestContent([100 * k], 32 * k);
  const limits = { maxConnections: 3, maxConnectionsPerAddress: 2 };

  async function full(written: TestContent, from: string[]): Promise<[RunningSeeder, Leecher[]]> {
    const running = await new RunningSeeder(limits).start(written);
    const leechers: Leecher[] = [];
    for (const address of from) {
      const leecher = running.leecher({ ...written, from: address });
      leechers.push(await unchoked(leecher));
    }
    return [running, leechers];
  }

  test('an address that has its share gets no more, until it has less', async () => {
    const written = content();
    const [running, [first]] = await full(written, ['127.0.0.2', '127.0.0.2']);
    const again = (): Leecher => running.leecher({ ...written, from: '127.0.0.2' });
    await again().closed;
    first?.close();
    await vi.waitFor(async () => expect(await again().handshake).toHaveLength(68));
  });

  test('the peer that has wanted nothing for longest makes room', async () => {
    const written = content();
    const [running, [a, b, c]] = await full(written, ['127.0.0.2', '127.0.0.3', '127.0.0.4']);
    const wanting = (count: number): Promise<void> =>
      vi.waitFor(() => {
        const peers = running.seeder.peers(written.content.id);
        expect(peers.filter((peer) => peer.interested)).toHaveLength(count);
      });
    b?.send(3);
    await wanting(2);
    running.aheadMs += 1_000;
    a?.send(3);
    await wanting(1);
    running.aheadMs += 10_000;
    await running.leecher({ ...written, from: '127.0.0.5' }).handshake;
    await b?.closed;
    await running.leecher({ ...written, from: '127.0.0.6' }).handshake;
    await a?.closed;
    await c?.fetch({ piece: 0, begin: 0, length: 16 * k });
  });

  test('else the address with most connections', async () => {
    const written = content();
    const [running, [a, b, c]] = await full(written, ['127.0.0.2', '127.0.0.3', '127.0.0.3']);
    const newcomer = await unchoked(running.leecher({ ...written, from: '127.0.0.4' }));
    await c?.closed;
    for (const leecher of [a, b, newcomer]) {
      await leecher?.fetch({ piece: 0, begin: 0, length: 16 * k });
    }
    // Now all have one: nobody has to go for another.
    await running.leecher({ ...written, from: '127.0.0.5' }).closed;
  });

  test('before them, whoever does not say its handshake', async () => {
    const written = content();
    const [running] = await full(written, ['127.0.0.2', '127.0.0.3']);
    const silent = running.leecher();
    await new Promise((resolve) => silent.socket.once('connect', resolve));
    await running.leecher({ ...written, from: '127.0.0.4' }).closed;
    running.aheadMs += 3_000;
    await running.leecher({ ...written, from: '127.0.0.4' }).handshake;
    await silent.closed;
  });
});

describe('reports', () => {
  test('tell of every byte, and once more when all is quiet', async () => {
    const content = writeTestContent([1_000_000], 64 * k);
    const running = new RunningSeeder();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await running.start(content);
    const leecher = running.leecher(content);
    await leecher.download(1_000_000, 64 * k);
    vi.advanceTimersByTime(1_000);
    const publication = content.content.id;
    expect(running.traffic).toEqual([
      { id: publication, uploadedDelta: 1_000_000, uploadRate: 200_000, peers: 1 },
    ]);
    expect(running.seeder.peers(publication)).toEqual([
      {
        address: `127.0.0.1:${leecher.socket.localPort}`,
        client: 'XX 0.0.0.1',
        progress: 0,
        uploadRate: 200_000,
        uploaded: 1_000_000,
        interested: true,
        choked: false,
        source: 'incoming',
        encrypted: false,
        secondsLeft: null,
        connectedAt: expect.any(Number),
      },
    ]);
    leecher.send(4, 3);
    leecher.send(20, '\0d1:v7:Tester!e');
    await vi.waitFor(() =>
      expect(running.seeder.peers(publication)).toMatchObject([
        { client: 'Tester!', progress: 1 / 16 },
      ]),
    );
    leecher.close();
    await vi.waitFor(() => expect(running.seeder.peers(publication)).toEqual([]));
    vi.advanceTimersByTime(10_000);
    expect(running.traffic.slice(1)).toEqual([
      { id: publication, uploadedDelta: 0, uploadRate: 200_000, peers: 0 },
      { id: publication, uploadedDelta: 0, uploadRate: 0, peers: 0 },
    ]);
  });

  test('of what was sent last come before the seeder has stopped', async () => {
    const content = writeTestContent([50_000], 64 * k);
    const running = await seeding(content);
    await running.leecher(content).download(50_000, 64 * k);
    await running.stop();
    expect(running.traffic.reduce((sum, { uploadedDelta }) => sum + uploadedDelta, 0)).toBe(50_000);
    expect(running.traffic.at(-1)).toMatchObject({ uploadRate: 0, peers: 0 });
  });
});

describe('many publications', () => {
  test('cost nothing until somebody asks', async () => {
    const content = writeTestContent([50_000], 64 * k);
    const running = await seeding(content);
    const list = Array.from({ length: 10_000 }, (_, index) => ({
      id: 1_000_000 + index,
      infoHashes: [index.toString(16).padStart(40, '0')],
      uploadLimit: null,
    }));
    const started = performance.now();
    running.seeder.seed(list);
    expect(performance.now() - started).toBeLessThan(500);
    await running.leecher(content).handshake;
    expect(running.loads).toEqual([content.content.id]);
    // In the list, but gone from the catalog.
    await running.leecher({ infoHash: '0'.repeat(40) }).closed;
  });

  test('are loaded once, and again some time after their last peer', async () => {
    const content = writeTestContent([50_000], 64 * k);
    const running = new RunningSeeder();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await running.start(content);
    const connectAndLeave = async (): Promise<void> => {
      const leecher = running.leecher(content);
      await leecher.handshake;
      leecher.close();
      await vi.waitFor(() => expect(running.seeder.peers(content.content.id)).toEqual([]));
    };
    await connectAndLeave();
    await connectAndLeave();
    expect(running.loads).toHaveLength(1);
    running.aheadMs += 61_000;
    vi.advanceTimersByTime(1_000);
    await connectAndLeave();
    expect(running.loads).toHaveLength(2);
  });

  test('that are large do not stay loaded for long when nobody is there', async () => {
    const contents = [1, 2].map(() => {
      const written = writeTestContent([50_000], 64 * k);
      // 12 MiB of empty files.
      const fileStarts = new Float64Array(1.5 * k * k).fill(50_000, 1);
      return { ...written, content: { ...written.content, fileStarts } };
    });
    const running = await seeding(...contents);
    const [first, second] = contents.map(({ content }) => content.id);
    for (const content of [...contents, ...contents].slice(0, 3)) {
      const leecher = running.leecher(content);
      await leecher.handshake;
      leecher.close();
      await vi.waitFor(() => expect(running.seeder.peers(content.content.id)).toEqual([]));
      // A tick lets go of what is too much.
      await sleep(1_100);
    }
    expect(running.loads).toEqual([first, second, first]);
  });

  test('a catalog that fails costs the connection, and is reported', async () => {
    const content = writeTestContent([50_000], 64 * k);
    const running = await seeding(content);
    running.contents.set(content.content.id, {
      ...content,
      content: { ...content.content, size: 1 },
    });
    await running.leecher(content).closed;
    expect(running.errors).toEqual([expect.any(RangeError)]);
  });
});

describe('start and stop', () => {
  test('can be called twice, and again', async () => {
    const content = writeTestContent([50_000], 64 * k);
    const running = await seeding(content);
    expect(await running.seeder.start()).toEqual({ host: '127.0.0.1', port: running.port });
    const leecher = running.leecher(content);
    await leecher.handshake;
    const started = performance.now();
    await Promise.all([running.seeder.stop(), running.seeder.stop()]);
    await running.seeder.stop();
    expect(performance.now() - started).toBeLessThan(1_000);
    await leecher.closed;
    await running.start(content);
    await running.leecher(content).handshake;
  });

  test('a port or an address that cannot be had is said in a sentence', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(new RunningSeeder({ port }).start()).rejects.toMatchObject({
      code: 'port-in-use',
      message:
        `port ${port} (peer.port) on 127.0.0.1 is used by another program: stop that program ` +
        'or choose another with: everseed config set peer.port PORT',
    });
    await new Promise((resolve) => other.close(resolve));
    await expect(new RunningSeeder({ host: '192.0.2.1' }).start()).rejects.toMatchObject({
      code: 'address-unavailable',
    });
  });
});

test('a super-seeded publication tells each peer of other pieces, and serves it no others', async () => {
  const written = writeTestContent([20 * 32 * k], 32 * k);
  const content = { ...written, content: { ...written.content, superSeeding: true } };
  const running = await seeding(content);
  const [one, two] = [running.leecher(content), running.leecher(content)];
  const offered = async (leecher: Leecher) => {
    leecher.send(15);
    const pieces: number[] = [];
    while (pieces.length < 3) pieces.push((await leecher.next(id.have)).readUInt32BE(0));
    await unchoked(leecher);
    return pieces;
  };
  const [first, second] = [await offered(one), await offered(two)];
  expect(new Set([...first, ...second]).size).toBe(6);
  const [piece = 0] = first;
  const data = await one.fetch({ piece, begin: 0, length: 16 * k });
  expect(data.equals(content.bytes.subarray(piece * 32 * k, piece * 32 * k + 16 * k))).toBe(true);
  two.request([{ piece, begin: 0, length: 16 * k }]);
  await two.next(id.reject);
  // the other has got it: there is another one
  one.send(id.have, piece);
  two.send(id.have, piece);
  const next = (await one.next(id.have)).readUInt32BE(0);
  expect([...first, ...second]).not.toContain(next);
});

test('one publication has only so many peers, and those who want data stay', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const other = writeTestContent([40 * k], 32 * k);
  const running = new RunningSeeder({ maxConnectionsPerPublication: 2 });
  await running.start(content, other);
  const wanting = await unchoked(running.leecher(content));
  const idle = running.leecher(content);
  await idle.handshake;
  await running.leecher(content).closed;
  await running.leecher(other).handshake;
  running.aheadMs += 6_000;
  await running.leecher(content).handshake;
  await idle.closed;
  expect((await wanting.fetch({ piece: 0, begin: 0, length: 16 * k })).length).toBe(16 * k);
});
