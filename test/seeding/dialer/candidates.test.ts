import { expect, test } from 'vitest';
import { Candidates } from '../../../source/seeding/dialer/candidates.ts';
import type { PeerNamer } from '../../../source/seeding/dialer/quotas.ts';
import type { PeerAddress } from '../../../source/seeding/listener/peer-address.ts';

const infoHash = 'ab'.repeat(20);
const peer = (n: number) => ({ host: `192.0.2.${n}`, port: 6881 });
const minute = 60_000;

const named = (
  id: number,
  address: PeerAddress,
  source: PeerNamer = 'tracker',
  namedBy: string | null = null,
) => ({ id, infoHash, source, namedBy, address });

function dueOf(candidates: Candidates, now: number, wanted = () => true): string[] {
  return [...candidates.due(now, wanted)].map(({ host }) => host);
}

function first(candidates: Candidates, now: number) {
  const [candidate] = candidates.due(now, () => true);
  if (!candidate) throw new Error('nobody is due');
  candidates.begin(candidate);
  return candidate;
}

test('who is named has some seconds to come by itself', () => {
  const candidates = new Candidates();
  candidates.add(named(1, peer(1)), 0);
  expect(dueOf(candidates, 4_999)).toEqual([]);
  expect(dueOf(candidates, 5_000)).toEqual(['192.0.2.1']);
  expect(dueOf(candidates, 5_000, () => false)).toEqual([]);
});

test('failures are followed by ever longer pauses, and then by oblivion', () => {
  const candidates = new Candidates();
  candidates.add(named(1, peer(1)), 0);
  let now = 5_000;
  for (const pause of [1, 2, 4, 8, 60]) {
    candidates.failed(first(candidates, now), now);
    // being named again changes nothing
    candidates.add(named(1, peer(1)), now);
    expect(dueOf(candidates, now + pause * minute - 1)).toEqual([]);
    now += pause * minute;
  }
  expect(dueOf(candidates, now)).toEqual([]);
  expect(candidates.size).toBe(0);
});

test('who is being tried, is connected, or wants nothing is not tried', () => {
  const candidates = new Candidates();
  candidates.add(named(1, peer(1)), 0);
  const candidate = first(candidates, 5_000);
  expect(dueOf(candidates, 5_000)).toEqual([]);
  candidates.connected(candidate, 5_000);
  expect(dueOf(candidates, 5_000)).toEqual([]);
  expect(dueOf(candidates, 5_000 + minute)).toEqual(['192.0.2.1']);
  candidates.rest(1, peer(1), 6_000);
  expect(dueOf(candidates, 59 * minute)).toEqual([]);
  candidates.rest(1, peer(2), 6_000);
});

test.each([
  ['', 1],
  ['example.org', 1],
  ['192.0.2.1', 0],
  ['192.0.2.1', 65_536],
  ['0.0.0.0', 1],
  ['239.0.0.1', 1],
  ['::', 1],
  ['ff02::1', 1],
])('nobody is at %s port %d', (host, port) => {
  const candidates = new Candidates();
  candidates.add(named(1, { host, port }), 0);
  expect(candidates.size).toBe(0);
});

test('one address has one name', () => {
  const candidates = new Candidates();
  candidates.add(named(1, { host: '::ffff:192.0.2.1', port: 1 }), 0);
  candidates.add(named(1, { host: '192.0.2.1', port: 1 }), 0);
  expect(dueOf(candidates, 5_000)).toEqual(['192.0.2.1']);
});

test('those tried last come last', () => {
  const candidates = new Candidates();
  for (const n of [1, 2, 3]) candidates.add(named(1, peer(n)), 0);
  candidates.connected(first(candidates, 5_000), 5_000);
  expect(dueOf(candidates, 10 * minute)).toEqual(['192.0.2.2', '192.0.2.3', '192.0.2.1']);
});

test('there are only so many of one publication, and none of one that is forgotten', () => {
  const candidates = new Candidates();
  for (let n = 0; n < 300; n++) candidates.add(named(1, { host: '192.0.2.1', port: n + 1 }), 0);
  candidates.add(named(2, peer(1)), 0);
  expect(candidates.size).toBe(201);
  candidates.forget(1);
  expect(dueOf(candidates, 5_000)).toEqual(['192.0.2.1']);
});

/** Has a peer name others of whom nobody is there. */
function nameMany(candidates: Candidates, id: number, by: string, count: number): void {
  for (let n = 0; n < count; n++) {
    const address = { host: `198.51.100.${n + 1}`, port: 1024 + Number(by.split('.').at(-1)) };
    candidates.add(named(id, address, 'pex', by), 0);
  }
}

test('one peer can name so many, however many connections it has, and all peers together more', () => {
  const candidates = new Candidates();
  nameMany(candidates, 1, '203.0.113.1', 50);
  expect(candidates.size).toBe(25);
  nameMany(candidates, 1, '203.0.113.1', 200);
  expect(candidates.size).toBe(25);
  for (let n = 2; n < 50; n++) nameMany(candidates, 1, `203.0.113.${n}`, 50);
  expect(candidates.size).toBe(100);
  for (let id = 2; id < 50; id++) nameMany(candidates, id, '203.0.113.1', 50);
  expect(candidates.size).toBe(100 + 200 - 25);
});

test('whom a tracker names is taken, whatever peers and the DHT have named before', () => {
  const candidates = new Candidates();
  for (let n = 1; n < 9; n++) nameMany(candidates, 1, `203.0.113.${n}`, 50);
  for (let n = 0; n < 200; n++)
    candidates.add(named(1, { host: '198.51.100.1', port: 10_000 + n }, 'dht'), 0);
  expect(candidates.size).toBe(200);
  for (let n = 1; n <= 120; n++) candidates.add(named(1, peer(n)), 0);
  expect(candidates.size).toBe(200);
  expect(dueOf(candidates, 5_000).slice(0, 120)).toEqual(
    Array.from({ length: 120 }, (_, n) => peer(n + 1).host),
  );
});

test('a newcomer goes for one that was not reached, and for none that was or is being tried', () => {
  const candidates = new Candidates();
  for (let n = 1; n <= 4; n++) nameMany(candidates, 1, `203.0.113.${n}`, 25);
  const honest = () => {
    candidates.add(named(1, peer(1), 'pex', '203.0.113.200'), 0);
    return dueOf(candidates, 5_000).includes(peer(1).host);
  };
  expect(honest()).toBe(false);
  const tried = first(candidates, 5_000);
  expect(honest()).toBe(false);
  candidates.failed(tried, 5_000);
  expect(honest()).toBe(true);
  const another = first(candidates, 5_000);
  candidates.rest(1, another, 5_000);
  candidates.add(named(1, peer(2), 'pex', '203.0.113.200'), 0);
  expect(dueOf(candidates, 5_000)).not.toContain(peer(2).host);
});

test('of all there are only so many, and who is named by a tracker has a place among them', () => {
  const candidates = new Candidates();
  for (let id = 1; id <= 200; id++) {
    for (let n = 1; n <= 4; n++) nameMany(candidates, id, `203.0.${id}.${n}`, 25);
    for (let n = 0; n < 100; n++)
      candidates.add(named(id, { host: '198.51.100.1', port: 10_000 + n }, 'dht'), 0);
  }
  expect(candidates.size).toBe(16_000);
  for (let id = 1; id <= 50; id++) {
    for (let n = 1; n <= 120; n++) candidates.add(named(id, peer(n)), 0);
  }
  expect(candidates.size).toBeLessThanOrEqual(20_000);
  const due = dueOf(candidates, 5_000).filter((host) => host.startsWith('192.0.2.'));
  expect(due).toHaveLength(50 * 120);
});
