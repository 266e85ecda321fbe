import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AnnounceRounds, type DhtProgress } from '../../../source/discovery/dht/announce-rounds.ts';

const minute = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(
  announce: (infoHash: string) => Promise<boolean>,
  peersOf: (infoHash: string) => number = () => 0,
) {
  const behind: DhtProgress[] = [];
  const sent: { infoHash: string; at: number }[] = [];
  const rounds = new AnnounceRounds({
    async announce(infoHash) {
      sent.push({ infoHash, at: Date.now() });
      return { accepted: await announce(infoHash), peers: peersOf(infoHash) };
    },
    onBehind: (progress) => behind.push(progress),
    now: () => performance.now(),
    random: () => 0.5,
  });
  return { rounds, sent, behind };
}

const hashes = (count: number) =>
  Array.from({ length: count }, (_, n) => n.toString(16).padStart(40, '0'));

const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

test('each is announced at once, and every quarter of an hour', async () => {
  const { rounds, sent } = setUp(async () => true);
  rounds.add(hashes(3));
  rounds.add(hashes(3));
  await vi.advanceTimersByTimeAsync(60 * minute);
  for (const infoHash of hashes(3)) {
    const times = sent.filter((one) => one.infoHash === infoHash).map(({ at }) => at - 1_000_000);
    expect(times.map((at) => Math.round(at / minute))).toEqual([0, 14, 29, 43, 57]);
  }
  expect(rounds.progress).toEqual({ announced: 3, of: 3, roundMs: 15 * minute });
  rounds.remove(hashes(3));
  sent.length = 0;
  await vi.advanceTimersByTimeAsync(60 * minute);
  expect(sent).toEqual([]);
});

/** Lookups of some seconds each, and how many there ever were at one time. */
function lookupsOf(ms: () => number) {
  const lookups = { underWay: 0, most: 0 };
  const announce = async () => {
    lookups.most = Math.max(lookups.most, ++lookups.underWay);
    await later(ms());
    lookups.underWay--;
    return true;
  };
  return { lookups, announce };
}

test('a few at a time; of thousands as many as it takes for all to be remembered', async () => {
  const { lookups, announce } = lookupsOf(() => 3_000);
  const { rounds, sent, behind } = setUp(announce);
  rounds.add(hashes(1_000));
  await vi.advanceTimersByTimeAsync(10 * minute);
  expect(lookups.most).toBe(8);
  rounds.add(hashes(8_000));
  await vi.advanceTimersByTimeAsync(16 * minute);
  expect(lookups.most).toBe(32);
  expect(new Set(sent.map(({ infoHash }) => infoHash)).size).toBe(8_000);
  await vi.advanceTimersByTimeAsync(60 * minute);
  expect(rounds.progress).toEqual({ announced: 8_000, of: 8_000, roundMs: 15 * minute });
  expect(behind).toEqual([]);
  rounds.stop();
  await vi.advanceTimersByTimeAsync(minute);
  expect(vi.getTimerCount()).toBe(0);
});

test('that nodes forget some before their next turn is told once, and seen', async () => {
  let lookupMs = 12_000;
  const { announce } = lookupsOf(() => lookupMs);
  const { rounds, behind } = setUp(announce);
  rounds.add(hashes(10_000));
  await vi.advanceTimersByTimeAsync(120 * minute);
  expect(behind).toHaveLength(1);
  expect(behind[0]?.of).toBe(10_000);
  expect(behind[0]?.roundMs).toBeGreaterThan(30 * minute);
  const { announced } = rounds.progress;
  expect(announced).toBeGreaterThan(4_000);
  expect(announced).toBeLessThan(6_000);
  lookupMs = 1_000;
  await vi.advanceTimersByTimeAsync(60 * minute);
  expect(rounds.progress.announced).toBe(10_000);
  lookupMs = 12_000;
  await vi.advanceTimersByTimeAsync(60 * minute);
  expect(behind).toHaveLength(2);
});

test('those that were never announced go first, then those with few peers', async () => {
  const { announce } = lookupsOf(() => 12_000);
  const isPopular = (infoHash: string) => Number.parseInt(infoHash, 16) % 2 === 0;
  const { rounds, sent } = setUp(announce, (infoHash) => (isPopular(infoHash) ? 100 : 3));
  rounds.add(hashes(6_000));
  await vi.advanceTimersByTimeAsync(45 * minute);
  sent.length = 0;
  const added = 'ff'.repeat(20);
  rounds.add([added]);
  await vi.advanceTimersByTimeAsync(10 * minute);
  expect(sent.slice(0, 32).map(({ infoHash }) => infoHash)).toContain(added);
  const popular = sent.filter(({ infoHash }) => infoHash !== added && isPopular(infoHash));
  expect(popular.length).toBeLessThan(sent.length / 10);
});

test('what is not announced any more is forgotten like the nodes do', async () => {
  let isOnline = true;
  const { rounds } = setUp(async () => isOnline);
  rounds.add(hashes(3));
  await vi.advanceTimersByTimeAsync(minute);
  expect(rounds.progress.announced).toBe(3);
  isOnline = false;
  await vi.advanceTimersByTimeAsync(45 * minute);
  expect(rounds.progress.announced).toBe(0);
});

test('while nobody answers, one is tried now and then for all; then they go on', async () => {
  let isOnline = false;
  const { rounds, sent } = setUp(async () => isOnline);
  rounds.add(hashes(1_000));
  await vi.advanceTimersByTimeAsync(30 * minute);
  expect(sent.length).toBeGreaterThan(20);
  expect(sent.length).toBeLessThan(50);
  expect(rounds.progress.announced).toBe(0);
  isOnline = true;
  await vi.advanceTimersByTimeAsync(2 * minute);
  expect(rounds.progress.announced).toBe(1_000);
});
