import { expect, test } from 'vitest';
import { until } from '../helpers/everseed.ts';
import { StandaloneTracker } from '../helpers/standalone-tracker.ts';
import { seededRandom } from '../tracker/seeded-random.ts';
import { floodTracker, HonestSwarm } from '../tracker/soak/flooded-tracker.ts';
import { pourHashes } from '../tracker/soak/hash-flood.ts';
import { soak, soakAddresses, soakSettings } from '../tracker/soak/soak.ts';

/** What `npm run soak:tracker` does for ten minutes, in half a minute. */

const soakMs = 30_000;
/** By then what may be full is full, and what V8 compiles is compiled. */
const warmUpMs = 10_000;
/** A kilobyte that each piece of garbage left would show. */
const mostResident = 224 * 2 ** 20;
/** What may be in use more than at the least: less than a hundred bytes for each piece of garbage. */
const mostLeft = 6 * 2 ** 20;
/** Of each round: over HTTP, over UDP in both families with their connects, and over WebSocket. */
const goodInRound = 40 + 2 * 41 + 1;

test('good announces are answered in the midst of garbage, and memory stays where it is', {
  timeout: 240_000,
}, async () => {
  await using tracker = await StandaloneTracker.start(soakSettings, soakAddresses);
  const began = performance.now();
  const sinceMs = () => performance.now() - began;
  let rounds = 0;
  // What was in use at the least while it went on, right after garbage was collected; and whether it
  // came back to that in the end, which it does not if anything is left of what was asked.
  let leastInUse = Number.POSITIVE_INFINITY;
  let cameBack = false;
  const { good, samples } = await soak(tracker, seededRandom(42), {
    goesOn(done) {
      rounds = done;
      return sinceMs() < soakMs || (!cameBack && sinceMs() < 4 * soakMs);
    },
    onSample({ heapUsed, external }) {
      const inUse = heapUsed + external;
      if (sinceMs() < warmUpMs) return;
      if (sinceMs() < soakMs) leastInUse = Math.min(leastInUse, inUse);
      else cameBack ||= inUse < leastInUse + mostLeft;
    },
  });
  expect(good).toBe(rounds * goodInRound);
  expect(cameBack).toBe(true);
  for (const { resident } of samples) expect(resident).toBeLessThan(mostResident);
  expect(await tracker.complaints()).toEqual([]);
  const { peersIPv4, peersIPv6, peersWebSocket } = await tracker.facts();
  // of the one address of each family that UDP and the good announces of HTTP come from
  expect(peersIPv4).toBeLessThanOrEqual(soakSettings.maxPeersPerAddress);
  expect(peersIPv6).toBeGreaterThan(0);
  expect(peersIPv6).toBeLessThanOrEqual(soakSettings.maxPeersPerAddress);
  expect(peersWebSocket).toBe(0);
});

/** What one address may have by default, which the flood fills at once. */
const maxPeersPerAddress = 10_000;
/** What a peer may take, and what V8 needs for the garbage of so many requests. */
const mostBytes = maxPeersPerAddress * 64 + 48 * 2 ** 20;

test('check 104: a million random info hashes of one address leave memory bounded, and others served', {
  timeout: 240_000,
}, async () => {
  // by default, but that it may ask as often as it likes
  await using tracker = await StandaloneTracker.start({ requestsPerSecond: 0 });
  const announces = { udp: 900_000, http: 100_000 };
  const { answered, before, after, honest, facts } = await floodTracker(tracker, announces);
  // all but what the system's queues drop
  expect(answered).toBeGreaterThan(900_000);
  expect(honest).toBe(11);
  expect(facts.peersAll).toBeLessThanOrEqual(maxPeersPerAddress + honest);
  expect(facts.torrents).toBeLessThanOrEqual(maxPeersPerAddress + 1);
  expect(after.resident - before.resident).toBeLessThan(mostBytes);
  expect(await tracker.complaints()).toEqual([]);
});

test('check 104: with all limits as they are by default hardly any of them is answered', {
  timeout: 120_000,
}, async () => {
  await using tracker = await StandaloneTracker.start({});
  const swarm = new HonestSwarm(tracker);
  const flooding = new AbortController();
  const flood = pourHashes({
    ...{ udpPort: tracker.udpPort, from: '127.0.0.66' },
    signal: flooding.signal,
  });
  await until(async () => {
    await swarm.grow();
    return swarm.size >= 20 && (await tracker.facts()).protocols.udp.outcomes.limited > 50_000;
  }, 60_000);
  flooding.abort();
  await flood;
  const { protocols, peersAll } = await tracker.facts();
  const { answered, limited } = protocols.udp.outcomes;
  expect(answered).toBeLessThan(limited / 2);
  expect(peersAll).toBeLessThanOrEqual(answered + swarm.size);
  expect(await tracker.complaints()).toEqual([]);
});
