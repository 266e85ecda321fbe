import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { AnnounceRounds } from '../../../source/discovery/dht/announce-rounds.ts';

const minute = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

function setUp(announce: (infoHash: string) => Promise<boolean>) {
  const sent: { infoHash: string; at: number }[] = [];
  const rounds = new AnnounceRounds({
    announce(infoHash) {
      sent.push({ infoHash, at: Date.now() });
      return announce(infoHash);
    },
    now: () => performance.now(),
    random: () => 0.5,
  });
  return { rounds, sent };
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
  expect(rounds.progress).toEqual({ announced: 3, of: 3 });
  rounds.remove(hashes(3));
  sent.length = 0;
  await vi.advanceTimersByTimeAsync(60 * minute);
  expect(sent).toEqual([]);
});

test('a few at a time, and all of thousands in their turn', async () => {
  let underWay = 0;
  let most = 0;
  const { rounds, sent } = setUp(async () => {
    most = Math.max(most, ++underWay);
    await later(2_000);
    underWay--;
    return true;
  });
  rounds.add(hashes(10_000));
  await vi.advanceTimersByTimeAsync(42 * minute);
  expect(most).toBe(8);
  expect(new Set(sent.map(({ infoHash }) => infoHash)).size).toBe(10_000);
  expect(rounds.progress).toEqual({ announced: 10_000, of: 10_000 });
  rounds.stop();
  await vi.advanceTimersByTimeAsync(minute);
  expect(vi.getTimerCount()).toBe(0);
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
