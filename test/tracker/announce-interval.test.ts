import { expect, test } from 'vitest';
import { AnnounceInterval } from '../../source/tracker/announce-interval.ts';
import { addressOf, createTestTracker, peersHeld, plainAnnounce } from './test-tracker.ts';

const seconds = 1_800;

test('check 27: a peer that comes back when it was told to is there all the time, even under load', () => {
  const infoHash = 'h'.repeat(20);
  for (const random of [() => 0, () => 0.999_999]) {
    // so few announces a second that each peer is asked to wait the longest
    const clock = { ms: 0 };
    const tracker = createTestTracker({
      now: () => clock.ms,
      random,
      intervalSeconds: seconds,
      announcesPerSecond: 1,
    });
    tracker.track(infoHash, { completed: 0, seeding: false, private: false });
    const announceFrom = (n: number) =>
      tracker.announce(
        { ...plainAnnounce, infoHash, peerId: String(n).padStart(20), port: 7_000 + n },
        { address: addressOf(`203.0.${n >> 4}.${n & 15}`), localAddress: null, protocol: 'http' },
      );
    const peers = 2_500;
    for (let n = 1; n <= peers; n++) announceFrom(n);
    tracker.tick();
    for (let round = 0; round < 3; round++) {
      const answer = announceFrom(0);
      if (answer.kind === 'refusal') throw new Error(answer.reason);
      for (let waited = 0; waited < answer.interval; waited += 60) {
        clock.ms += 60_000;
        for (let sweep = 0; sweep < 100; sweep++) tracker.sweep();
        if (waited % 1_200 === 0) for (let n = 1; n <= peers; n++) announceFrom(n);
        tracker.tick();
        expect(peersHeld(tracker)).toBe(peers + 1);
      }
    }
  }
});

test('check 27: peers are kept longer than any of them is ever asked to wait, with time to try again', () => {
  for (const random of [() => 0, () => 0.5, () => 0.999_999]) {
    const interval = new AnnounceInterval({
      ...{ seconds, random, now: () => 0 },
      minSeconds: 60,
      announcesPerSecond: 1,
    });
    for (const peers of [0, 1, seconds, 2 * seconds, 1_000_000]) {
      interval.adapt(peers);
      expect(interval.lifetimeMs).toBeGreaterThan(interval.next(true) * 1000 + 60_000);
    }
  }
});

test('newcomers are asked to come again soon while others come back, and for one interval only', () => {
  const clock = { ms: 0 };
  const interval = new AnnounceInterval({
    ...{ seconds, random: () => 0.5, now: () => clock.ms },
    minSeconds: 60,
    announcesPerSecond: 10,
  });
  expect(interval.next(false)).toBe(seconds);
  interval.expectReturns();
  expect([interval.next(false), interval.next(true)]).toEqual([300, seconds]);
  // no sooner than so many can be answered
  interval.adapt(10_000);
  expect([interval.next(false), interval.next(true)]).toEqual([1_000, seconds]);
  interval.adapt(0);
  clock.ms = seconds * 1000 - 1;
  expect(interval.next(false)).toBe(300);
  clock.ms++;
  expect(interval.next(false)).toBe(seconds);
});
