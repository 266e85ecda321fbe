import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import type { Leecher } from '../helpers/leecher.ts';
import {
  messageId as id,
  RunningSeeder,
  seederSettings,
  seeding,
  stopAll,
  unchoked,
} from './running-seeder.ts';
import { writeTestContent } from './test-content.ts';

const k = 1024;

afterEach(stopAll);

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

  test('peers that want nothing, or say so and ask for nothing, are closed after ten minutes', async () => {
    const content = writeTestContent([100 * k], 32 * k);
    const running = await seeding(content);
    const all = [1, 2, 3, 4].map(() => running.leecher(content));
    const [idle, interested, fetching, asking] = all as [Leecher, Leecher, Leecher, Leecher];
    await unchoked(interested);
    await unchoked(fetching);
    asking.send(20, '\0d1:md11:ut_metadatai9eee');
    await Promise.all([idle, asking].map((leecher) => leecher.next(id.extended)));
    for (let minute = 1; minute <= 10; minute++) {
      running.aheadMs += 61_000;
      for (const leecher of all) leecher.send(9, Buffer.of(0, 1));
      await fetching.fetch({ piece: 0, begin: 0, length: 16 * k });
      asking.send(20, '\x01d8:msg_typei0e5:piecei0ee');
      await asking.next(id.extended);
    }
    await idle.closed;
    await interested.closed;
    await fetching.fetch({ piece: 0, begin: 0, length: 16 * k });
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

describe('when super-seeding ends', () => {
  const superSeeded = () => {
    const written = writeTestContent([6 * 32 * k], 32 * k);
    return { ...written, content: { ...written.content, superSeeding: true } };
  };
  const told = async (leecher: Leecher, count: number) => {
    const pieces: number[] = [];
    while (pieces.length < count) pieces.push((await leecher.next(id.have)).readUInt32BE(0));
    return pieces;
  };

  test('peers are told of all, and served it, on the same connection', async () => {
    const content = superSeeded();
    const running = await seeding(content);
    const leecher = running.leecher(content);
    leecher.send(15);
    const first = await told(leecher, 3);
    await unchoked(leecher);
    running.seeder.setSuperSeeding(content.content.id, false);
    const rest = await told(leecher, 3);
    expect([...first, ...rest].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    const [piece = 0] = rest;
    const data = await leecher.fetch({ piece, begin: 0, length: 16 * k });
    expect(data.equals(content.bytes.subarray(piece * 32 * k, piece * 32 * k + 16 * k))).toBe(true);
    expect(running.released).toEqual([]);
  });

  test('by itself, since others have every piece, that is told', async () => {
    const content = superSeeded();
    const running = await seeding(content);
    const [one, two] = [running.leecher(content), running.leecher(content)];
    const pieces: number[] = [];
    for (const leecher of [one, two]) {
      leecher.send(15);
      pieces.push(...(await told(leecher, 3)));
    }
    for (const leecher of [one, two])
      for (const piece of pieces.slice(0, 5)) leecher.send(id.have, piece);
    const [last = 0] = pieces.slice(5);
    two.send(id.have, last);
    one.send(id.have, last);
    await Promise.all([one.closed, two.closed]);
    expect(running.released).toEqual([]);
    running.aheadMs += 30_000;
    // it stays loaded as long as somebody is there
    const three = running.leecher(content);
    three.send(15);
    await three.handshake;
    running.aheadMs += 31_000;
    await vi.waitUntil(() => running.released.length > 0, { timeout: 10_000 });
    expect(running.released).toEqual([content.content.id]);
    expect((await told(three, 6)).sort()).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test('and when it begins, peers have to come again', async () => {
    const content = superSeeded();
    content.content.superSeeding = false;
    const running = await seeding(content);
    const leecher = running.leecher(content);
    await leecher.next(id.haveAll);
    content.content.superSeeding = true;
    running.seeder.setSuperSeeding(content.content.id, true);
    await leecher.closed;
    const again = running.leecher(content);
    again.send(15);
    expect(await told(again, 3)).toHaveLength(3);
  });
});
