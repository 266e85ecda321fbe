import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { version } from '../../source/version.ts';
import { messageId as id, RunningSeeder, seeding, stopAll, unchoked } from './running-seeder.ts';
import { writeTestContent } from './test-content.ts';

const k = 1024;
afterEach(async () => {
  vi.useRealTimers();
  await stopAll();
});

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
      `\0d1:md11:lt_donthavei3e11:upload_onlyi4e11:ut_metadatai1e6:ut_pexi2ee13:metadata_sizei${content.info.length}e` +
        `4:reqqi2000e11:upload_onlyi1e1:v${9 + version.length}:everseed/${version}6:yourip4:\x7f\0\0\x01e`,
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

  test('with a node of the DHT: its port; of what is private, nothing of it', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const hidden = writeTestContent([100 * k], 32 * k);
    hidden.content.private = true;
    const running = await seeding(content, hidden);
    running.seeder.setDhtPort(6_881);
    const leecher = running.leecher({ ...content, dht: true });
    expect((await leecher.handshake)[27]).toBe(0x05);
    expect((await leecher.next(id.port)).readUInt16BE()).toBe(6_881);
    const other = running.leecher({ ...hidden, dht: true });
    expect((await other.handshake)[27]).toBe(0x04);
    for (const one of [other, leecher]) {
      one.send(id.port, Buffer.of(0x1a, 0xe2));
      one.send(id.port, Buffer.of(0x1a, 0xe3));
      await unchoked(one);
    }
    expect(other.messages.filter((message) => message.id === id.port)).toEqual([]);
    expect(running.dhtNodes).toEqual([{ host: '127.0.0.1', port: 0x1ae2 }]);
  });

  test('with a partial seed: it is dropped when it says so later', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const leecher = running.leecher(content);
    leecher.send(id.extended, '\0d1:md11:upload_onlyi3eee');
    leecher.send(id.extended, Buffer.of(4, 0));
    await unchoked(leecher);
    leecher.send(3);
    leecher.send(id.extended, Buffer.of(4, 1));
    await leecher.closed;
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
    const protocol = leecher.socket.bytesRead - 1_000_000;
    const sent = { payload: 1_000_000, protocol };
    const peers = [{ host: '127.0.0.1', client: 'XX 0.0.0.1', ...sent }];
    expect(running.traffic).toEqual([
      { id: publication, sent: { ...sent, peers }, uploadRate: 200_000, peers: 1 },
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
    const nothing = { payload: 0, protocol: 0, peers: [] };
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
      { id: publication, sent: nothing, uploadRate: 200_000, peers: 0 },
      { id: publication, sent: nothing, uploadRate: 0, peers: 0 },
    ]);
  });

  test('of what was sent last come before a publication is not seeded any more', async () => {
    const content = writeTestContent([50_000], 64 * k);
    const running = new RunningSeeder();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    await running.start(content);
    const leecher = running.leecher(content);
    await leecher.download(50_000, 64 * k);
    await running.seeder.unseed([content.content.id]);
    await leecher.closed;
    const protocol = leecher.socket.bytesRead - 50_000;
    expect(running.traffic).toMatchObject([
      { sent: { payload: 50_000, protocol }, uploadRate: 0, peers: 0 },
    ]);
  });

  test('of what was sent last come before the seeder has stopped', async () => {
    const content = writeTestContent([50_000], 64 * k);
    const running = await seeding(content);
    await running.leecher(content).download(50_000, 64 * k);
    await running.stop();
    expect(running.traffic.reduce((sum, { sent }) => sum + sent.payload, 0)).toBe(50_000);
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
    running.seeder.seed(list);
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
    await Promise.all([running.seeder.stop(), running.seeder.stop()]);
    await running.seeder.stop();
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
