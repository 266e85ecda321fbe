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

/** A browser's connection; without a party, from an address that no other comes from. */
class Connection {
  readonly name: string;
  readonly party: string;

  constructor(name: string, party = name) {
    this.name = name;
    this.party = party;
  }
}

function setUp(limits: Partial<BrowserLimits> = {}) {
  const counts = new Map<string, SwarmCounts>();
  const connections = new Map<string, Connection>();
  const connectionOf = (name: string): Connection => {
    const connection = connections.get(name) ?? new Connection(name);
    connections.set(name, connection);
    return connection;
  };
  const swarms = new BrowserSwarms<Connection>({
    limits: {
      ...{ inSwarm: 1_000, inAll: 10_000, ofConnection: 100 },
      ...{ ofPartyInSwarm: 100, ofPartyInAll: 1_000 },
      ...limits,
    },
    now: () => 0,
    random: seededRandom(1),
    onCountsChanged: (infoHash, changed) => counts.set(infoHash, changed),
  });
  /** A peer named as its connection. */
  const join = (peerId: string, more: Partial<BrowserAnnouncement> = {}, infoHash = hash) =>
    announce(connectionOf(peerId), peerId, more, infoHash);
  const announce = (
    connection: Connection,
    peerId: string,
    more: Partial<BrowserAnnouncement> = {},
    infoHash = hash,
  ) => swarms.announce(connection, infoHash, { peerId, role: 'downloader', event: null, ...more });
  /** The names of the connections that offers go to. */
  const offer = (peerId: string, offerIds: string[]) =>
    swarms.offer(hash, peerId, offerIds).map(({ name }) => name);
  const close = (name: string) => swarms.closed(connectionOf(name));
  return { swarms, counts, connectionOf, announce, join, offer, close };
}

test('peers are counted by role, and gone with their connection', () => {
  const { swarms, counts, join, close } = setUp();
  join('a');
  join('b', { role: 'seed' });
  join('c', { role: 'partialSeed' });
  expect(counts.get(hash)).toEqual({ seeds: 1, leechers: 2, partialSeeds: 1 });
  join('a', { role: 'seed' });
  expect(counts.get(hash)).toEqual({ seeds: 2, leechers: 1, partialSeeds: 1 });
  close('a');
  close('b');
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
  const { join, offer } = setUp();
  for (const peer of ['a', 'b', 'c', 'd']) join(peer);
  const others = offer('a', ['1', '2', '3', '4', '5']);
  expect(others.toSorted()).toEqual(['b', 'c', 'd']);
  expect(offer('a', ['1'])).toHaveLength(1);
  expect(offer('nobody', ['1'])).toEqual([]);
});

test('seeds are not offered to seeds', () => {
  const { join, offer } = setUp();
  join('a', { role: 'seed' });
  join('b', { role: 'seed' });
  join('c');
  expect(offer('a', ['1', '2'])).toEqual(['c']);
  expect(offer('c', ['1', '2']).toSorted()).toEqual(['a', 'b']);
});

test('91 an answer goes back once, from whom the offer was handed to', () => {
  const { swarms, connectionOf, join, offer, close } = setUp();
  for (const peer of ['a', 'b', 'c']) join(peer);
  const [first = '', second = ''] = offer('a', ['1', '2']);
  const answer = (from: string, offerId: string, connection = from, toPeerId = 'a') =>
    swarms.answer(connectionOf(connection), hash, { peerId: from, toPeerId, offerId })?.name ??
    null;
  expect(answer(second, '1')).toBeNull();
  expect(answer(first, '3')).toBeNull();
  expect(answer(first, '1', second)).toBeNull();
  expect(answer(first, '1', first, 'x')).toBeNull();
  expect(answer(first, '1')).toBe('a');
  expect(answer(first, '1')).toBeNull();
  close('a');
  expect(answer(second, '2')).toBeNull();
});

test('offers that nobody answers are forgotten', () => {
  const { swarms, connectionOf, join, offer } = setUp();
  for (const peer of ['a', 'b']) join(peer);
  for (let n = 0; n < 60; n++) offer('a', [String(n)]);
  const answer = (offerId: string) =>
    swarms.answer(connectionOf('b'), hash, { peerId: 'b', toPeerId: 'a', offerId });
  expect(answer('9')).toBeNull();
  expect(answer('10')?.name).toBe('a');
});

test('94 a peer id belongs to the address it came from', () => {
  const { counts, announce, connectionOf, join } = setUp();
  join('a');
  const stopped = { role: 'seed', event: 'stopped' } as const;
  expect(announce(connectionOf('b'), 'a', stopped)).toMatchObject({ conflict: 'idTaken' });
  expect(counts.get(hash)).toMatchObject({ leechers: 1 });
});

test('94 who comes again from its address is the same peer, also before the old connection ends', () => {
  const { swarms, counts, announce, join } = setUp();
  const [old, again] = [new Connection('old', 'home'), new Connection('again', 'home')];
  announce(old, 'a');
  announce(old, 'a', { role: 'seed', event: 'completed' });
  join('b');
  swarms.offer(hash, 'a', ['1']);
  expect(announce(again, 'a')).toMatchObject({ conflict: null, announcedAt: 0 });
  expect(announce(again, 'a', { role: 'seed', event: 'completed' }).finished).toBe(false);
  swarms.closed(old);
  expect(counts.get(hash)).toMatchObject({ seeds: 1, leechers: 1 });
  expect(swarms.offer(hash, 'b', ['2'])).toEqual([again]);
  // the offer was made by who is gone
  const answered = { peerId: 'b', toPeerId: 'a', offerId: '1' };
  expect(swarms.answer(swarms.offer(hash, 'a', ['3'])[0] ?? old, hash, answered)).toBeNull();
  swarms.closed(again);
  expect(counts.get(hash)).toMatchObject({ seeds: 0, leechers: 1 });
});

test('a connection has one peer id in a swarm', () => {
  const { swarms, announce, connectionOf } = setUp();
  const one = connectionOf('a');
  announce(one, 'a');
  expect(announce(one, 'a2')).toMatchObject({ conflict: 'secondId' });
  expect(announce(one, 'a2', {}, 'i'.repeat(20))).toMatchObject({ conflict: null });
  announce(one, 'a', { event: 'stopped' });
  expect(announce(one, 'a2')).toMatchObject({ conflict: null });
  expect(swarms.size).toBe(2);
});

test('those of one address share what it may have', () => {
  const { swarms, counts, announce, join } = setUp({ ofPartyInSwarm: 3, ofPartyInAll: 5 });
  const crowd = Array.from({ length: 10 }, (_, n) => new Connection(`c${n}`, 'home'));
  for (const connection of crowd) announce(connection, connection.name);
  join('stranger');
  expect(counts.get(hash)).toMatchObject({ leechers: 4 });
  for (const connection of crowd) announce(connection, connection.name, {}, 'i'.repeat(20));
  expect(swarms.size).toBe(6);
  for (const connection of crowd) swarms.closed(connection);
  announce(new Connection('c', 'home'), 'c');
  expect(swarms.size).toBe(2);
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
      const { swarms, counts, join, offer, close } = setUp();
      const model = new Map<string, string>();
      for (const { peer, role, event } of acts) {
        const peerId = String(peer);
        if (event === 'closed') close(peerId);
        else join(peerId, { role, event } as Partial<BrowserAnnouncement>);
        if (event === 'closed' || event === 'stopped') model.delete(peerId);
        else model.set(peerId, role);
        expect(swarms.size).toBe(model.size);
        const told = offer(peerId, ['1', '2', '3']);
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
