import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Role } from '../../../source/tracker/announce.ts';
import { parseCompactEndpoint } from '../../../source/tracker/ip-address.ts';
import { createMemoryStore } from '../../../source/tracker/memory/memory-store.ts';
import type { PeerLimits } from '../../../source/tracker/swarm-store.ts';
import { seededRandom } from '../seeded-random.ts';
import { ipv4 } from '../test-tracker.ts';
import { inText, type TextAnnouncement } from '../text-store.ts';

const hash = 'h'.repeat(20);

function setUp(limits: Partial<PeerLimits> = {}, keepPeerIds = true) {
  const clock = { ms: 0 };
  const kept = createMemoryStore({
    lifetimeMs: 100_000,
    limits: {
      inSwarm: 1_000,
      inAll: 10_000,
      ofAddressInSwarm: 32,
      ofAddressInAll: 1_000,
      ofNetworkInAll: 10_000,
      emptySwarms: 1_000_000,
      ...limits,
    },
    keepPeerIds,
    now: () => clock.ms,
    random: seededRandom(1),
  });
  const store = inText(kept);
  const changed = () => store.takeChanged(1_000_000);
  return { store, clock, changed };
}

const peer = (
  n: number,
  role: Role = 'downloader',
  more: Partial<TextAnnouncement> = {},
): TextAnnouncement => ({
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

test('14 in a large swarm a stranger is believed too, but not thousands of them in a second', () => {
  const { store, clock } = setUp({ inSwarm: 10_000 });
  const size = 5_000;
  for (let n = 0; n < size; n++) store.announce(peer(n));
  const stranger = (n: number) =>
    store.announce(peer(size + n, 'seed', { event: 'completed' })).finished;
  expect(stranger(0)).toBe(true);
  // who is not the only one at its address is none
  const neighbour = peer(1, 'seed', { port: 9, event: 'completed' });
  expect(store.announce(neighbour).finished).toBe(false);
  const believed = Array.from({ length: 1_000 }, (_, n) => stranger(1 + n));
  expect(believed.indexOf(false)).toBeGreaterThan(500);
  expect(believed.at(-1)).toBe(false);
  clock.ms += 1_000;
  expect(stranger(2_000)).toBe(true);
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
  changed();
  store.sweep();
  expect(store.counts(hash)).toMatchObject({ seeds: 1, leechers: 0, partialSeeds: 0 });
  expect(changed()).toEqual([hash]);
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
const neighbour = (port: number, role: Role = 'downloader', more: Partial<TextAnnouncement> = {}) =>
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

test('two addresses have no more than their shares, though one moves what the other began', () => {
  const { store } = setUp({ ofAddressInSwarm: 3 });
  for (let port = 1; port <= 100; port++) {
    const known = { peerId: String(port).padEnd(20), key: port };
    store.announce(neighbour(port, 'downloader', { ...known, address: far(1) }));
    const moved = store.announce(neighbour(port, 'downloader', { ...known, address: far(2) }));
    expect(moved.counts.leechers).toBe(Math.min(port, 3));
  }
  // who only takes another port keeps its place
  const known = { peerId: '1'.padEnd(20), key: 1, address: far(2) };
  expect(store.announce(neighbour(200, 'seed', known)).counts).toMatchObject({
    seeds: 1,
    leechers: 2,
  });
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
        changed();
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
        expect(changed().length > 0 || JSON.stringify(counts) === JSON.stringify(before)).toBe(
          true,
        );
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

const far = (n: number) => ipv4(0x08000000 + n);
const far6 = (n: number) => `\x2a\x01${'\0'.repeat(10)}${ipv4(n)}`;

test('65 peers of both families are one swarm, and each is told its own kind or both', () => {
  const { store } = setUp();
  for (let n = 0; n < 10; n++) store.announce(peer(n, 'downloader', { address: far(n) }));
  for (let n = 0; n < 30; n++) store.announce(peer(n, 'seed', { address: far6(n) }));
  const ask = (more: Partial<TextAnnouncement>) => {
    const { peers, peers6, counts } = store.announce(
      peer(99, 'downloader', { unlisted: true, ...more }),
    );
    expect(counts).toMatchObject({ seeds: 30, leechers: 10 });
    return [peers.count, peers6.count];
  };
  expect(ask({ address: far(99) })).toEqual([10, 0]);
  expect(ask({ address: far6(99) })).toEqual([0, 30]);
  expect(ask({ address: far(99), families: 'both' })).toEqual([10, 30]);
  const [some = 0, some6 = 0] = ask({ address: far(99), families: 'both', want: 20 });
  expect(some + some6).toBe(20);
  expect(some).toBeGreaterThanOrEqual(5);
  expect(some).toBeLessThanOrEqual(6);
  expect(ask({ address: far6(99), families: 'both', want: 39 })[1]).toBeGreaterThanOrEqual(29);
  expect(store.totals).toMatchObject({ peers: 10, peers6: 30, swarms: 1 });
});

test('04 the ids of those told are theirs, and not kept when that is not wanted', () => {
  const { store } = setUp();
  for (let n = 0; n < 200; n++) store.announce(peer(n, 'seed', { address: far6(n) }));
  for (const { endpoint, peerId } of store
    .announce(peer(999, 'downloader', { address: far6(999) }))
    .peers6.peers()) {
    expect(Number(peerId)).toBe(Buffer.from(endpoint, 'latin1').readUInt32BE(12));
  }
  const { store: without } = setUp({}, false);
  without.announce(peer(1));
  expect(without.announce(peer(2)).peers.peers()).toMatchObject([{ peerId: null }]);
});

test('22 who comes with the same id and key from elsewhere has moved', () => {
  const { store } = setUp();
  const known = { peerId: 'k'.repeat(20), key: 7 };
  store.announce(peer(1, 'downloader', { ...known, address: far(1) }));
  const { counts, finished } = store.announce(
    peer(1, 'seed', { ...known, address: far(2), port: 9, event: 'completed' }),
  );
  expect(counts).toMatchObject({ seeds: 1, leechers: 0 });
  expect(finished).toBe(true);
  const told = store.announce(peer(3)).peers.peers();
  expect(told.map(({ endpoint }) => endpoint)).toEqual([`${far(2)}\0\x09`]);
  // and is found where it is now
  expect(store.announce(peer(1, 'seed', { ...known, address: far(2), port: 9 })).counts.seeds).toBe(
    1,
  );
});

test('22 the same id with another key, or none, is another peer', () => {
  const { store } = setUp();
  const peerId = 'k'.repeat(20);
  for (const [n, key] of [1, 2, null, null].entries()) {
    store.announce(peer(n, 'seed', { peerId, key, address: far(n) }));
  }
  expect(store.counts(hash).seeds).toBe(4);
});

test('22 who has addresses of both families is in both lists, and counted once', () => {
  const { store, clock } = setUp();
  const known = { peerId: 'k'.repeat(20), key: 7 };
  const announce = (address: string, role: Role, event: 'stopped' | null = null) =>
    store.announce(peer(1, role, { ...known, address, event })).counts;
  expect(announce(far(1), 'downloader')).toMatchObject({ seeds: 0, leechers: 1 });
  expect(announce(far6(1), 'downloader')).toMatchObject({ seeds: 0, leechers: 1 });
  expect(announce(far6(1), 'seed')).toMatchObject({ seeds: 0, leechers: 1 });
  expect(announce(far(1), 'seed')).toMatchObject({ seeds: 1, leechers: 0 });
  const told = store.announce(
    peer(2, 'downloader', { address: far(9), families: 'both', unlisted: true }),
  );
  expect([told.peers.count, told.peers6.count]).toEqual([1, 1]);
  expect(announce(far(1), 'seed', 'stopped')).toMatchObject({ seeds: 1, leechers: 0 });
  expect(announce(far(1), 'seed')).toMatchObject({ seeds: 1, leechers: 0 });
  clock.ms = 60_000;
  announce(far(1), 'seed');
  clock.ms = 120_000;
  store.sweep();
  expect(store.counts(hash)).toMatchObject({ seeds: 1, leechers: 0 });
  clock.ms = 300_000;
  store.sweep();
  expect(store.counts(hash)).toMatchObject({ seeds: 0, leechers: 0 });
});

test('22 who gives up the key that it had in common is counted by itself, which is a change', () => {
  const { store, changed } = setUp();
  const peerId = 'k'.repeat(20);
  for (const address of [far(1), far6(1)]) {
    store.announce(peer(1, 'seed', { peerId, key: 7, address }));
  }
  changed();
  expect(store.announce(peer(1, 'seed', { peerId, key: 8, address: far(1) })).counts.seeds).toBe(2);
  expect(changed()).toEqual([hash]);
});

test('22 who is read back without the other of its addresses is counted', () => {
  const { store, clock } = setUp();
  const known = { peerId: 'k'.repeat(20), key: 7 };
  store.announce(peer(1, 'seed', { ...known, address: far(1) }));
  clock.ms = 60_000;
  store.announce(peer(1, 'seed', { ...known, address: far6(1) }));
  const dump = Buffer.concat(Array.from(store.dump(0), (piece) => Buffer.from(piece)));
  const { store: next } = setUp();
  next.restore(dump, 50);
  expect(next.totals).toMatchObject({ peers: 0, peers6: 1, twins: 0 });
  expect(next.counts(hash)).toMatchObject({ seeds: 1, leechers: 0 });
});

test('65 who asks for both families gets as many as it wants, and is none of them', () => {
  const { store } = setUp();
  store.announce(peer(1, 'downloader', { address: far(1) }));
  for (let n = 0; n < 9; n++) store.announce(peer(n, 'seed', { address: far6(n) }));
  for (let n = 0; n < 50; n++) {
    const ask = peer(1, 'downloader', { address: far(1), families: 'both', want: 5 });
    const { peers, peers6 } = store.announce(ask);
    expect([peers.count, peers6.count]).toEqual([0, 5]);
  }
});

test('14 22 a download of who has addresses of both families is counted once', () => {
  const { store } = setUp();
  const known = { peerId: 'k'.repeat(20), key: 7 };
  const announce = (address: string, role: Role, event: 'completed' | null = null) =>
    store.announce(peer(1, role, { ...known, address, event })).finished;
  for (const address of [far(1), far6(1)]) announce(address, 'downloader');
  expect(announce(far(1), 'seed', 'completed')).toBe(true);
  expect(announce(far6(1), 'seed', 'completed')).toBe(false);
  expect(store.counts(hash)).toMatchObject({ seeds: 1, leechers: 0, completed: 1 });
  // and not when one family comes after all is done
  expect(announce(far6(2), 'seed', 'completed')).toBe(false);
  expect(store.counts(hash).completed).toBe(1);
});

test('22 who moves to where somebody else was takes the place, and leaves its own', () => {
  for (const others of [0, 200]) {
    const { store } = setUp();
    for (let n = 0; n < others; n++) store.announce(peer(n, 'seed', { key: n + 1 }));
    const known = { peerId: 'k'.repeat(20), key: 7_777 };
    store.announce(peer(1, 'seed', { peerId: 'o'.repeat(20), key: 9_999, address: far(2) }));
    store.announce(peer(1, 'downloader', { ...known, address: far(1) }));
    store.takeChanged(10);
    const moved = peer(1, 'downloader', { ...known, address: far(2) });
    expect(store.announce(moved).counts).toMatchObject({ seeds: others, leechers: 1 });
    expect(store.takeChanged(10)).toEqual([hash]);
    const told = store.announce(peer(5_000, 'downloader', { want: 500 })).peers.peers();
    const theirs = told.filter(({ peerId }) => /^[ok]/.test(peerId ?? ''));
    expect(theirs).toEqual([{ endpoint: `${far(2)}\x1a\xe1`, peerId: known.peerId }]);
    expect(store.totals.peers).toBe(others + 2);
  }
});

test('what is held are those that are there: not who stopped, and nobody twice', () => {
  const { store, clock } = setUp();
  const known = { peerId: 'k'.repeat(20), key: 7 };
  store.announce(peer(1, 'downloader', { ...known, address: far(1) }));
  store.announce(peer(1, 'downloader', { ...known, address: far6(1) }));
  expect(store.totals).toMatchObject({ swarms: 1, peers: 1, peers6: 1, twins: 1, guests: 0 });
  for (const address of [far(1), far6(1)]) {
    for (const event of ['completed', 'stopped'] as const) {
      store.announce(peer(1, 'seed', { ...known, address, event }));
    }
  }
  expect(store.counts(hash)).toEqual({ seeds: 0, leechers: 0, partialSeeds: 0, completed: 1 });
  expect(store.totals).toMatchObject({ swarms: 0, peers: 0, peers6: 0, twins: 0, guests: 0 });
  store.announce(peer(1, 'seed', { ...known, address: far(1) }));
  expect(store.totals).toMatchObject({ swarms: 1, peers: 1 });
  clock.ms = 200_000;
  store.sweep();
  expect(store.totals).toMatchObject({ swarms: 0, peers: 0, peers6: 0, twins: 0, guests: 0 });
});

test('changed swarms are taken some at a time, and each once', () => {
  const { store, clock } = setUp();
  const names = Array.from({ length: 50 }, (_, n) => String(n).padStart(20, '.'));
  for (const infoHash of names) store.announce(peer(1, 'downloader', { infoHash }));
  for (const infoHash of names) store.announce(peer(2, 'downloader', { infoHash }));
  const taken = [20, 20, 20, 20].map((most) => store.takeChanged(most));
  expect(taken.map(({ length }) => length)).toEqual([20, 20, 10, 0]);
  expect(taken.flat().toSorted()).toEqual(names);
  // also one that has nobody any more, and one that came instead of it
  clock.ms = 200_000;
  store.sweep();
  store.announce(peer(1, 'downloader', { infoHash: 'new'.padEnd(20) }));
  expect(store.takeChanged(100).toSorted()).toEqual(['new'.padEnd(20), ...names].toSorted());
  store.announce(peer(2, 'downloader', { infoHash: 'new'.padEnd(20) }));
  store.forget('new'.padEnd(20));
  expect(store.takeChanged(100)).toEqual([]);
});

test('programs on this machine may be any number in a swarm', () => {
  const { store } = setUp({ ofAddressInSwarm: 3, inSwarm: 5_000 });
  const loopback6 = `${'\0'.repeat(15)}\x01`;
  for (let port = 1; port <= 500; port++) {
    for (const address of [ipv4(0x7f000001), loopback6, far6(1)]) {
      store.announce(peer(port, 'downloader', { address, port }));
    }
  }
  expect(store.totals).toMatchObject({ peers: 500, peers6: 503 });
});

test('99 guests are counted and not told, and their downloads with the others', () => {
  const { store } = setUp();
  store.setGuests(hash, { seeds: 2, leechers: 3, partialSeeds: 1 });
  store.announce(peer(1));
  expect(store.counts(hash)).toEqual({ seeds: 2, leechers: 4, partialSeeds: 1, completed: 0 });
  expect(store.announce(peer(2)).peers.count).toBe(1);
  store.addCompleted(hash);
  store.setGuests(hash, { seeds: 0, leechers: 0, partialSeeds: 0 });
  expect(store.counts(hash)).toEqual({ seeds: 0, leechers: 2, partialSeeds: 0, completed: 1 });
  expect(store.totals).toMatchObject({ guests: 0, swarms: 1 });
});

test('102 an empty swarm keeps its count of downloads, as long as there are not too many', () => {
  const { store, clock } = setUp({ emptySwarms: 2 });
  for (const letter of ['a', 'b', 'c']) {
    const infoHash = letter.repeat(20);
    store.announce(peer(1, 'downloader', { infoHash }));
    store.announce(peer(1, 'seed', { infoHash, event: 'completed' }));
  }
  store.setCompleted('d'.repeat(20), 5);
  clock.ms = 200_000;
  store.sweep();
  const completed = ['a', 'b', 'c', 'd'].map((one) => store.counts(one.repeat(20)).completed);
  expect(completed).toEqual([1, 0, 0, 5]);
  expect(store.totals).toMatchObject({ swarms: 0, peers: 0 });
});

test('104 random hashes, ports and ids from one address or network leave room for others', () => {
  const { store } = setUp({ inAll: 10_000, ofAddressInAll: 100, ofNetworkInAll: 300 });
  const random = seededRandom(9);
  const anyHash = () => String.fromCharCode(...Array.from({ length: 20 }, () => random() * 256));
  for (let n = 0; n < 20_000; n++) {
    const address = n % 2 === 0 ? far(n % 5) : far6(n % 7);
    store.announce(
      peer(n, 'downloader', { infoHash: anyHash(), address, port: 1 + (n % 65_000), key: n }),
    );
  }
  expect(store.totals.peers).toBe(300);
  expect(store.totals.peers6).toBe(100);
  expect(store.totals.swarms).toBe(400);
  expect(store.announce(peer(1, 'seed', { address: ipv4(0x09090909) })).counts.seeds).toBe(1);
});

test('12 in a hundred announces everybody of a swarm of 500 is told, and nobody much more often', () => {
  const { store } = setUp();
  for (let n = 0; n < 500; n++) store.announce(peer(n, 'downloader', { address: far(n) }));
  const told = new Map<string, number>();
  const together = new Map<string, Set<string>>();
  for (let n = 0; n < 100; n++) {
    const hand = store.announce(peer(n, 'downloader', { address: far(n) })).peers.peers();
    const endpoints = new Set(hand.map(({ endpoint }) => endpoint));
    expect(endpoints.size).toBe(50);
    for (const endpoint of endpoints) {
      told.set(endpoint, (told.get(endpoint) ?? 0) + 1);
      together.set(endpoint, new Set([...endpoints, ...(together.get(endpoint) ?? [])]));
    }
  }
  expect(told.size).toBe(500);
  // 10 on average; a spread of 3 is what chance makes
  expect(Math.max(...told.values())).toBeLessThan(30);
  // who is told of one is told of others with it each time: of some 200 in all
  const others = Array.from(together.values(), ({ size }) => size);
  expect(others.reduce((sum, size) => sum + size) / others.length).toBeGreaterThan(150);
});

test('106 swarms of all sizes hold what a plain list of peers would', () => {
  const random = seededRandom(11);
  const { store, clock } = setUp({ ofAddressInSwarm: 1_000, ofNetworkInAll: 10_000 });
  const model = new Map<string, Map<string, { role: Role; at: number }>>();
  const hashes = ['a', 'b', 'c'].map((letter) => letter.repeat(20));
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const spans = [10, 100, 900];
  for (let step = 0; step < 30_000; step++) {
    // a time to grow, and one to shrink
    const stopping = Math.floor(step / 5_000) % 2 === 1 ? 0.7 : 0.1;
    const which = step % 3;
    const infoHash = hashes[which] ?? '';
    const n = Math.floor(random() * (spans[which] ?? 1));
    const address = n % 3 === 0 ? far6(n) : n % 3 === 1 ? far(n) : ipv4(0x0a000000 + n);
    const role = pick<Role>(['seed', 'downloader', 'partialSeed']);
    const stopped = random() < stopping;
    const peers = model.get(infoHash) ?? new Map();
    model.set(infoHash, peers);
    // ids change now and then; keys make nobody move, since each belongs to one endpoint
    const peerId = `${n}-${Math.floor(random() * 2)}`.padEnd(20, '.');
    store.announce(
      peer(n, role, {
        infoHash,
        address,
        peerId,
        key: n,
        event: stopped ? 'stopped' : null,
        want: 5,
      }),
    );
    if (stopped) peers.delete(address);
    else peers.set(address, { role, at: clock.ms });
    if (step % 500 === 0) {
      clock.ms += 9_000;
      for (let n = 0; n < 3; n++) store.sweep();
      for (const [address, { at }] of peers) {
        if (clock.ms - at >= 100_000) peers.delete(address);
      }
    }
    if (step % 997 !== 0) continue;
    for (const infoHash of hashes) {
      for (const [address, { at }] of model.get(infoHash) ?? []) {
        if (clock.ms - at >= 100_000) model.get(infoHash)?.delete(address);
      }
      const here = [...(model.get(infoHash)?.values() ?? [])];
      const count = (role: Role) => here.filter((one) => one.role === role).length;
      expect(store.counts(infoHash)).toMatchObject({
        seeds: count('seed'),
        leechers: count('downloader') + count('partialSeed'),
        partialSeeds: count('partialSeed'),
      });
      const { peers, peers6 } = store.announce(
        peer(5_000, 'downloader', { infoHash, want: 2_000, families: 'both', unlisted: true }),
      );
      const told = [...peers.peers(), ...peers6.peers()].map(({ endpoint }) =>
        endpoint.slice(0, -2),
      );
      expect(told.toSorted()).toEqual([...(model.get(infoHash)?.keys() ?? [])].toSorted());
    }
  }
});
