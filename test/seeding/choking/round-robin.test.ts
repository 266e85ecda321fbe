import { describe, expect, test } from 'vitest';
import {
  type ChokerPeer,
  decideSlots,
  rotationsPerSecond,
  turnMs,
} from '../../../source/seeding/choking/round-robin.ts';

interface Peer extends ChokerPeer {
  name: string;
  interested: boolean;
  choked: boolean;
  since: number;
  served: number;
}

function peer(name: string, changes: Partial<Peer> = {}): Peer {
  return { name, interested: true, choked: true, since: 0, barredUntil: 0, served: 0, ...changes };
}

function names(peers: Peer[]): string[] {
  return peers.map(({ name }) => name);
}

function apply(peers: Peer[], slots: number, now: number, rotations: number): void {
  const { choke, unchoke } = decideSlots(peers, slots, now, rotations);
  for (const one of choke) Object.assign(one, { choked: true, since: now });
  for (const one of unchoke) Object.assign(one, { choked: false, since: now });
}

describe('while there are free slots', () => {
  test('whoever is interested gets one at once', () => {
    const peers = [peer('a'), peer('b', { interested: false }), peer('c')];
    const { choke, unchoke } = decideSlots(peers, 4, 1000, 0);
    expect(names(unchoke)).toEqual(['a', 'c']);
    expect(choke).toEqual([]);
  });

  test('who lost interest gives its slot to who waits longest', () => {
    const peers = [
      peer('done', { choked: false, interested: false }),
      peer('late', { since: 20 }),
      peer('early', { since: 10 }),
    ];
    const { choke, unchoke } = decideSlots(peers, 1, 1000, 0);
    expect(names(choke)).toEqual(['done']);
    expect(names(unchoke)).toEqual(['early']);
  });

  test('who is barred gets none until then', () => {
    const peers = [peer('barred', { barredUntil: 2000 })];
    expect(decideSlots(peers, 1, 1999, 1).unchoke).toEqual([]);
    expect(decideSlots(peers, 1, 2000, 1).unchoke).toHaveLength(1);
  });
});

describe('when all slots are taken', () => {
  test('nobody loses a turn that has just begun', () => {
    const peers = [peer('served', { choked: false, since: 0 }), peer('waits')];
    expect(decideSlots(peers, 1, turnMs - 1, 1)).toEqual({ choke: [], unchoke: [] });
    expect(names(decideSlots(peers, 1, turnMs, 1).choke)).toEqual(['served']);
    expect(names(decideSlots(peers, 1, turnMs, 1).unchoke)).toEqual(['waits']);
  });

  test('nobody loses a slot that nobody waits for', () => {
    const peers = [peer('served', { choked: false, since: 0 })];
    expect(decideSlots(peers, 1, 10 * turnMs, 1).choke).toEqual([]);
  });

  test('slots that are taken away are taken', () => {
    const peers = [1, 2, 3].map((n) => peer(`${n}`, { choked: false }));
    expect(decideSlots(peers, 1, 0, 0).unchoke).toEqual([]);
  });

  test.each([
    { slots: 1, count: 5 },
    { slots: 8, count: 50 },
    { slots: 40, count: 43 },
  ])('$count peers share $slots slots fairly', ({ slots, count }) => {
    const peers = Array.from({ length: count }, (_, index) => peer(`${index}`));
    const seconds = 1200;
    let changes = 0;
    for (let second = 0; second < seconds; second++) {
      const before = peers.filter(({ choked }) => choked);
      apply(peers, slots, second * 1000, rotationsPerSecond(slots));
      const served = peers.filter(({ choked }) => !choked);
      expect(served).toHaveLength(slots);
      changes = Math.max(changes, second > 0 ? served.filter((p) => before.includes(p)).length : 0);
      for (const one of served) one.served++;
    }
    const fair = (seconds * slots) / count;
    for (const one of peers) {
      expect(one.served).toBeGreaterThan(0.8 * fair);
      expect(one.served).toBeLessThan(1.25 * fair);
    }
    expect(changes).toBeLessThanOrEqual(rotationsPerSecond(slots));
  });
});
