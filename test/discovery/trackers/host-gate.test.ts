import { expect, test } from 'vitest';
import { HostGate } from '../../../source/discovery/trackers/host-gate.ts';

function gateWith(count: number, protocol: 'http' | 'udp' = 'http') {
  const gate = new HostGate<number>(protocol, () => 0.5);
  gate.users = count;
  const turns = Array.from({ length: count }, (_, index) => gate.enter(index, false));
  return { gate, turns };
}

/** Takes all that may pass at `now`. */
function takeAll(gate: HostGate<number>, now: number): number[] {
  const taken: number[] = [];
  for (let one = gate.take(now); one !== null; one = gate.take(now)) taken.push(one);
  return taken;
}

test('a few pass at a time, apart from each other, in the order they came', () => {
  const { gate } = gateWith(20);
  const passed: number[] = [];
  let now = 1_000;
  while (passed.length < 8) {
    const taken = takeAll(gate, now);
    passed.push(...taken);
    const next = gate.nextAt(now);
    if (next === null) break;
    expect(next).toBeGreaterThan(now);
    now = next;
  }
  expect(passed).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  // the first few make up for the time before
  expect(now).toBe(1_000 + 7 * 40 - 100);
  expect(gate.nextAt(now + 60_000)).toBeNull();
  gate.done(null, now);
  expect(takeAll(gate, now + 60_000)).toEqual([8]);
});

test('an urgent one goes first, and at once', () => {
  const { gate } = gateWith(5);
  expect(takeAll(gate, 1_000)).toContain(0);
  gate.enter(99, true);
  expect(gate.nextAt(1_000)).toBe(1_000);
  expect(gate.take(1_000)).toBe(99);
});

test('so many that the distance would make them late keep less of it', () => {
  const { gate } = gateWith(100_000);
  let now = 0;
  let passed = 0;
  while (gate.waiting > 0) {
    for (const _ of takeAll(gate, now)) {
      gate.done(null, now);
      passed++;
    }
    now = Math.max(now + 1, gate.nextAt(now) ?? 0);
  }
  expect(passed).toBe(100_000);
  expect(now).toBeLessThanOrEqual(10 * 60_000 + 1_000);
});

test('it tells when a turn will come', () => {
  const { gate, turns } = gateWith(10);
  expect(turns).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(gate.turnAt(9, 1_000)).toBe(1_000 + 9 * 40);
  while (gate.take(1_000_000) !== null);
  const now = 1_000_000;
  expect(gate.turnAt(9, now)).toBeLessThan(now + 9 * 40);
});

test('a host that fails three times in a row is down: one passes now and then', () => {
  const { gate } = gateWith(50);
  const down: boolean[] = [];
  for (const now of [0, 100, 200]) {
    gate.take(now);
    down.push(gate.done('connection refused', now));
  }
  expect(down).toEqual([false, false, true]);
  expect(gate.down).toEqual({ until: 60_200, problem: 'connection refused' });
  expect(gate.take(60_199)).toBeNull();
  expect(gate.nextAt(300)).toBe(60_200);
  // one tries, the others wait for what becomes of it
  expect(takeAll(gate, 60_200)).toHaveLength(1);
  expect(gate.done('connection refused', 61_000)).toBe(false);
  expect(gate.down?.until).toBe(61_000 + 120_000);
  expect(takeAll(gate, 181_000)).toHaveLength(1);
  gate.done(null, 181_100);
  expect(gate.down).toBeNull();
  expect(takeAll(gate, 182_000).length).toBeGreaterThan(1);
});

test('failures of those under way when it went down do not count again', () => {
  const { gate } = gateWith(0);
  for (let n = 0; n < 6; n++) gate.enter(n, true);
  expect(takeAll(gate, 0)).toHaveLength(6);
  for (let n = 0; n < 6; n++) gate.done('no answer in time', 1_000);
  expect(gate.down?.until).toBe(61_000);
});

test('those who wait can leave', () => {
  const { gate } = gateWith(5);
  expect(gate.take(0)).toBe(0);
  gate.enter(99, true);
  expect(gate.leave()).toEqual([99, 1, 2, 3, 4]);
  expect(gate.waiting).toBe(0);
  expect(gate.take(1_000)).toBeNull();
});
