import { describe, expect, onTestFinished, test, vi } from 'vitest';
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

test('peers that reach nobody else get ever more, and so have all before long', () => {
  const pieces = 1_000;
  const peers = ['a', 'b', 'c'];
  const { seeding, offers } = setUp(pieces);
  for (const peer of peers) {
    seeding.join(peer, 0);
    seeding.has(peer, [], 0);
  }
  let taken = 0;
  let second = 0;
  for (; taken < peers.length * pieces && second < 600; second++) {
    for (; taken < offers.length; taken++) {
      const [peer, piece] = offers[taken] ?? ['', 0];
      seeding.has(peer, [piece], second * 1_000);
    }
    seeding.tick(second * 1_000);
  }
  expect(taken).toBe(peers.length * pieces);
  expect(second).toBeLessThan(200);
});

test('who begins to exchange pieces is not given many any more', () => {
  const { seeding, take } = setUp(1_000);
  seeding.join('a', 0);
  seeding.has('a', [], 0);
  seeding.join('b', 0);
  seeding.has('b', [], 0);
  let now = 0;
  for (; take('a').length < 30; now += 1_000) {
    seeding.has('a', take('a'), now);
    seeding.tick(now);
  }
  seeding.has('a', take('a'), now);
  // it got one from elsewhere
  const other = Array.from({ length: 1_000 }, (_, n) => n).find((n) => !seeding.offered('a', n));
  seeding.has('a', [other ?? 0], now);
  const before = take('a').length;
  for (let second = 0; second < 16; second++) seeding.tick(now + second * 1_000);
  expect(take('a').length).toBe(before + 1);
});

describe('it is over', () => {
  const minute = 60_000;

  test('a minute after each piece came to somebody from here, and from there to another', () => {
    const { seeding, take } = setUp(4);
    for (const peer of ['a', 'b']) {
      seeding.join(peer, 0);
      seeding.has(peer, [], 0);
    }
    const all = [0, 1, 2, 3];
    seeding.has('a', take('a'), 0);
    seeding.has('b', take('b'), 0);
    expect(seeding.isOver(minute)).toBe(false);
    seeding.has('a', all, 1_000);
    expect(seeding.isOver(1_000 + minute)).toBe(false);
    seeding.has('b', all, 2_000);
    expect(seeding.isOver(2_000 + minute - 1)).toBe(false);
    expect(seeding.isOver(2_000 + minute)).toBe(true);
    seeding.leave('a');
    seeding.leave('b');
    expect(seeding.isOver(2_000 + minute)).toBe(true);
  });

  test('not since one or two say that they have all', () => {
    const { seeding } = setUp(4);
    for (const peer of ['a', 'b', 'c']) {
      expect(seeding.isOver(10 * minute)).toBe(false);
      seeding.join(peer, 0);
      seeding.has(peer, [0, 1, 2, 3], 0);
      seeding.leave(peer);
    }
    expect(seeding.isOver(minute)).toBe(true);
  });
});

test('a bitfield costs what its pieces and what the other peers were offered cost, not both for each', () => {
  const pieces = Array.from({ length: 10_000 }, (_, piece) => piece);
  const { seeding, offers } = setUp(pieces.length);
  for (let peer = 0; peer < 50; peer++) {
    seeding.join(`${peer}`, 0);
    seeding.has(`${peer}`, [], 0);
  }
  const closing = vi.spyOn(Set.prototype, 'delete');
  onTestFinished(() => closing.mockRestore());
  for (const seed of ['one', 'another']) {
    seeding.join(seed, 0);
    seeding.has(seed, pieces, 0);
  }
  expect(offers).toHaveLength(150);
  expect(closing.mock.calls.length).toBeGreaterThanOrEqual(150);
  expect(closing.mock.calls.length).toBeLessThan(1_000);
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
