import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type UploadGate, UploadLimiter } from '../../../source/seeding/limits/upload-limiter.ts';

const block = 16_384;
const seconds = 10;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
afterEach(() => void vi.useRealTimers());

/** A peer that takes whatever it may have, in whole blocks, a chunk at a time. */
interface Hungry {
  sent: number;
  gate: UploadGate;
}

class Simulation {
  #ms = 0;
  readonly limiter = new UploadLimiter(() => this.#ms);
  readonly #peers: Hungry[] = [];
  readonly #pump = new Map<Hungry, () => void>();

  /** `chunk`: what it takes at one time; `restMs`: for how long it wants nothing after that. */
  peer(
    publication: number,
    chunk = 32 * block,
    restMs = 0,
    more: { isExempt?(): boolean; address?: string } = {},
  ): Hungry {
    let restUntil = 0;
    const pump = (): void => {
      if (this.#ms < restUntil) return;
      const granted = peer.gate.take(chunk);
      if (granted === 0) return;
      const bytes = Math.max(1, Math.floor(granted / block)) * block;
      peer.gate.settle(granted, bytes);
      peer.sent += bytes;
      restUntil = this.#ms + restMs;
    };
    const gate = this.limiter.gateFor(publication, { wake: pump, ...more });
    const peer: Hungry = { sent: 0, gate };
    this.#peers.push(peer);
    this.#pump.set(peer, pump);
    return peer;
  }

  /**
   * Lets time pass; every peer asks again each millisecond, or only every `stepMs`, when the thread
   * is busy with other things meanwhile.
   */
  run(ms: number, stepMs = 1): void {
    for (let n = 0; n < ms; n += stepMs) {
      this.#ms += stepMs;
      vi.advanceTimersByTime(stepMs);
      for (const peer of this.#peers) this.#pump.get(peer)?.();
    }
  }
}

const total = (peers: Hungry[]) => peers.reduce((sum, { sent }) => sum + sent, 0);

function expectNear(value: number, wanted: number, share: number): void {
  expect(value).toBeGreaterThan(wanted * (1 - share));
  expect(value).toBeLessThan(wanted * (1 + share));
}

describe('within 5 % over 10 s', () => {
  test.each([200_000, 1_000_000, 20_000_000, 500_000_000])('%d bytes a second to all', (rate) => {
    const simulation = new Simulation();
    simulation.limiter.setLimits({ overall: rate, perPeer: null });
    const peers = [1, 1, 2, 3, 3, 3].map((id) => simulation.peer(id));
    simulation.run(seconds * 1_000);
    expectNear(total(peers), rate * seconds, 0.05);
    // and everybody the same, as far as blocks allow
    const fair = total(peers) / peers.length;
    for (const { sent } of peers) {
      expect(Math.abs(sent - fair)).toBeLessThan(Math.max(2 * block, 0.01 * fair));
    }
  });

  test.each([50, 150, 350])('though the thread is busy for %d ms at a time', (stepMs) => {
    const simulation = new Simulation();
    simulation.limiter.setLimits({ overall: 1_000_000, perPeer: null });
    const peers = [1, 1, 2].map((id) => simulation.peer(id));
    simulation.run(1_000);
    const before = total(peers);
    simulation.run(seconds * 1_000, stepMs);
    expectNear(total(peers) - before, 1_000_000 * seconds, 0.05);
  });

  test('though nobody wanted any for long, or all of it is wanted by fits and starts', () => {
    const simulation = new Simulation();
    simulation.limiter.setLimits({ overall: 1_000_000, perPeer: null });
    simulation.run(5_000);
    const peer = simulation.peer(1, 200 * block, 900);
    simulation.run(seconds * 1_000);
    expect(peer.sent).toBeLessThan(1_050_000 * seconds);
  });

  test('to each peer', () => {
    const simulation = new Simulation();
    simulation.limiter.setLimits({ overall: null, perPeer: 500_000 });
    const peers = [1, 1, 2].map((id) => simulation.peer(id));
    simulation.run(seconds * 1_000);
    for (const { sent } of peers) expectNear(sent, 500_000 * seconds, 0.05);
  });

  test('to all connections of an address, of whatever publications', () => {
    const simulation = new Simulation();
    simulation.limiter.setLimits({ overall: null, perPeer: 500_000 });
    const one = [1, 1, 2].map((id) => simulation.peer(id, 32 * block, 0, { address: 'one' }));
    const another = simulation.peer(1, 32 * block, 0, { address: 'another' });
    simulation.run(seconds * 1_000);
    expectNear(total(one), 500_000 * seconds, 0.05);
    expectNear(another.sent, 500_000 * seconds, 0.05);
    for (const { sent } of one) expect(sent).toBeGreaterThan(0.2 * total(one));
    for (const { gate } of one) gate.close();
    const later = simulation.peer(1, 32 * block, 0, { address: 'one' });
    simulation.run(seconds * 1_000);
    expectNear(later.sent, 500_000 * seconds, 0.05);
  });

  test('of one publication, whose peers do not hold up those of others', () => {
    const simulation = new Simulation();
    simulation.limiter.setLimits({ overall: 10_000_000, perPeer: null });
    simulation.limiter.limitPublication(1, 1_000_000);
    const limited = [simulation.peer(1), simulation.peer(1)];
    const free = [simulation.peer(2), simulation.peer(2)];
    simulation.run(seconds * 1_000);
    expectNear(total(limited), 1_000_000 * seconds, 0.05);
    expectNear(total(free), 9_000_000 * seconds, 0.05);
  });
});

test.each([
  ['overall', 3_000_000, null],
  ['of a publication', null, 3_000_000],
  ['of a publication, below that overall', 50_000_000, 3_000_000],
])('fair: peers that ask for more, or sooner again, get no more (%s)', (_, overall, rate) => {
  const simulation = new Simulation();
  simulation.limiter.setLimits({ overall, perPeer: null });
  simulation.limiter.limitPublication(1, rate);
  const peers = [
    simulation.peer(1, block),
    simulation.peer(1, 4 * block, 7),
    simulation.peer(1, 64 * block, 30),
    simulation.peer(1, 32 * block),
  ];
  simulation.run(seconds * 1_000);
  expectNear(total(peers), 3_000_000 * seconds, 0.05);
  for (const { sent } of peers) expectNear(sent, total(peers) / peers.length, 0.05);
});

test('who wanted nothing for a while gets no more afterwards for it', () => {
  const simulation = new Simulation();
  simulation.limiter.setLimits({ overall: 1_000_000, perPeer: null });
  const [one, other] = [simulation.peer(1), simulation.peer(1)];
  simulation.run(5_000);
  const late = simulation.peer(1);
  const before = total([one, other]);
  simulation.run(5_000);
  expectNear(late.sent, 5_000_000 / 3, 0.05);
  expectNear(total([one, other]) - before, 10_000_000 / 3, 0.05);
});

test('who is exempt is held to the limit of its publication alone', () => {
  const simulation = new Simulation();
  simulation.limiter.setLimits({ overall: 500_000, perPeer: 100_000 });
  simulation.limiter.limitPublication(1, 2_000_000);
  let isExempt = true;
  const local = simulation.peer(1, 32 * block, 0, { isExempt: () => isExempt });
  const unlimited = simulation.peer(2, block, 0, { isExempt: () => isExempt });
  const others = Array.from({ length: 6 }, () => simulation.peer(2));
  simulation.run(seconds * 1_000);
  expectNear(local.sent, 2_000_000 * seconds, 0.05);
  expectNear(total(others), 500_000 * seconds, 0.05);
  expect(unlimited.sent).toBeGreaterThanOrEqual(seconds * 1_000 * block);
  isExempt = false;
  const before = local.sent;
  simulation.run(seconds * 1_000);
  expect(local.sent - before).toBeLessThan(100_000 * seconds * 1.05);
});

test('500 peers get their turns, however slow the line', () => {
  const simulation = new Simulation();
  simulation.limiter.setLimits({ overall: 10_000_000, perPeer: null });
  const peers = Array.from({ length: 500 }, () => simulation.peer(1));
  simulation.run(seconds * 1_000);
  expectNear(total(peers), 10_000_000 * seconds, 0.05);
  const sent = peers.map((peer) => peer.sent / block);
  expect(Math.max(...sent) - Math.min(...sent)).toBeLessThanOrEqual(2);
});

test('a limit that is changed or taken away holds at once', () => {
  const simulation = new Simulation();
  simulation.limiter.setLimits({ overall: 1_000, perPeer: null });
  const peer = simulation.peer(1);
  simulation.run(1_000);
  expect(peer.sent).toBeLessThanOrEqual(block);
  simulation.limiter.setLimits({ overall: 1_000_000, perPeer: null });
  const before = peer.sent;
  simulation.run(seconds * 1_000);
  expectNear(peer.sent - before, 1_000_000 * seconds, 0.05);
  simulation.limiter.setLimits({ overall: null, perPeer: null });
  const limited = peer.sent;
  simulation.run(100);
  expect(peer.sent - limited).toBeGreaterThanOrEqual(50 * 32 * block);
});

test('who leaves the line is not served, and gives nothing up that others wait for', () => {
  const simulation = new Simulation();
  simulation.limiter.setLimits({ overall: 1_000_000, perPeer: null });
  const [gone, stays] = [simulation.peer(1), simulation.peer(1)];
  simulation.run(100);
  gone.gate.close();
  const wake = vi.fn();
  const other = simulation.limiter.gateFor(1, { wake });
  while (other.take(block) > 0);
  other.close();
  simulation.run(1_000);
  expect(wake).not.toHaveBeenCalled();
  expect(stays.sent).toBeGreaterThan(0);
});

test('who was sent much without a limit gets the same as others once there is one', () => {
  const simulation = new Simulation();
  const early = Array.from({ length: 3 }, (_, n) => simulation.peer(1, (1 + 3 * n) * block));
  simulation.run(2_000);
  simulation.limiter.setLimits({ overall: 2_000_000, perPeer: null });
  const late = simulation.peer(1);
  const before = early.map(({ sent }) => sent);
  simulation.run(seconds * 1_000);
  for (const [n, { sent }] of early.entries()) {
    expectNear(sent - (before[n] ?? 0), (2_000_000 * seconds) / 4, 0.05);
  }
  expectNear(late.sent, (2_000_000 * seconds) / 4, 0.05);
});
