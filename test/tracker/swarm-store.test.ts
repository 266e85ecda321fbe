import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compactEndpoint } from '../../source/tracker/ipv4.ts';
import type { Role } from '../../source/tracker/swarm.ts';
import { type Announcement, createSwarmStore } from '../../source/tracker/swarm-store.ts';
import { seededRandom } from './seeded-random.ts';

const hash = 'h'.repeat(20);

function setUp(changes: { maxPeersPerSwarm?: number; maxPeers?: number } = {}) {
  const clock = { ms: 0 };
  const changed: string[] = [];
  const store = createSwarmStore({
    lifetimeMs: 100_000,
    maxPeersPerSwarm: 1_000,
    maxPeers: 10_000,
    now: () => clock.ms,
    random: seededRandom(1),
    onCountsChanged: (infoHash) => changed.push(infoHash),
    ...changes,
  });
  return { store, clock, changed };
}

const peer = (n: number, role: Role = 'downloader', more: Partial<Announcement> = {}) => ({
  endpoint: compactEndpoint(0x0a000000 + n, 6881),
  peerId: String(n).padStart(20, '0'),
  role,
  event: null,
  want: 50,
  unlisted: false,
  ...more,
});

test('10 seeds and partial seeds get downloaders only, downloaders get all', () => {
  const { store } = setUp();
  store.announce(hash, peer(1, 'seed'));
  store.announce(hash, peer(2, 'partialSeed'));
  store.announce(hash, peer(3, 'downloader'));
  const told = (role: Role) =>
    store
      .announce(hash, peer(4, role))
      .peers.map(({ peerId }) => Number(peerId))
      .sort();
  expect(told('seed')).toEqual([3]);
  expect(told('partialSeed')).toEqual([3]);
  expect(told('downloader')).toEqual([1, 2, 3]);
});

test('14 a download is counted once a peer, also when it stops and comes again', () => {
  const { store } = setUp();
  const complete = () => store.announce(hash, peer(1, 'seed', { event: 'completed' })).finished;
  store.announce(hash, peer(1));
  expect(complete()).toBe(true);
  expect(complete()).toBe(false);
  store.announce(hash, peer(1));
  expect(complete()).toBe(false);
  store.announce(hash, peer(1, 'seed', { event: 'stopped' }));
  expect(store.counts(hash)).toEqual({ seeds: 0, leechers: 0, partialSeeds: 0 });
  store.announce(hash, peer(1));
  expect(complete()).toBe(false);
});

test('14 a peer that stops when it has all has downloaded it, if it was seen to download', () => {
  const { store } = setUp();
  const stop = (n: number) => store.announce(hash, peer(n, 'seed', { event: 'stopped' })).finished;
  store.announce(hash, peer(1));
  expect(stop(1)).toBe(true);
  expect(stop(1)).toBe(false);
  expect(stop(2)).toBe(false);
  store.announce(hash, peer(3, 'seed'));
  expect(stop(3)).toBe(false);
  expect(store.counts(hash)).toEqual({ seeds: 0, leechers: 0, partialSeeds: 0 });
});

test('14 who seemed a seed, and then downloaded, is counted: magnet links of aria2 begin so', () => {
  const { store } = setUp();
  store.announce(hash, peer(1, 'seed'));
  store.announce(hash, peer(1));
  expect(store.announce(hash, peer(1, 'seed', { event: 'stopped' })).finished).toBe(true);
});

test('15 a seed that came as one has downloaded nothing', () => {
  const { store } = setUp();
  expect(store.announce(hash, peer(1, 'seed')).finished).toBe(false);
  expect(store.announce(hash, peer(1, 'seed', { event: 'completed' })).finished).toBe(false);
});

test('101 102 silent peers are gone from lists and counts, and empty swarms are freed', () => {
  const { store, clock, changed } = setUp();
  store.announce(hash, peer(1));
  clock.ms = 60_000;
  store.announce(hash, peer(2, 'seed'));
  clock.ms = 99_999;
  store.expire();
  expect(store.size).toBe(2);
  clock.ms = 100_000;
  changed.length = 0;
  store.expire();
  expect(store.counts(hash)).toEqual({ seeds: 1, leechers: 0, partialSeeds: 0 });
  expect(changed).toEqual([hash]);
  clock.ms = 200_000;
  store.expire();
  expect(store.size).toBe(0);
  expect(store.counts(hash).seeds).toBe(0);
});

test('when a swarm or the store is full, newcomers are answered and not listed', () => {
  for (const limits of [{ maxPeersPerSwarm: 2 }, { maxPeers: 2 }]) {
    const { store } = setUp(limits);
    store.announce(hash, peer(1));
    store.announce(hash, peer(2));
    const { peers, counts } = store.announce(hash, peer(3));
    expect(peers).toHaveLength(2);
    expect(counts.leechers).toBe(2);
    expect(store.announce(hash, peer(1, 'seed')).counts).toMatchObject({ seeds: 1, leechers: 1 });
    expect(store.announce(hash, peer(3, 'seed', { event: 'completed' })).finished).toBe(false);
    expect(store.size).toBe(2);
  }
});

test('forgetting a swarm frees its peers', () => {
  const { store } = setUp();
  store.announce(hash, peer(1));
  store.announce('i'.repeat(20), peer(1));
  store.forget(hash);
  expect(store.size).toBe(1);
  expect(store.counts(hash).leechers).toBe(0);
  store.forget('unknown');
});

test('a small group is told in its proportion, not never', () => {
  const { store } = setUp();
  for (let i = 0; i < 2; i++) store.announce(hash, peer(i, 'seed'));
  for (let i = 2; i < 200; i++) store.announce(hash, peer(i));
  let seedsTold = 0;
  for (let i = 0; i < 400; i++) {
    const { peers } = store.announce(hash, peer(100, 'downloader', { want: 10 }));
    expect(peers).toHaveLength(10);
    seedsTold += peers.filter(({ peerId }) => Number(peerId) < 2).length;
  }
  // 4,000 told, one in a hundred of them a seed
  expect(seedsTold).toBeGreaterThan(20);
  expect(seedsTold).toBeLessThan(70);
});

test('106 counts always equal the peers that can be listed', () => {
  const roles = fc.constantFrom<Role>('seed', 'downloader', 'partialSeed');
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        n: fc.integer({ min: 0, max: 12 }),
        role: roles,
        want: fc.integer({ min: 0, max: 15 }),
        event: fc.constantFrom('completed' as const, 'stopped' as const, null, null),
        unlisted: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.record({ wait: fc.integer({ min: 1, max: 80_000 }) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { store, clock, changed } = setUp({ maxPeersPerSwarm: 8 });
      for (const step of steps) {
        const before = store.counts(hash);
        changed.length = 0;
        if ('wait' in step) {
          clock.ms += step.wait;
          store.expire();
        } else {
          const { n, role, ...more } = step;
          const { peers, counts } = store.announce(hash, peer(n, role, more));
          expect(peers.length).toBeLessThanOrEqual(step.want);
          expect(peers.some(({ peerId }) => Number(peerId) === n)).toBe(false);
          expect(counts).toEqual(store.counts(hash));
        }
        const counts = store.counts(hash);
        expect(changed.length > 0 || JSON.stringify(counts) === JSON.stringify(before)).toBe(true);
        const observer = { want: 100, unlisted: true };
        const forLeecher = store.announce(hash, peer(99, 'downloader', observer)).peers;
        const forSeed = store.announce(hash, peer(99, 'seed', observer)).peers;
        expect(new Set(forLeecher.map(({ endpoint }) => endpoint)).size).toBe(forLeecher.length);
        expect(forLeecher).toHaveLength(counts.seeds + counts.leechers);
        expect(forSeed).toHaveLength(counts.leechers - counts.partialSeeds);
      }
    }),
    { numRuns: 300 },
  );
});
