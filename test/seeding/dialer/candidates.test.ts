import { expect, test } from 'vitest';
import { Candidates } from '../../../source/seeding/dialer/candidates.ts';

const infoHash = 'ab'.repeat(20);
const peer = (n: number) => ({ host: `192.0.2.${n}`, port: 6881 });
const minute = 60_000;

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
  candidates.add(1, infoHash, 'tracker', peer(1), 0);
  expect(dueOf(candidates, 4_999)).toEqual([]);
  expect(dueOf(candidates, 5_000)).toEqual(['192.0.2.1']);
  expect(dueOf(candidates, 5_000, () => false)).toEqual([]);
});

test('failures are followed by ever longer pauses, and then by oblivion', () => {
  const candidates = new Candidates();
  candidates.add(1, infoHash, 'tracker', peer(1), 0);
  let now = 5_000;
  for (const pause of [1, 2, 4, 8, 60]) {
    candidates.failed(first(candidates, now), now);
    // being named again changes nothing
    candidates.add(1, infoHash, 'tracker', peer(1), now);
    expect(dueOf(candidates, now + pause * minute - 1)).toEqual([]);
    now += pause * minute;
  }
  expect(dueOf(candidates, now)).toEqual([]);
  expect(candidates.size).toBe(0);
});

test('who is being tried, is connected, or wants nothing is not tried', () => {
  const candidates = new Candidates();
  candidates.add(1, infoHash, 'tracker', peer(1), 0);
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
  candidates.add(1, infoHash, 'tracker', { host, port }, 0);
  expect(candidates.size).toBe(0);
});

test('one address has one name', () => {
  const candidates = new Candidates();
  candidates.add(1, infoHash, 'tracker', { host: '::ffff:192.0.2.1', port: 1 }, 0);
  candidates.add(1, infoHash, 'tracker', { host: '192.0.2.1', port: 1 }, 0);
  expect(dueOf(candidates, 5_000)).toEqual(['192.0.2.1']);
});

test('those tried last come last', () => {
  const candidates = new Candidates();
  for (const n of [1, 2, 3]) candidates.add(1, infoHash, 'tracker', peer(n), 0);
  candidates.connected(first(candidates, 5_000), 5_000);
  expect(dueOf(candidates, 10 * minute)).toEqual(['192.0.2.2', '192.0.2.3', '192.0.2.1']);
});

test('there are only so many of one publication, and none of one that is forgotten', () => {
  const candidates = new Candidates();
  for (let n = 0; n < 300; n++)
    candidates.add(1, infoHash, 'tracker', { host: '192.0.2.1', port: n + 1 }, 0);
  candidates.add(2, infoHash, 'tracker', peer(1), 0);
  expect(candidates.size).toBe(201);
  candidates.forget(1);
  expect(dueOf(candidates, 5_000)).toEqual(['192.0.2.1']);
});
