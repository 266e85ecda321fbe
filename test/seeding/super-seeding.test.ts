import { describe, expect, test } from 'vitest';
import { SuperSeeding } from '../../source/seeding/super-seeding.ts';

/** Numbers that look random, the same in every run. */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function setUp(pieces: number) {
  const offers: [peer: string, piece: number][] = [];
  const seeding = new SuperSeeding<string>(
    pieces,
    (peer, piece) => offers.push([peer, piece]),
    numbers(),
  );
  const take = (peer: string) => offers.filter(([to]) => to === peer).map(([, piece]) => piece);
  return { seeding, offers, take };
}

test('a peer is offered some pieces, others than those of the next one', () => {
  const { seeding, take } = setUp(100);
  for (const peer of ['a', 'b', 'c']) {
    seeding.join(peer, 0);
    seeding.has(peer, [], 0);
  }
  const all = ['a', 'b', 'c'].flatMap(take);
  expect(all).toHaveLength(9);
  expect(new Set(all).size).toBe(9);
});

test('the next piece comes when another peer has got one of them', () => {
  const { seeding, take } = setUp(100);
  seeding.join('a', 0);
  seeding.join('b', 0);
  seeding.has('a', [], 0);
  const [first = -1] = take('a');
  seeding.has('a', [first], 1);
  expect(take('a')).toHaveLength(3);
  seeding.has('b', [first], 2);
  expect(take('a')).toHaveLength(4);
  expect(seeding.offered('a', first)).toBe(true);
  expect(seeding.offered('b', first)).toBe(false);
});

test('one who is alone goes on with what it has got', () => {
  const { seeding, take } = setUp(10);
  seeding.join('a', 0);
  seeding.has('a', [], 0);
  for (let n = 0; n < 10; n++) seeding.has('a', [take('a')[n] ?? -1], n);
  expect(new Set(take('a')).size).toBe(10);
});

test('what others have is offered only to those who get nothing from them', () => {
  const { seeding, take } = setUp(4);
  seeding.join('all', 0);
  seeding.has('all', [0, 1, 2, 3], 0);
  seeding.join('a', 0);
  seeding.has('a', [], 0);
  expect(take('a')).toEqual([]);
  seeding.tick(14_999);
  expect(take('a')).toEqual([]);
  seeding.tick(15_000);
  expect(take('a')).toHaveLength(1);
  seeding.tick(20_000);
  expect(take('a')).toHaveLength(1);
});

test('what a peer was to get is offered to others when it leaves', () => {
  const { seeding, take } = setUp(3);
  seeding.join('a', 0);
  seeding.has('a', [], 0);
  seeding.join('b', 0);
  seeding.has('b', [], 0);
  expect(take('b')).toEqual([]);
  seeding.leave('a');
  seeding.tick(1);
  expect(take('b').sort()).toEqual([0, 1, 2]);
});

describe('a swarm', () => {
  test.each([2, 10, 30])('of %d gets all, for little more than one copy', (count) => {
    const pieces = 400;
    const random = numbers();
    const peers = Array.from({ length: count }, () => ({
      has: new Set<number>(),
      offered: [] as number[],
    }));
    let sent = 0;
    const seeding = new SuperSeeding<(typeof peers)[number]>(
      pieces,
      (peer, piece) => peer.offered.push(piece),
      random,
    );
    for (const peer of peers) {
      seeding.join(peer, 0);
      seeding.has(peer, [], 0);
    }
    let round = 0;
    for (; peers.some(({ has }) => has.size < pieces) && round < 20_000; round++) {
      const now = round * 100;
      for (const peer of peers) {
        // from the seed, and from somebody else, a piece each
        const offered = peer.offered.shift();
        if (offered !== undefined && !peer.has.has(offered)) {
          sent++;
          peer.has.add(offered);
          seeding.has(peer, [offered], now);
        }
        const other = peers[Math.floor(random() * count)];
        const wanted = [...(other?.has ?? [])].find((piece) => !peer.has.has(piece));
        if (wanted === undefined) continue;
        peer.has.add(wanted);
        seeding.has(peer, [wanted], now);
      }
      if (round % 10 === 0) seeding.tick(now);
    }
    expect(peers.every(({ has }) => has.size === pieces)).toBe(true);
    expect(sent / pieces).toBeLessThan(1.1);
  });
});
