import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { describe, expect, onTestFinished, test } from 'vitest';
import { compactEndpoint } from '../../source/tracker/ip-address.ts';
import { loadLibc } from '../../source/tracker/linux/libc.ts';
import {
  addCrowd,
  announce as announceHttp,
  hash,
  openUdp,
  peersOf,
  startTracker,
} from './black-box.ts';
import { ipv4, peersHeld } from './test-tracker.ts';
import { udpServerAt } from './udp/udp-server-at.ts';
import {
  encodeAnnounceRequest,
  encodeConnectRequest,
  encodeScrapeRequest,
  parseUdpAnswer,
  type UdpAnnounceRequest,
} from './udp-client.ts';

/** The tracker over UDP through real sockets, by the numbers of the conformance checklist. */

const announceOf = (connectionId: Uint8Array, changes: Partial<UdpAnnounceRequest> = {}) =>
  encodeAnnounceRequest({
    connectionId,
    transactionId: 7,
    infoHash: hash,
    peerId: 'u'.repeat(20),
    port: 7001,
    event: 'none',
    numWant: null,
    downloaded: 0n,
    left: 1n,
    uploaded: 0n,
    key: 0,
    ...changes,
  });

test('this system can take datagrams in batches', () => {
  expect(loadLibc() !== null).toBe(process.platform === 'linux');
});

describe.each([{ batched: true }, { batched: false }])('batched: $batched', ({ batched }) => {
  async function setUp(options?: Parameters<typeof startTracker>[0]) {
    const started = await startTracker({ batched, ...options });
    const client = await openUdp(started.udpPort);
    const connectionId = await client.connect();
    const announce = async (changes?: Partial<UdpAnnounceRequest>) =>
      parseUdpAnswer(await client.ask(announceOf(connectionId, changes)));
    const scrape = async (...infoHashes: string[]) =>
      client.ask(encodeScrapeRequest({ connectionId, transactionId: 7, infoHashes }));
    return { ...started, client, connectionId, announce, scrape };
  }

  test('66 a connect is answered with 16 bytes, and an id that differs by address', async () => {
    const { client, connectionId, udpPort } = await setUp();
    const longer = Buffer.concat([encodeConnectRequest(0xfedcba98), Buffer.alloc(4)]);
    const answer = await client.ask(longer);
    expect(answer).toHaveLength(16);
    expect(answer.subarray(0, 8).toString('hex')).toBe('00000000fedcba98');
    const elsewhere = await openUdp(udpPort, '127.0.0.2');
    expect(Buffer.compare(await elsewhere.connect(), connectionId)).not.toBe(0);
  });

  test('67 68 73 what is no request gets no answer', async () => {
    const { client, connectionId, tracker } = await setUp();
    const wrongProtocol = encodeConnectRequest(1);
    wrongProtocol[0] = 1;
    expect(
      await client.isSilentAbout(
        wrongProtocol,
        encodeConnectRequest(1).subarray(0, 15),
        Buffer.alloc(0),
        Buffer.from('d-3:'),
        Buffer.from('d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe'),
        announceOf(connectionId).subarray(0, 97),
      ),
    ).toBe(true);
    expect(peersHeld(tracker)).toBe(0);
  });

  test('69 84 without an id that was issued to it, nobody is answered and nothing changes', async () => {
    const { client, connectionId, tracker, clock, udpPort } = await setUp();
    const unknownAction = announceOf(Buffer.alloc(8));
    unknownAction.writeUInt32BE(9, 8);
    expect(
      await client.isSilentAbout(
        announceOf(Buffer.alloc(8)),
        announceOf(Buffer.from('0000041727101980', 'hex')),
        announceOf(randomBytes(8)),
        encodeScrapeRequest({
          connectionId: Buffer.alloc(8),
          transactionId: 1,
          infoHashes: [hash],
        }),
        unknownAction,
      ),
    ).toBe(true);
    const elsewhere = await openUdp(udpPort, '127.0.0.2');
    expect(await elsewhere.isSilentAbout(announceOf(connectionId))).toBe(true);
    const otherPort = await openUdp(udpPort);
    clock.ms += 120_000;
    expect(await otherPort.ask(announceOf(connectionId, { port: 7002 }))).toHaveLength(20);
    clock.ms += 3_600_000;
    expect(await client.isSilentAbout(announceOf(connectionId))).toBe(true);
    expect(peersHeld(tracker)).toBe(1);
  });

  test('71 80 an announce: leechers before seeds, then peers', async () => {
    const { announce } = await setUp();
    await announce({ port: 7002 });
    await announce({ port: 7003, left: 0n });
    const answer = await announce();
    if (answer?.kind !== 'announce') throw new Error('not answered');
    expect(answer).toMatchObject({ leechers: 2, seeds: 1 });
    expect(answer.interval).toBeGreaterThanOrEqual(1_620);
    expect(answer.endpoints.sort()).toEqual([
      compactEndpoint(ipv4(0x7f000001), 7002),
      compactEndpoint(ipv4(0x7f000001), 7003),
    ]);
  });

  test('71 75 num_want, and answers that fit a datagram', async () => {
    const { announce, client, connectionId, tracker } = await setUp();
    addCrowd(tracker, 300);
    const told = async (numWant: number | null) => {
      const answer = await announce({ port: 1, numWant });
      return answer?.kind === 'announce' ? answer.endpoints.length : null;
    };
    expect(await told(null)).toBe(50);
    expect(await told(0)).toBe(0);
    expect(await told(9)).toBe(9);
    expect(await told(0x7fffffff)).toBe(200);
    const longest = await client.ask(announceOf(connectionId, { numWant: 0x7fffffff }));
    expect(longest.length).toBeLessThanOrEqual(1_400);
  });

  test('74 the IP field is not believed', async () => {
    const { client, connectionId, announce } = await setUp();
    const packet = announceOf(connectionId);
    packet.writeUInt32BE(0x08080808, 84);
    await client.ask(packet);
    expect(await announce({ port: 7002 })).toMatchObject({
      endpoints: [compactEndpoint(ipv4(0x7f000001), 7001)],
    });
  });

  test('76 81 84 85 86 errors, in the transaction that was asked', async () => {
    const { announce, scrape, client, connectionId } = await setUp();
    const error = (reason: string) => ({ kind: 'error', transactionId: 7, reason });
    expect(await announce({ port: 0 })).toEqual(error('port is 0'));
    expect(await announce({ port: 0, event: 'stopped' })).toMatchObject({ kind: 'announce' });
    expect(parseUdpAnswer(await scrape())).toEqual(error('info_hash is missing'));
    expect(await announce({ infoHash: 'x'.repeat(20) })).toEqual(error('not published here'));
    const unknown = announceOf(connectionId);
    unknown.writeUInt32BE(4, 8);
    expect(parseUdpAnswer(await client.ask(unknown))).toEqual(error('action is not known'));
  });

  test('77 78 left of 2^64-1 is a leecher’s, events are read', async () => {
    const { announce } = await setUp();
    expect(await announce({ left: 2n ** 64n - 1n })).toMatchObject({ leechers: 1, seeds: 0 });
    expect(await announce({ event: 'paused' })).toMatchObject({ leechers: 1 });
    expect(await announce({ event: 'completed', left: 0n })).toMatchObject({
      leechers: 0,
      seeds: 1,
    });
    expect(await announce({ event: 'stopped', left: 0n })).toMatchObject({ leechers: 0, seeds: 0 });
  });

  test('79 options behind an announce do no harm', async () => {
    const { client, connectionId } = await setUp();
    for (const tail of ['020a2f616e6e6f756e63653f', '02ff', '0100', '05']) {
      const packet = Buffer.concat([announceOf(connectionId), Buffer.from(tail, 'hex')]);
      expect(parseUdpAnswer(await client.ask(packet))).toMatchObject({ kind: 'announce' });
    }
  });

  test('80 82 83 scrapes', async () => {
    const { announce, scrape, client, connectionId } = await setUp();
    await announce({ event: 'completed', left: 0n });
    await announce({ port: 7002 });
    const published = { seeds: 1, completed: 1, leechers: 1 };
    const unknown = { seeds: 0, completed: 0, leechers: 0 };
    const other = 'x'.repeat(20);
    expect(parseUdpAnswer(await scrape(hash, other, hash))).toMatchObject({
      entries: [published, unknown, published],
    });
    for (const count of [1, 74, 75, 100]) {
      const answer = await scrape(...Array.from({ length: count }, () => hash));
      expect(answer).toHaveLength(8 + 12 * Math.min(count, 74));
    }
    const uneven = Buffer.concat([
      encodeScrapeRequest({ connectionId, transactionId: 7, infoHashes: [hash] }),
      Buffer.alloc(19),
    ]);
    expect(await client.ask(uneven)).toHaveLength(20);
  });

  test('88 89 transaction ids are exact, and what is sent again changes nothing', async () => {
    const { announce, scrape } = await setUp();
    await announce();
    const completed = { event: 'completed', left: 0n, transactionId: 0xffffffff } as const;
    for (let i = 0; i < 3; i++) {
      const answer = await announce(completed);
      expect(answer).toMatchObject({ transactionId: 0xffffffff, seeds: 1, leechers: 0 });
    }
    expect(parseUdpAnswer(await scrape(hash))).toMatchObject({ entries: [{ completed: 1 }] });
  });

  test('HTTP and UDP are doors to the same swarm', async () => {
    const { announce, httpPort } = await setUp();
    await announce();
    expect(peersOf(await announceHttp(httpPort, { port: 7002 }))).toEqual(['127.0.0.1:7001']);
    expect(await announce()).toMatchObject({ leechers: 2 });
  });

  test('the everseed is told over UDP as well', async () => {
    const { announce } = await setUp({
      everseed: { port: 6881, host: null, publicAddress: '203.0.113.7' },
    });
    expect(await announce()).toMatchObject({
      seeds: 1,
      endpoints: [compactEndpoint(ipv4(0x7f000001), 6881)],
    });
  });

  test('whatever is sent, the tracker lives', async () => {
    const { client, connectionId, udpPort } = await setUp();
    for (let length = 0; length < 300; length++) {
      const packet = randomBytes(length);
      if (length % 2 === 0) packet.set(connectionId.subarray(0, length));
      if (length >= 12) packet.writeUInt32BE(length % 5, 8);
      client.send(packet);
    }
    const other = await openUdp(udpPort);
    expect(await other.connect()).toHaveLength(8);
  });

  test('a burst of requests, more than are taken at once, is answered as single ones are', async () => {
    const { udpPort, announce } = await setUp();
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1 << 20 });
    onTestFinished(() => void socket.close());
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const requests = 200;
    const answered = new Map<number, string>();
    await new Promise<void>((resolve) => {
      socket.on('message', (packet) => {
        const answer = parseUdpAnswer(packet);
        if (answer?.kind === 'connect')
          answered.set(answer.transactionId, packet.toString('hex', 8));
        if (answered.size === requests) resolve();
      });
      for (let n = 0; n < requests; n++) {
        socket.send(encodeConnectRequest(n), udpPort, '127.0.0.1');
        // and now and then what gets no answer
        if (n % 7 === 0) socket.send(Buffer.alloc(n), udpPort, '127.0.0.1');
      }
    });
    expect(new Set(answered.values()).size).toBe(1);
    const [connectionId = ''] = answered.values();
    socket.removeAllListeners('message');
    const packet = announceOf(Buffer.from(connectionId, 'hex'), { port: 7005 });
    for (let n = 0; n < 10; n++) socket.send(packet, udpPort, '127.0.0.1');
    await once(socket, 'message');
    expect(await announce()).toMatchObject({ leechers: 2 });
  });

  test('71 of IPv6, in bursts too: records of 18 bytes', async () => {
    const { tracker, clock } = await setUp();
    const faults: unknown[] = [];
    const onFault = (error: unknown) => faults.push(error);
    const udp = udpServerAt({
      host: '::1',
      port: 0,
      tracker,
      now: () => clock.ms,
      batched,
      onFault,
    });
    const { port } = await udp.start();
    onTestFinished(() => udp.stop());
    const socket = createSocket('udp6');
    onTestFinished(() => void socket.close());
    socket.bind(0, '::1');
    await once(socket, 'listening');
    socket.send(encodeConnectRequest(1), port, '::1');
    const [connected] = (await once(socket, 'message')) as [Buffer];
    const peers = 100;
    const lengths: number[] = [];
    await new Promise<void>((resolve) => {
      socket.on('message', (packet) => {
        lengths.push(packet.length);
        if (lengths.length === peers) resolve();
      });
      for (let n = 1; n <= peers; n++) {
        const numWant = 5;
        socket.send(announceOf(connected.subarray(8), { port: n, numWant }), port, '::1');
      }
    });
    // one address has its share of the swarm, and those beyond it are answered
    expect(Math.max(...lengths)).toBe(20 + 5 * 18);
    expect(lengths.filter((length) => length === 20 + 5 * 18).length).toBeGreaterThanOrEqual(95);
    expect(faults).toEqual([]);
  });
});
