import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Role } from '../../source/tracker/announce.ts';
import { parseCompactEndpoint } from '../../source/tracker/ip-address.ts';
import { createMemoryStore } from '../../source/tracker/memory-store.ts';
import type { Announcement, PeerLimits } from '../../source/tracker/swarm-store.ts';
import { seededRandom } from './seeded-random.ts';
import { ipv4 } from './test-tracker.ts';

const hash = 'h'.repeat(20);

function setUp(limits: Partial<PeerLimits> = {}) {
  const clock = { ms: 0 };
  const changed: string[] = [];
  const store = createMemoryStore({
    lifetimeMs: 100_000,
    limits: {
      inSwarm: 1_000,
      inAll: 10_000,
      ofAddressInSwarm: 32,
      ofAddressInAll: 1_000,
      ofNetworkInAll: 10_000,
      ...limits,
    },
    keepPeerIds: true,
    now: () => clock.ms,
    random: seededRandom(1),
    onCountsChanged: (infoHash) => changed.push(infoHash),
  });
  return { store, clock, changed };
}

const peer = (
  n: number,
  role: Role = 'downloader',
  more: Partial<Announcement> = {},
): Announcement => ({
  infoHash: hash,
  address: ipv4(0x0a000000 + n),
  port: 6881,
  peerId: String(n).padStart(20, '0'),
  key: null,
  role,
  event: null,
  want: 50,
  families: 'own',
  unlisted: false,
  ...more,
});

test('10 seeds and partial seeds get downloaders only, downloaders get all', () => {
  const { store } = setUp();
  store.announce(peer(1, 'seed'));
  store.announce(peer(2, 'partialSeed'));
  store.announce(peer(3, 'downloader'));
  const told = (role: Role) =>
    store
      .announce(peer(4, role))
      .peers.peers()
      .map(({ peerId }) => Number(peerId))
      .sort();
  expect(told('seed')).toEqual([3]);
  expect(told('partialSeed')).toEqual([3]);
  expect(told('downloader')).toEqual([1, 2, 3]);
});

test('14 a download is counted once a peer, also when it stops and comes again', () => {
  const { store } = setUp();
  const complete = () => store.announce(peer(1, 'seed', { event: 'completed' })).finished;
  store.announce(peer(1));
  expect(complete()).toBe(true);
  expect(complete()).toBe(false);
  store.announce(peer(1));
  expect(complete()).toBe(false);
  store.announce(peer(1, 'seed', { event: 'stopped' }));
  expect(store.counts(hash)).toMatchObject({ seeds: 0, leechers: 0, partialSeeds: 0 });
  store.announce(peer(1));
  expect(complete()).toBe(false);
});

test('14 a peer that stops when it has all has downloaded it, if it was seen to download', () => {
  const { store } = setUp();
  const stop = (n: number) => store.announce(peer(n, 'seed', { event: 'stopped' })).finished;
  store.announce(peer(1));
  expect(stop(1)).toBe(true);
  expect(stop(1)).toBe(false);
  expect(stop(2)).toBe(false);
  store.announce(peer(3, 'seed'));
  expect(stop(3)).toBe(false);
  expect(store.counts(hash)).toMatchObject({ seeds: 0, leechers: 0, partialSeeds: 0 });
});

test('14 who seemed a seed, and then downloaded, is counted: magnet links of aria2 begin so', () => {
  const { store } = setUp();
  store.announce(peer(1, 'seed'));
  store.announce(peer(1));
  expect(store.announce(peer(1, 'seed', { event: 'stopped' })).finished).toBe(true);
});

test('15 a seed that came as one has downloaded nothing', () => {
  const { store } = setUp();
  expect(store.announce(peer(1, 'seed')).finished).toBe(false);
  expect(store.announce(peer(1, 'seed', { event: 'completed' })).finished).toBe(false);
});

test('101 102 silent peers are gone from lists and counts, and empty swarms are freed', () => {
  const { store, clock, changed } = setUp();
  store.announce(peer(1));
  clock.ms = 60_000;
  store.announce(peer(2, 'seed'));
  clock.ms = 99_999;
  store.sweep();
  expect(store.totals.peers).toBe(2);
  clock.ms = 100_000;
  changed.length = 0;
  store.sweep();
  expect(store.counts(hash)).toMatchObject({ seeds: 1, leechers: 0, partialSeeds: 0 });
  expect(changed).toEqual([hash]);
  clock.ms = 200_000;
  store.sweep();
  expect(store.totals.peers).toBe(0);
  expect(store.counts(hash).seeds).toBe(0);
});

test('when a swarm or the store is full, newcomers are answered and not listed', () => {
  for (const limits of [{ inSwarm: 2 }, { inAll: 2 }]) {
    const { store } = setUp(limits);
    store.announce(peer(1));
    store.announce(peer(2));
    const { peers, counts } = store.announce(peer(3));
    expect(peers.peers()).toHaveLength(2);
    expect(counts.leechers).toBe(2);
    expect(store.announce(peer(1, 'seed')).counts).toMatchObject({ seeds: 1, leechers: 1 });
    expect(store.announce(peer(3, 'seed', { event: 'completed' })).finished).toBe(false);
    expect(store.totals.peers).toBe(2);
  }
});

/** One behind the address that all of them share. */
const neighbour = (port: number, role: Role = 'downloader', more: Partial<Announcement> = {}) =>
  peer(port, role, { address: ipv4(0x08080808), port, ...more });

test('those of one address beyond its share of a swarm are answered, not listed or counted', () => {
  const { store, clock } = setUp({ ofAddressInSwarm: 3 });
  store.announce(peer(1, 'downloader', { address: ipv4(0x08080404), port: 1 }));
  for (let port = 1; port <= 65_535; port++) {
    const { peers, counts } = store.announce(neighbour(port));
    expect(peers.count).toBe(Math.min(port, 4));
    expect(counts.leechers).toBe(Math.min(port, 3) + 1);
  }
  expect(store.announce(neighbour(4, 'seed', { event: 'completed' })).finished).toBe(false);
  expect(store.totals.peers).toBe(4);
  // one that is known keeps its place; one that stops, or is silent for too long, leaves it
  expect(store.announce(neighbour(2, 'seed')).counts).toMatchObject({
    seeds: 1,
    leechers: 3,
  });
  store.announce(neighbour(1, 'downloader', { event: 'stopped' }));
  expect(store.announce(neighbour(5)).counts).toMatchObject({ seeds: 1, leechers: 3 });
  clock.ms = 200_000;
  store.sweep();
  for (let port = 10; port <= 12; port++) store.announce(neighbour(port));
  expect(store.totals.peers).toBe(3);
});

test('one address has its share of all swarms, which forgetting one gives back', () => {
  const { store } = setUp({ ofAddressInAll: 5 });
  const hashes = ['a', 'b', 'c', 'd'].map((letter) => letter.repeat(20));
  for (const infoHash of hashes) {
    for (let port = 1; port <= 2; port++) store.announce({ ...neighbour(port), infoHash });
  }
  expect(hashes.map((infoHash) => store.counts(infoHash).leechers)).toEqual([2, 2, 1, 0]);
  expect(store.announce({ ...peer(1), infoHash: hashes[3] ?? '' }).counts.leechers).toBe(1);
  store.forget(hashes[0] ?? '');
  for (let port = 1; port <= 3; port++)
    store.announce({ ...neighbour(port), infoHash: hashes[3] ?? '' });
  expect(store.counts(hashes[3] ?? '').leechers).toBe(3);
});

test('14 downloads are not made up by announcing from many ports', () => {
  const { store } = setUp();
  const completions = (ports: number[]) =>
    ports.filter(
      (port) => store.announce(neighbour(port, 'seed', { event: 'completed' })).finished,
    );
  const all = Array.from({ length: 65_535 }, (_, n) => n + 1);
  expect(completions(all)).toEqual([1]);
  for (const port of all) store.announce(neighbour(port, 'seed', { event: 'stopped' }));
  expect(completions(all)).toEqual([]);
});

test('14 all who download behind one address are counted, seen from their start or not', () => {
  const { store } = setUp();
  const complete = (port: number) =>
    store.announce(neighbour(port, 'seed', { event: 'completed' })).finished;
  expect(complete(1)).toBe(true);
  for (let port = 2; port <= 20; port++) store.announce(neighbour(port));
  for (let port = 2; port <= 20; port++) expect(complete(port)).toBe(true);
  for (let port = 2; port <= 20; port++) expect(complete(port)).toBe(false);
});

test('who is far away is told nobody who is nearby, who is nearby is told all', () => {
  const { store } = setUp();
  const addresses = {
    loopback: ipv4(0x7f000001),
    home: ipv4(0xc0a80105),
    office: ipv4(0x0a000001),
    carrier: ipv4(0x64400001),
    far: ipv4(0x08080808),
    farther: ipv4(0x08080404),
  };
  for (const role of ['seed', 'downloader', 'partialSeed'] as const) {
    for (const address of Object.values(addresses)) {
      store.announce(peer(1, role, { address, port: role.length }));
    }
  }
  const told = (address: string, role: Role, want = 50) =>
    store
      .announce({
        ...peer(2, role, { address, port: 1, want }),
        unlisted: true,
      })
      .peers.peers()
      .map(({ endpoint }) => parseCompactEndpoint(endpoint).address);
  const world = [addresses.far, addresses.farther];
  expect(told(ipv4(0x01010101), 'downloader').toSorted()).toEqual(
    [...world, ...world, ...world].toSorted(),
  );
  expect(told(ipv4(0x01010101), 'seed').toSorted()).toEqual(world.toSorted());
  for (const nearby of [addresses.loopback, addresses.home, addresses.carrier]) {
    expect(told(nearby, 'downloader')).toHaveLength(18);
    expect(told(nearby, 'seed')).toHaveLength(6);
    expect(told(nearby, 'downloader', 7)).toHaveLength(7);
  }
});

test('forgetting a swarm frees its peers', () => {
  const { store } = setUp();
  store.announce(peer(1));
  store.announce({ ...peer(1), infoHash: 'i'.repeat(20) });
  store.forget(hash);
  expect(store.totals.peers).toBe(1);
  expect(store.counts(hash).leechers).toBe(0);
  store.forget('unknown');
});

test('a small group is told in its proportion, not never', () => {
  const { store } = setUp();
  for (let i = 0; i < 2; i++) store.announce(peer(i, 'seed'));
  for (let i = 2; i < 200; i++) store.announce(peer(i));
  let seedsTold = 0;
  for (let i = 0; i < 400; i++) {
    const { peers } = store.announce(peer(100, 'downloader', { want: 10 }));
    expect(peers.peers()).toHaveLength(10);
    seedsTold += peers.peers().filter(({ peerId }) => Number(peerId) < 2).length;
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
      const { store, clock, changed } = setUp({ inSwarm: 8 });
      for (const step of steps) {
        const before = store.counts(hash);
        changed.length = 0;
        if ('wait' in step) {
          clock.ms += step.wait;
          store.sweep();
        } else {
          const { n, role, ...more } = step;
          const { peers, counts } = store.announce(peer(n, role, more));
          expect(peers.count).toBeLessThanOrEqual(step.want);
          expect(peers.peers().some(({ peerId }) => Number(peerId) === n)).toBe(false);
          expect(counts).toEqual(store.counts(hash));
        }
        const counts = store.counts(hash);
        expect(changed.length > 0 || JSON.stringify(counts) === JSON.stringify(before)).toBe(true);
        const observer = { want: 100, unlisted: true };
        const forLeecher = store.announce(peer(99, 'downloader', observer)).peers.peers();
        const forSeed = store.announce(peer(99, 'seed', observer)).peers.peers();
        expect(new Set(forLeecher.map(({ endpoint }) => endpoint)).size).toBe(forLeecher.length);
        expect(forLeecher).toHaveLength(counts.seeds + counts.leechers);
        expect(forSeed).toHaveLength(counts.leechers - counts.partialSeeds);
      }
    }),
    { numRuns: 300 },
  );
});
