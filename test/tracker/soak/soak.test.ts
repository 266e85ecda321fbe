import { expect, test } from 'vitest';
import { startTrackerUnderTest } from '../conformance/tracker-under-test.ts';
import { seededRandom } from '../seeded-random.ts';
import { soakRound } from './soak.ts';

test('good announces are answered in the midst of garbage, and memory stays where it is', {
  timeout: 120_000,
}, async () => {
  const tracker = await startTrackerUnderTest();
  try {
    const random = seededRandom(42);
    for (let round = 0; round < 5; round++) await soakRound(tracker, random);
    const before = await tracker.call.status();
    let good = 0;
    for (let round = 0; round < 15; round++) good += (await soakRound(tracker, random)).good;
    const after = await tracker.call.status();
    expect(good).toBe(15 * (40 + 41 + 1));
    expect(tracker.faults).toEqual([]);
    // what this process of tests grows by is in it, too
    expect(after.residentBytes - before.residentBytes).toBeLessThan(100 * 2 ** 20);
    expect(after.held.peers).toBeLessThan(20 * 60);
    expect(after.webSockets).toBe(0);
    expect(after.held.guests).toBe(0);
  } finally {
    await tracker.stop();
  }
});
