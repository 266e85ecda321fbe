import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { getInteger } from '../../../source/bencode/dictionary.ts';
import { announceHttp, countsIn, openUdpClient, peersIn, scrapeHttp } from './clients.ts';
import { newHash, startProgram } from './tracker-under-test.ts';

/** What only time does to a swarm, checks 27, 101 and 102, at the shortest interval that can be set. */

const interval = 10;

test('check 27, 101, 102: who is silent disappears, though nobody asks, and who comes back in time stays', {
  timeout: 120_000,
}, async () => {
  await using running = await startProgram({ interval });
  const [silent, completed, kept] = [newHash(), newHash(), newHash()];
  await announceHttp(running, { infoHash: silent });
  await announceHttp(running, { infoHash: silent, from: '::1', peerId: '6'.repeat(20), left: 0 });
  const udp = await openUdpClient(running, '127.0.0.2');
  await udp.announce(await udp.connectionId(), { infoHash: silent });
  await announceHttp(running, { infoHash: completed });
  await announceHttp(running, { infoHash: completed, left: 0, more: '&event=completed' });
  await announceHttp(running, { infoHash: completed, left: 0, more: '&event=stopped' });
  const stays = { infoHash: kept, peerId: 's'.repeat(20) };
  let told = await announceHttp(running, stays);
  expect(await running.facts()).toMatchObject({ peersIPv6: 1 });

  // nobody asks about the others; until these are gone it is known who completed, for that not to be
  // counted twice
  const deadline = performance.now() + 90_000;
  for (;;) {
    const seconds = getInteger(told, 'interval') ?? 0;
    expect(Math.abs(seconds - interval)).toBeLessThanOrEqual(1);
    await sleep(seconds * 1000);
    const { activeTorrents, peersIPv4, peersIPv6 } = await running.facts();
    const files = await scrapeHttp(running, [kept]);
    expect(countsIn(files.get(kept) ?? new Map()).incomplete).toBe(1);
    told = await announceHttp(running, stays);
    if (activeTorrents === 1 && peersIPv4 === 1 && peersIPv6 === 0) break;
    if (performance.now() > deadline) throw new Error('silent peers did not expire');
  }

  const files = await scrapeHttp(running, [silent, completed]);
  const none = { complete: 0, incomplete: 0, downloaded: 0 };
  expect(countsIn(files.get(silent) ?? new Map())).toEqual(none);
  // the swarm is freed, and its count is not
  expect(countsIn(files.get(completed) ?? new Map())).toEqual({ ...none, downloaded: 1 });
  expect(peersIn(await announceHttp(running, { infoHash: silent, port: 2 }))).toEqual([]);
  expect(
    peersIn(await announceHttp(running, { ...stays, port: 3, peerId: 'o'.repeat(20) })),
  ).toEqual(['127.0.0.1:7001']);
});
