import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Candidate } from '../../source/seeding/dialer/candidates.ts';
import type { LivePublications } from '../../source/seeding/live-publications.ts';
import { PeerAdmission } from '../../source/seeding/peer-admission.ts';
import type { Leecher } from '../helpers/leecher.ts';
import { RunningSeeder, seederSettings, stopAll, unchoked } from './running-seeder.ts';
import { type TestContent, writeTestContent } from './test-content.ts';

const k = 1024;

afterEach(stopAll);

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
    await c?.fetch({ piece: 0, begin: 0, length: 16 * k });
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
  await wanting.fetch({ piece: 0, begin: 0, length: 16 * k });
  await running.leecher(content).handshake;
  await idle.closed;
  expect((await wanting.fetch({ piece: 0, begin: 0, length: 16 * k })).length).toBe(16 * k);
});

test('who says that it wants data, and asks for none, makes room', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const running = new RunningSeeder({ maxConnectionsPerPublication: 2 });
  await running.start(content);
  const asks = await unchoked(running.leecher({ ...content, from: '127.0.0.2' }));
  const waits = await unchoked(running.leecher({ ...content, from: '127.0.0.3' }));
  running.aheadMs += 6_000;
  await asks.fetch({ piece: 0, begin: 0, length: 16 * k });
  await running.leecher({ ...content, from: '127.0.0.4' }).handshake;
  await waits.closed;
  await asks.fetch({ piece: 0, begin: 0, length: 16 * k });
});

test('who waits for a slot is not idle, until it leaves one unused', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const running = new RunningSeeder({
    maxConnectionsPerPublication: 2,
    limits: { ...seederSettings.limits, uploadSlots: 1 },
  });
  await running.start(content);
  const first = await unchoked(running.leecher({ ...content, from: '127.0.0.2' }));
  const second = running.leecher({ ...content, from: '127.0.0.3' });
  second.interested();
  await vi.waitFor(() => {
    const peers = running.seeder.peers(content.content.id);
    expect(peers.filter(({ interested }) => interested)).toHaveLength(2);
  });
  await first.fetch({ piece: 0, begin: 0, length: 16 * k });
  await running.leecher({ ...content, from: '127.0.0.4' }).closed;
  // its turn is over; the other's is, too, and it has asked for nothing
  running.aheadMs += 13_000;
  await second.next(1);
  running.aheadMs += 13_000;
  await second.next(0);
  await first.next(1);
  await first.fetch({ piece: 0, begin: 0, length: 16 * k });
  await running.leecher({ ...content, from: '127.0.0.4' }).handshake;
  await second.closed;
});

test('where all are busy, the site with most peers of a publication makes room', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const running = new RunningSeeder({ maxConnectionsPerPublication: 3 });
  await running.start(content);
  const from = ['127.0.0.2', '127.0.0.3', '127.0.0.3'];
  const all: Leecher[] = [];
  for (const address of from) {
    all.push(await unchoked(running.leecher({ ...content, from: address })));
  }
  const newcomer = await unchoked(running.leecher({ ...content, from: '127.0.0.4' }));
  await all[2]?.closed;
  for (const leecher of [all[0], all[1], newcomer]) {
    await leecher?.fetch({ piece: 0, begin: 0, length: 16 * k });
  }
  await running.leecher({ ...content, from: '127.0.0.5' }).closed;
});

describe('whether a named peer is connected to', () => {
  const named = { id: 1, host: '198.51.100.1', port: 6881 } as Candidate;
  const peersOf = (count: number, outgoing: boolean) =>
    Array.from({ length: count }, (_, n) => ({
      address: { host: `203.0.113.${n}`, port: 6881 },
      listenPort: 6881,
      outgoing,
    }));
  const wants = (peers: readonly object[], most = 1_000) => {
    const live = { get: () => ({ peers: new Set(peers) }) } as unknown as LivePublications;
    return new PeerAdmission(live, most, () => 0).wants(named);
  };

  test('depends on how many were, however many came by themselves', () => {
    expect(wants(peersOf(200, false))).toBe(true);
    expect(wants([...peersOf(200, false), ...peersOf(99, true)])).toBe(true);
    expect(wants([...peersOf(200, false), ...peersOf(100, true)])).toBe(false);
  });

  test('and on whether there is room, and it is there already', () => {
    expect(wants(peersOf(50, false), 50)).toBe(false);
    expect(wants([{ address: named, listenPort: 6881, outgoing: false }])).toBe(false);
    expect(wants([{ address: named, listenPort: 6882, outgoing: false }])).toBe(true);
  });
});
