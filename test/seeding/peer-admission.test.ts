import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Leecher } from '../helpers/leecher.ts';
import { RunningSeeder, stopAll, unchoked } from './running-seeder.ts';
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
  await running.leecher(content).handshake;
  await idle.closed;
  expect((await wanting.fetch({ piece: 0, begin: 0, length: 16 * k })).length).toBe(16 * k);
});
