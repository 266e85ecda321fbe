import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SwarmCounts } from '../../source/tracker/announce.ts';
import {
  type BrowserAnnouncement,
  type BrowserLimits,
  BrowserSwarms,
} from '../../source/tracker/browser-swarms.ts';
import { seededRandom } from './seeded-random.ts';

const hash = 'h'.repeat(20);

function setUp(limits: Partial<BrowserLimits> = {}) {
  const counts = new Map<string, SwarmCounts>();
  const swarms = new BrowserSwarms<string>({
    limits: { inSwarm: 1_000, inAll: 10_000, ofConnection: 100, ...limits },
    now: () => 0,
    random: seededRandom(1),
    onCountsChanged: (infoHash, changed) => counts.set(infoHash, changed),
  });
  /** A peer named as its connection. */
  const join = (peerId: string, more: Partial<BrowserAnnouncement> = {}, infoHash = hash) =>
    swarms.announce(peerId, infoHash, { peerId, role: 'downloader', event: null, ...more });
  return { swarms, counts, join };
}

test('peers are counted by role, and gone with their connection', () => {
  const { swarms, counts, join } = setUp();
  join('a');
  join('b', { role: 'seed' });
  join('c', { role: 'partialSeed' });
  expect(counts.get(hash)).toEqual({ seeds: 1, leechers: 2, partialSeeds: 1 });
  join('a', { role: 'seed' });
  expect(counts.get(hash)).toEqual({ seeds: 2, leechers: 1, partialSeeds: 1 });
  swarms.closed('a');
  swarms.closed('b');
  join('c', { event: 'stopped' });
  expect(counts.get(hash)).toEqual({ seeds: 0, leechers: 0, partialSeeds: 0 });
  expect(swarms.size).toBe(0);
});

test('a completion counts once, of who was seen downloading', () => {
  const { join } = setUp();
  expect(join('a', { role: 'seed', event: 'completed' }).finished).toBe(false);
  join('b');
  expect(join('b', { role: 'seed', event: 'completed' }).finished).toBe(true);
  join('b');
  expect(join('b', { role: 'seed', event: 'completed' }).finished).toBe(false);
});

test('90 each offer goes to another peer, none to its own connection', () => {
  const { swarms, join } = setUp();
  for (const peer of ['a', 'b', 'c', 'd']) join(peer);
  swarms.announce('a', hash, { peerId: 'a2', role: 'downloader', event: null });
  const others = swarms.offer(hash, 'a', ['1', '2', '3', '4', '5']);
  expect(others.toSorted()).toEqual(['b', 'c', 'd']);
  expect(swarms.offer(hash, 'a', ['1'])).toHaveLength(1);
  expect(swarms.offer(hash, 'nobody', ['1'])).toEqual([]);
});

test('seeds are not offered to seeds', () => {
  const { swarms, join } = setUp();
  join('a', { role: 'seed' });
  join('b', { role: 'seed' });
  join('c');
  expect(swarms.offer(hash, 'a', ['1', '2'])).toEqual(['c']);
  expect(swarms.offer(hash, 'c', ['1', '2']).toSorted()).toEqual(['a', 'b']);
});

test('91 an answer goes back once, from whom the offer was handed to', () => {
  const { swarms, join } = setUp();
  for (const peer of ['a', 'b', 'c']) join(peer);
  const [first = '', second = ''] = swarms.offer(hash, 'a', ['1', '2']);
  const answer = (from: string, offerId: string, connection = from) =>
    swarms.answer(connection, hash, { peerId: from, toPeerId: 'a', offerId });
  expect(answer(second, '1')).toBeNull();
  expect(answer(first, '3')).toBeNull();
  expect(answer(first, '1', second)).toBeNull();
  expect(swarms.answer(first, hash, { peerId: first, toPeerId: 'x', offerId: '1' })).toBeNull();
  expect(answer(first, '1')).toBe('a');
  expect(answer(first, '1')).toBeNull();
  swarms.closed('a');
  expect(answer(second, '2')).toBeNull();
});

test('offers that nobody answers are forgotten', () => {
  const { swarms, join } = setUp();
  for (const peer of ['a', 'b']) join(peer);
  for (let n = 0; n < 60; n++) swarms.offer(hash, 'a', [String(n)]);
  const answer = (offerId: string) =>
    swarms.answer('b', hash, { peerId: 'b', toPeerId: 'a', offerId });
  expect(answer('9')).toBeNull();
  expect(answer('10')).toBe('a');
});

test('94 a peer id belongs to the connection it came by', () => {
  const { swarms, counts, join } = setUp();
  join('a');
  const other = { peerId: 'a', role: 'seed', event: 'stopped' } as const;
  expect(swarms.announce('b', hash, other)).toMatchObject({ taken: true });
  expect(counts.get(hash)).toMatchObject({ leechers: 1 });
});

test('how many peers there are is limited', () => {
  const { swarms, counts, join } = setUp({ inSwarm: 3, inAll: 5, ofConnection: 2 });
  for (const peer of ['a', 'b', 'c', 'd']) join(peer);
  expect(counts.get(hash)).toMatchObject({ leechers: 3 });
  join('a', {}, 'i'.repeat(20));
  join('a', {}, 'j'.repeat(20));
  join('e', {}, 'k'.repeat(20));
  join('f', {}, 'l'.repeat(20));
  expect(swarms.size).toBe(5);
  expect(counts.has('j'.repeat(20))).toBe(false);
});

test('counts and choices hold whatever happens', () => {
  const act = fc.record({
    peer: fc.integer({ min: 0, max: 9 }),
    role: fc.constantFrom('seed', 'downloader', 'partialSeed'),
    event: fc.constantFrom(null, 'stopped', 'completed', 'closed'),
  });
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const { swarms, counts, join } = setUp();
      const model = new Map<string, string>();
      for (const { peer, role, event } of acts) {
        const peerId = String(peer);
        if (event === 'closed') swarms.closed(peerId);
        else join(peerId, { role, event } as Partial<BrowserAnnouncement>);
        if (event === 'closed' || event === 'stopped') model.delete(peerId);
        else model.set(peerId, role);
        expect(swarms.size).toBe(model.size);
        const told = swarms.offer(hash, peerId, ['1', '2', '3']);
        expect(new Set(told).size).toBe(told.length);
        expect(told.every((other) => other !== peerId && model.has(other))).toBe(true);
      }
      const count = (role: string) => [...model.values()].filter((one) => one === role).length;
      const { seeds = 0, leechers = 0, partialSeeds = 0 } = counts.get(hash) ?? {};
      expect([seeds, leechers, partialSeeds]).toEqual([
        count('seed'),
        count('downloader') + count('partialSeed'),
        count('partialSeed'),
      ]);
    }),
  );
});
