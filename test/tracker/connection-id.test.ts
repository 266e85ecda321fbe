import fc from 'fast-check';
import { expect, test } from 'vitest';
import { connectionIdSeconds, createConnectionIds } from '../../source/tracker/connection-id.ts';
import { ipv4 } from './test-tracker.ts';

const start = Date.UTC(2030, 0);
const setUp = (secret = Buffer.alloc(32, 1)) => {
  const clock = { ms: start };
  return { clock, ids: createConnectionIds({ secret, now: () => clock.ms }) };
};

test('66 an id is 8 bytes, another for each address, time and secret', () => {
  const { clock, ids } = setUp();
  const id = ids.issue(ipv4(1));
  expect(id).toHaveLength(8);
  expect(ids.issue(ipv4(2))).not.toEqual(id);
  expect(setUp(Buffer.alloc(32, 2)).ids.issue(ipv4(1))).not.toEqual(id);
  clock.ms += 1_000;
  expect(ids.issue(ipv4(1))).not.toEqual(id);
});

test('66 an id begins with its time; the rest differs, also between the families', () => {
  const { ids } = setUp();
  const of = (address: string) => ids.issue(address).toString('hex');
  const time = (start / 1000).toString(16);
  const all = [ipv4(0), ipv4(1), '\0'.repeat(16), ipv4(1).repeat(4)].map(of);
  for (const id of all) expect(id.startsWith(time)).toBe(true);
  expect(new Set(all).size).toBe(4);
});

test('69 an id is accepted from its address for two minutes at least, then no longer', () => {
  const { clock, ids } = setUp();
  const id = ids.issue(ipv4(0xc0000201));
  for (const age of [0, 120_000, connectionIdSeconds * 1000]) {
    clock.ms = start + age;
    expect(ids.accepts(id, 0, ipv4(0xc0000201))).toBe(true);
    expect(ids.accepts(id, 0, ipv4(0xc0000202))).toBe(false);
  }
  clock.ms = start + (connectionIdSeconds + 1) * 1000;
  expect(ids.accepts(id, 0, ipv4(0xc0000201))).toBe(false);
});

test('69 zero, the protocol id and ids from the future are not accepted', () => {
  const { clock, ids } = setUp();
  expect(ids.accepts(Buffer.alloc(8), 0, ipv4(1))).toBe(false);
  expect(ids.accepts(Buffer.from('0000041727101980', 'hex'), 0, ipv4(1))).toBe(false);
  const id = ids.issue(ipv4(1));
  clock.ms -= 2_000;
  expect(ids.accepts(id, 0, ipv4(1))).toBe(false);
});

test('no bytes that were not issued are accepted', () => {
  const { ids } = setUp();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 9 }), (bytes) => !ids.accepts(bytes, 0, ipv4(1))),
  );
  const id = ids.issue(ipv4(1));
  for (let bit = 0; bit < 64; bit++) {
    const flipped = Buffer.from(id);
    flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(ids.accepts(flipped, 0, ipv4(1))).toBe(false);
  }
});

test('69 an id that was proven once is not another one, nor of another address', () => {
  const { clock, ids } = setUp();
  const id = ids.issue(ipv4(1));
  for (let n = 0; n < 2; n++) expect(ids.accepts(id, 0, ipv4(1))).toBe(true);
  expect(ids.accepts(id, 0, ipv4(2))).toBe(false);
  for (let at = 0; at < 8; at++) {
    const other = Buffer.from(id);
    other[at] = (other[at] ?? 0) ^ 1;
    expect(ids.accepts(other, 0, ipv4(1))).toBe(false);
  }
  clock.ms += (connectionIdSeconds + 1) * 1000;
  expect(ids.accepts(id, 0, ipv4(1))).toBe(false);
});
