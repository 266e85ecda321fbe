import { expect, test } from 'vitest';
import { SwarmPeers } from '../../source/engine/swarm-peers.ts';

const address = { host: '192.0.2.1', port: 6881 };

function setUp(leechers = async () => [address]) {
  const clock = { now: 0 };
  const told: string[] = [];
  const faults: unknown[] = [];
  const asked: string[] = [];
  const peers = new SwarmPeers({
    leechers: (infoHash) => {
      asked.push(infoHash);
      return leechers();
    },
    onPeers: (infoHash) => told.push(infoHash),
    onFault: (error) => faults.push(error),
    now: () => clock.now,
  });
  const tickAt = async (now: number) => {
    clock.now = now;
    peers.tick();
    await new Promise(setImmediate);
  };
  return { peers, told, asked, faults, tickAt };
}

test('a swarm with leechers is looked at soon after it changes, and now and then', async () => {
  const { peers, told, tickAt } = setUp();
  peers.changed('aa', 1);
  peers.changed('bb', 0);
  await tickAt(0);
  expect(told).toEqual(['aa']);
  peers.changed('aa', 2);
  await tickAt(14_999);
  expect(told).toHaveLength(1);
  await tickAt(15_000);
  expect(told).toHaveLength(2);
  await tickAt(134_999);
  expect(told).toHaveLength(2);
  await tickAt(135_000);
  expect(told).toHaveLength(3);
  peers.changed('aa', 0);
  await tickAt(1_000_000);
  expect(told).toHaveLength(3);
});

test('many swarms are looked at a few at a time', async () => {
  const { peers, asked, tickAt } = setUp();
  for (let n = 0; n < 50; n++) peers.changed(String(n), 1);
  await tickAt(0);
  expect(asked).toHaveLength(20);
  await tickAt(1_000);
  await tickAt(2_000);
  expect(new Set(asked).size).toBe(50);
});

test('nobody is told of nobody, or of what failed', async () => {
  const empty = setUp(async () => []);
  empty.peers.changed('aa', 1);
  await empty.tickAt(0);
  expect([empty.asked, empty.told]).toEqual([['aa'], []]);
  const failing = setUp(() => Promise.reject(new Error('thread ended')));
  failing.peers.changed('aa', 1);
  await failing.tickAt(0);
  expect(failing.faults).toHaveLength(1);
});
