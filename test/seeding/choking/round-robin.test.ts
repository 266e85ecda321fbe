import { describe, expect, test } from 'vitest';
import { turnMs } from '../../../source/seeding/choking/choker-peer.ts';
import { rotationsPerSecond } from '../../../source/seeding/choking/decide-slots.ts';
import { roundRobin } from '../../../source/seeding/choking/round-robin.ts';
import { names, testPeer as peer, simulate, type TestPeer } from './simulation.ts';

const decide = (peers: TestPeer[], slots: number, now: number, rotations: number) =>
  roundRobin(peers, { slots, now, rotations });

describe('while there are free slots', () => {
  test('whoever is interested gets one at once', () => {
    const peers = [peer('a'), peer('b', { interested: false }), peer('c')];
    const { choke, optimistic } = decide(peers, 4, 1000, 0);
    expect(names(optimistic)).toEqual(['a', 'c']);
    expect(choke).toEqual([]);
  });

  test('who lost interest gives its slot to who waits longest', () => {
    const peers = [
      peer('done', { choked: false, interested: false }),
      peer('late', { since: 20 }),
      peer('early', { since: 10 }),
    ];
    const { choke, optimistic } = decide(peers, 1, 1000, 0);
    expect(names(choke)).toEqual(['done']);
    expect(names(optimistic)).toEqual(['early']);
  });

  test('who is barred gets none until then', () => {
    const peers = [peer('barred', { barredUntil: 2000 })];
    expect(decide(peers, 1, 1999, 1).optimistic).toEqual([]);
    expect(decide(peers, 1, 2000, 1).optimistic).toHaveLength(1);
  });
});

describe('when all slots are taken', () => {
  test('nobody loses a turn that has just begun', () => {
    const peers = [peer('served', { choked: false, since: 0 }), peer('waits')];
    expect(decide(peers, 1, turnMs - 1, 1)).toEqual({ choke: [], earned: [], optimistic: [] });
    expect(names(decide(peers, 1, turnMs, 1).choke)).toEqual(['served']);
    expect(names(decide(peers, 1, turnMs, 1).optimistic)).toEqual(['waits']);
  });

  test('nobody loses a slot that nobody waits for', () => {
    const peers = [peer('served', { choked: false, since: 0 })];
    expect(decide(peers, 1, 10 * turnMs, 1).choke).toEqual([]);
  });

  test('slots that are taken away are taken after their turns', () => {
    const peers = [1, 2, 3].map((n) => peer(`${n}`, { choked: false, since: n }));
    expect(decide(peers, 1, turnMs, 3).choke).toEqual([]);
    expect(names(decide(peers, 1, turnMs + 3, 3).choke)).toEqual(['1', '2']);
  });

  test.each([
    { slots: 1, count: 5 },
    { slots: 8, count: 50 },
    { slots: 20, count: 500 },
    { slots: 40, count: 43 },
  ])(
    '$count peers share $slots slots fairly, which change hands one by one',
    ({ slots, count }) => {
      const peers = Array.from({ length: count }, (_, index) => peer(`${index}`));
      const seconds = 3_000;
      let changed = 0;
      let choked = peers;
      simulate(roundRobin, peers, { slots, seconds }, (second) => {
        if (second === 1) return;
        const served = peers.filter((one) => !one.choked);
        expect(served).toHaveLength(slots);
        const fresh = served.filter((one) => choked.includes(one)).length;
        if (second > 2) changed = Math.max(changed, fresh);
        choked = peers.filter((one) => one.choked);
      });
      const fair = (seconds * slots) / count;
      for (const one of peers) {
        expect(one.served).toBeGreaterThan(0.8 * fair);
        expect(one.served).toBeLessThan(1.25 * fair);
      }
      expect(changed).toBeGreaterThan(0);
      expect(changed).toBeLessThanOrEqual(rotationsPerSecond(slots));
    },
  );
});
