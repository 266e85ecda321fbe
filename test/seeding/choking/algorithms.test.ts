import { describe, expect, test } from 'vitest';
import { antiLeech } from '../../../source/seeding/choking/anti-leech.ts';
import { optimisticSlots } from '../../../source/seeding/choking/decide-slots.ts';
import { fastest } from '../../../source/seeding/choking/fastest.ts';
import { roundRobin } from '../../../source/seeding/choking/round-robin.ts';
import { slotsByRate } from '../../../source/seeding/choking/slots-by-rate.ts';
import { simulate, type TestPeer, testPeer } from './simulation.ts';

const slots = 20;

function swarmOf(count: number, progress = (_index: number) => 0): TestPeer[] {
  return Array.from({ length: count }, (_, index) =>
    testPeer(`${index}`, { progress: progress(index) }),
  );
}

const servedSum = (peers: TestPeer[]) => peers.reduce((sum, { served }) => sum + served, 0);

describe.each([
  ['round-robin', roundRobin],
  ['fastest', fastest],
  ['anti-leech', antiLeech],
])('%s', (_, algorithm) => {
  test('of 500 interested peers and 20 slots nobody starves', () => {
    // the first ones are always fast, and always look as if they had just begun
    const peers = swarmOf(500, (index) => (index < 100 ? 0 : 0.5));
    const takes = () => {
      for (const [index, one] of peers.entries()) {
        one.uploadRate = one.choked ? 0 : index < 100 ? 1_000_000 : 10_000;
      }
    };
    // by turns alone, of the slots that go by turns
    const seconds = Math.ceil((500 / optimisticSlots(slots)) * 14);
    simulate(algorithm, peers, { slots, seconds }, takes);
    expect(Math.min(...peers.map(({ served }) => served))).toBeGreaterThanOrEqual(12);
  });
});

test('fastest: those who take data fastest keep their slots once they have shown it', () => {
  const peers = swarmOf(100);
  const isFast = (index: number) => index % 5 === 0;
  simulate(fastest, peers, { slots, seconds: 1_200 }, () => {
    for (const [index, one] of peers.entries()) {
      one.uploadRate = one.choked ? 0 : isFast(index) ? 900_000 : 9_000;
    }
  });
  const fast = servedSum(peers.filter((_, index) => isFast(index)));
  // 20 of 100 are fast: in turns they would have a fifth
  expect(fast / servedSum(peers)).toBeGreaterThan(0.6);
});

test('fastest: an unchoked peer that takes nothing has earned nothing', () => {
  const dead = testPeer('dead', { choked: false, since: 0 });
  const peers = [dead, ...swarmOf(5)];
  simulate(fastest, peers, { slots: 2, seconds: 30 }, () => {
    for (const one of peers) one.uploadRate = one === dead || one.choked ? 0 : 5_000;
  });
  expect(dead.choked).toBe(true);
});

test('anti-leech: those who have just begun or are almost done are served most', () => {
  const peers = swarmOf(90, (index) => [0, 0.5, 1][index % 3] ?? 0);
  simulate(antiLeech, peers, { slots, seconds: 600 }, () => {
    for (const one of peers) one.uploadRate = one.choked ? 0 : 10_000;
  });
  const middle = servedSum(peers.filter(({ progress }) => progress === 0.5));
  expect(middle / servedSum(peers)).toBeLessThan(0.25);
  expect(middle).toBeGreaterThan(0);
});

test('anti-leech: a peer moves on, and its slot goes to who has just begun', () => {
  const peers = swarmOf(40);
  simulate(antiLeech, peers, { slots: 10, seconds: 400 }, () => {
    for (const one of peers) {
      one.uploadRate = one.choked ? 0 : 10_000;
      if (!one.choked && one.progress < 0.5) one.progress += 0.01;
    }
  });
  // all have got about as far
  const progress = peers.map((one) => one.progress);
  expect(Math.max(...progress) - Math.min(...progress)).toBeLessThan(0.3);
});

describe('slots by rate', () => {
  const served = (rates: number[], since = 0) =>
    rates.map((uploadRate) => testPeer('', { choked: false, since, uploadRate }));
  const now = 60_000;

  test('there are some whatever happens', () => {
    expect(slotsByRate([], now)).toBe(8);
    expect(slotsByRate(served(Array(50).fill(0)), now)).toBe(8);
  });

  test('there are more as long as those there are serve their peers well', () => {
    expect(slotsByRate(served(Array(20).fill(1_000_000)), now)).toBe(30);
    expect(slotsByRate(served(Array(200).fill(1_000_000)), now)).toBe(300);
    expect(slotsByRate(served(Array(200).fill(20 * 1024)), now)).toBe(15);
  });

  test('who has just been unchoked, or is choked, says nothing yet', () => {
    expect(slotsByRate(served(Array(20).fill(1_000_000), now - 1_000), now)).toBe(8);
    const choked = swarmOf(20).map((one) => ({ ...one, uploadRate: 1_000_000 }));
    expect(slotsByRate(choked, now)).toBe(8);
  });

  test.each([
    ['a line of 1 MB a second', 1_000_000],
    ['of 10 MB', 10_000_000],
    ['of 100 MB', 100_000_000],
  ])('%s settles at a number of slots, each of which is worth having', (_, line) => {
    const peers = swarmOf(2_000);
    const counts: number[] = [];
    let count = 8;
    for (let second = 1; second <= 600; second++) {
      simulate(roundRobin, peers, { slots: count, seconds: 1 });
      for (const one of peers) one.since = one.choked ? one.since : 0;
      const open = peers.filter(({ choked }) => !choked);
      for (const one of open) one.uploadRate = line / open.length;
      count = slotsByRate(peers, second * 1_000);
      if (second > 300) counts.push(count);
    }
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 * Math.min(...counts));
    expect(line / Math.max(...counts)).toBeGreaterThan(20_000);
  });
});
