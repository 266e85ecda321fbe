import { expect, test } from 'vitest';
import { growthIn } from '../helpers/memory-watch.ts';
import { StandaloneTracker } from '../helpers/standalone-tracker.ts';
import { seededRandom } from '../tracker/seeded-random.ts';
import { floodTracker } from '../tracker/soak/flooded-tracker.ts';
import { soak, soakSettings } from '../tracker/soak/soak.ts';

/** What `npm run soak:tracker` does for ten minutes, in some twenty seconds. */

const rounds = 600;

test('good announces are answered in the midst of garbage, and memory stays where it is', {
  timeout: 240_000,
}, async () => {
  await using tracker = await StandaloneTracker.start(soakSettings);
  const { good, samples } = await soak(tracker, seededRandom(42), {
    goesOn: (done) => done < rounds,
  });
  expect(good).toBe(rounds * (40 + 41 + 1));
  expect(growthIn(samples)).toBeNull();
  expect(await tracker.complaints()).toEqual([]);
  const { peersAll, peersWebSocket } = await tracker.facts();
  // of the one address that all of UDP and the good announces of HTTP come from
  expect(peersAll).toBeLessThanOrEqual(soakSettings.maxPeersPerAddress);
  expect(peersWebSocket).toBe(0);
});

test('check 104: random info hashes of one address leave memory bounded, and others served', {
  timeout: 120_000,
}, async () => {
  const maxPeersPerAddress = 1_000;
  await using tracker = await StandaloneTracker.start({ requestsPerSecond: 0, maxPeersPerAddress });
  const announces = 150_000;
  const { answered, before, after, facts } = await floodTracker(tracker, announces);
  // all but what the system's queues drop
  expect(answered).toBeGreaterThan(announces * 0.9);
  const honest = 11;
  expect(facts.peersAll).toBeLessThanOrEqual(maxPeersPerAddress + honest);
  expect(facts.torrents).toBeLessThanOrEqual(maxPeersPerAddress + 1);
  expect(after.resident - before.resident).toBeLessThan(64 * 2 ** 20);
  expect(await tracker.complaints()).toEqual([]);
});
