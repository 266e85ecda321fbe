import { describe, expect, test } from 'vitest';
import type { Announce, AnnounceAnswer } from '../../source/tracker/announce.ts';
import { compactEndpoint } from '../../source/tracker/ip-address.ts';
import { seededRandom } from './seeded-random.ts';
import { createTestTracker, ipv4, peersHeld, plainAnnounce } from './test-tracker.ts';

const hash = 'h'.repeat(20);
const anybody = { protocol: 'http', passkey: null } as const;
const everseed = { port: 6881, host: null, publicAddress: '203.0.113.7' };
const everseedEndpoint = compactEndpoint(ipv4(0xcb007107), 6881);

function setUp({ seeding = false, random = seededRandom(1) } = {}) {
  const clock = { ms: 1_000_000 };
  const tracker = createTestTracker({ now: () => clock.ms, random });
  tracker.track(hash, { completed: 5, seeding, private: false });
  if (seeding) tracker.setEverseed(everseed);

  const announce = (n: number, changes: Partial<Announce> = {}): AnnounceAnswer => {
    const answer = tracker.announce(
      {
        infoHash: hash,
        peerId: String(n).padStart(20, '0'),
        port: 7000,
        ...plainAnnounce,
        ...changes,
      },
      { address: ipv4(0x08000000 + n), localAddress: null, protocol: 'http' },
    );
    if (answer.kind === 'refusal') throw new Error(answer.reason);
    return answer;
  };
  return { tracker, clock, announce };
}

const endpoints = (answer: AnnounceAnswer) => answer.peers.peers().map(({ endpoint }) => endpoint);

test('30 what is not published is refused for good, and no swarm is made', () => {
  const { tracker, announce } = setUp();
  expect(() => announce(1, { infoHash: 'x'.repeat(20) })).toThrow('not published here');
  expect(peersHeld(tracker)).toBe(0);
  expect(tracker.report().protocols.http.outcomes).toMatchObject({ answered: 0, refused: 1 });
});

test('01 the counts include the one who asks', () => {
  const { announce } = setUp();
  expect(announce(1)).toMatchObject({ seeds: 0, leechers: 1, completed: 5, peers: { count: 0 } });
  expect(announce(2, { complete: true })).toMatchObject({ seeds: 1, leechers: 1 });
});

test('11 numwant: 50 by default, 200 at most', () => {
  const { announce } = setUp();
  for (let n = 1; n <= 300; n++) announce(n);
  expect(announce(1).peers.peers()).toHaveLength(50);
  expect(announce(1, { numWant: 0 }).peers.peers()).toHaveLength(0);
  expect(announce(1, { numWant: 3 }).peers.peers()).toHaveLength(3);
  expect(announce(1, { numWant: 1e9 }).peers.peers()).toHaveLength(200);
  expect(announce(1, { numWant: 1e300 }).peers.peers()).toHaveLength(200);
});

test('65 over UDP, whose answers carry one family, all that are told are of that one', () => {
  const tracker = createTestTracker({ now: () => 0, bothFamilies: true });
  tracker.track(hash, { completed: 0, seeding: false, private: false });
  const ask = (protocol: 'http' | 'udp', n: number, isIpv6: boolean) => {
    const announce = {
      infoHash: hash,
      peerId: String(n).padStart(20),
      port: 7000,
      ...plainAnnounce,
    };
    const address = isIpv6 ? `\x2a\x01${ipv4(n)}${'\0'.repeat(10)}` : ipv4(0x08000000 + n);
    const answer = tracker.announce(announce, { address, localAddress: null, protocol });
    if (answer.kind === 'refusal') throw new Error(answer.reason);
    return [answer.peers.count, answer.peers6.count];
  };
  for (let n = 0; n < 200; n++) ask('http', n, n % 2 === 1);
  expect(ask('udp', 1_000, false)).toEqual([50, 0]);
  expect(ask('udp', 1_001, true)).toEqual([0, 50]);
  const [told = 0, told6 = 0] = ask('http', 1_002, false);
  expect(told + told6).toBe(50);
  expect(told6).toBeGreaterThan(0);
});

test('13 a peer that stops is told nobody and is gone; one that was not there makes no swarm', () => {
  const { tracker, announce } = setUp();
  announce(1);
  announce(2);
  for (const n of [1, 1, 3]) {
    expect(announce(n, { event: 'stopped' })).toMatchObject({ leechers: 1, peers: { count: 0 } });
  }
  announce(2, { event: 'stopped' });
  expect(peersHeld(tracker)).toBe(0);
});

test('14 completed with something left is no completion', () => {
  const { announce } = setUp();
  announce(1);
  expect(announce(1, { event: 'completed' })).toMatchObject({ completed: 5, leechers: 1 });
  expect(announce(1, { event: 'completed', complete: true })).toMatchObject({
    completed: 6,
    seeds: 1,
    leechers: 0,
  });
});

test('16 a seed that has something left again is a leecher', () => {
  const { announce } = setUp();
  announce(1, { complete: true });
  expect(announce(1)).toMatchObject({ seeds: 0, leechers: 1 });
});

test('18 a paused peer is a partial seed until it announces otherwise', () => {
  const { announce } = setUp();
  expect(announce(1, { event: 'paused' })).toMatchObject({ leechers: 1, partialSeeds: 1 });
  expect(announce(1)).toMatchObject({ leechers: 1, partialSeeds: 0 });
});

test('27 the interval varies by a tenth, and a peer that keeps to it is not forgotten', () => {
  const { tracker, clock, announce } = setUp();
  const intervals = Array.from({ length: 200 }, (_, n) => announce(n)).map((one) => one.interval);
  expect(Math.min(...intervals)).toBeGreaterThanOrEqual(1_620);
  expect(Math.max(...intervals)).toBeLessThanOrEqual(1_980);
  expect(new Set(intervals).size).toBeGreaterThan(50);
  // when there are many peers, the interval is twice as long
  clock.ms += (2 * 1_980 + 120) * 1_000;
  tracker.sweep();
  expect(peersHeld(tracker)).toBe(200);
  clock.ms += 1_800 * 1_000;
  tracker.sweep();
  expect(peersHeld(tracker)).toBe(0);
});

test('28 announcing again too soon, with no event, is answered with a warning', () => {
  const { clock, announce } = setUp();
  expect(announce(1, { event: 'started' }).warning).toBeNull();
  clock.ms += 59_000;
  expect(announce(1).warning).toBe('announced again within the min interval of 60 s');
  expect(announce(1, { event: 'completed', complete: true }).warning).toBeNull();
  clock.ms += 60_000;
  expect(announce(1).warning).toBeNull();
});

test('58 64 a scrape of what is unknown is of empty swarms, and changes nothing', () => {
  const { tracker, announce } = setUp();
  announce(1);
  tracker.takeChanged(100);
  const empty = { seeds: 0, leechers: 0, partialSeeds: 0, completed: 0 };
  expect(tracker.scrape(['x'.repeat(20), hash], anybody)).toEqual([
    { infoHash: 'x'.repeat(20), ...empty },
    { infoHash: hash, ...empty, leechers: 1, completed: 5 },
  ]);
  expect(tracker.takeChanged(100)).toEqual([]);
  expect(peersHeld(tracker)).toBe(1);
  expect(tracker.report().protocols.http.scrapes).toBe(1);
});

test('the everseed gets leechers of any kind, and is nobody itself', () => {
  const { tracker, announce } = setUp({ seeding: true });
  for (let n = 1; n <= 20; n++) announce(n, { complete: n > 10 });
  const before = [tracker.countsOf(hash), peersHeld(tracker), tracker.takeChanged(100)];
  const leechers = tracker.leechersOf(hash, 50).map(({ host, port }) => `${host}:${port}`);
  expect(leechers.sort()).toEqual(
    Array.from({ length: 10 }, (_, n) => `8.0.0.${n + 1}:7000`).sort(),
  );
  expect(tracker.leechersOf(hash, 3)).toHaveLength(3);
  expect([tracker.countsOf(hash), peersHeld(tracker)]).toEqual(before.slice(0, 2));
  expect(tracker.takeChanged(100)).toEqual([]);
  expect(tracker.leechersOf('x'.repeat(20), 50)).toEqual([]);
});

describe('the everseed', () => {
  test('is one more seed, and told to every leecher that wants anybody', () => {
    const { tracker, announce } = setUp({ seeding: true });
    expect(announce(1)).toMatchObject({ seeds: 1, leechers: 1 });
    expect(endpoints(announce(1))).toEqual([everseedEndpoint]);
    expect(endpoints(announce(2, { numWant: 1 }))).toEqual([everseedEndpoint]);
    expect(endpoints(announce(2, { numWant: 2 }))).toHaveLength(2);
    expect(endpoints(announce(2, { numWant: 0 }))).toEqual([]);
    expect(tracker.scrape([hash], anybody)).toMatchObject([{ seeds: 1, leechers: 2 }]);
    expect(tracker.countsOf(hash)).toMatchObject({ seeds: 1 });
  });

  test('is a partial seed of what it has not all of, until it has (BEP 21)', () => {
    const { tracker, announce } = setUp({ seeding: true });
    const facts = { completed: 0, seeding: true, private: false };
    tracker.track(hash, { ...facts, partial: true });
    expect(announce(1)).toMatchObject({ seeds: 0, leechers: 2, partialSeeds: 1, completed: 5 });
    expect(endpoints(announce(1))).toEqual([everseedEndpoint]);
    expect(tracker.countsOf(hash)).toMatchObject({ seeds: 0, leechers: 2, partialSeeds: 1 });
    tracker.track(hash, { ...facts, partial: false });
    expect(tracker.countsOf(hash)).toMatchObject({ seeds: 1, leechers: 1, partialSeeds: 0 });
  });

  test('is told to those who say that they have all: a magnet link of aria2 does so', () => {
    const { announce } = setUp({ seeding: true });
    expect(announce(1, { complete: true })).toMatchObject({ seeds: 2 });
    expect(endpoints(announce(1, { complete: true }))).toHaveLength(1);
    expect(endpoints(announce(2, { event: 'paused', numWant: 50 }))).toHaveLength(1);
  });

  test('09 is not told to itself, nor counted twice', () => {
    const { tracker } = setUp({ seeding: true });
    const requester = { address: ipv4(0xcb007107), localAddress: null, protocol: 'http' } as const;
    const itself = {
      infoHash: hash,
      peerId: 'e'.repeat(20),
      port: 6881,
      ...plainAnnounce,
      complete: true,
      event: 'completed' as const,
    };
    expect(tracker.announce(itself, requester)).toMatchObject({ seeds: 1, peers: { count: 0 } });
    expect(tracker.announce({ ...itself, complete: false }, requester)).toMatchObject({
      seeds: 1,
      leechers: 0,
      peers: { count: 0 },
    });
    expect(peersHeld(tracker)).toBe(0);
  });

  test('is there while it seeds and its port is known', () => {
    const { tracker, announce } = setUp({ seeding: true });
    expect(tracker.lists(hash)).toBe(true);
    expect(tracker.lists('x'.repeat(20))).toBe(false);
    tracker.setSeeding(hash, false);
    expect(tracker.lists(hash)).toBe(false);
    expect(announce(1)).toMatchObject({ seeds: 0, peers: { count: 0 } });
    tracker.setSeeding(hash, true);
    tracker.setEverseed(null);
    expect(tracker.lists(hash)).toBe(false);
    expect(announce(1)).toMatchObject({ seeds: 0, peers: { count: 0 } });
    tracker.setEverseed({ ...everseed, peerId: 'ff'.repeat(20) });
    expect(announce(1).peers.peers()).toEqual([
      { endpoint: everseedEndpoint, peerId: '\xff'.repeat(20) },
    ]);
  });

  test('is not in the counts that are reported', () => {
    const { tracker, announce } = setUp({ seeding: true });
    announce(1);
    expect(tracker.takeChanged(100)).toMatchObject([{ infoHash: hash, seeds: 0, leechers: 1 }]);
    announce(1);
    expect(tracker.takeChanged(100)).toEqual([]);
    announce(1, { event: 'completed', complete: true });
    expect(tracker.takeChanged(100)).toMatchObject([{ seeds: 1, leechers: 0, completed: 6 }]);
  });
});

test('105 tracking goes on and off while it runs', () => {
  const { tracker, announce } = setUp();
  announce(1, { event: 'completed', complete: true });
  tracker.track(hash, { completed: 0, seeding: false, private: false });
  expect(tracker.countsOf(hash)).toMatchObject({ seeds: 1, completed: 6 });
  tracker.untrack(hash);
  expect(() => announce(1)).toThrow('not published here');
  expect(tracker.takeChanged(100)).toEqual([]);
  tracker.track(hash, { completed: 6, seeding: false, private: false });
  expect(announce(2)).toMatchObject({ seeds: 0, leechers: 1, completed: 6 });
});
