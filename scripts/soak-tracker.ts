/**
 * soak-tracker.ts [MINUTES]: garbage and good announces at a tracker of its own, ten minutes unless
 * told otherwise, and then a million announces of random info hashes from one address. Prints where
 * its memory is, and fails when a good announce is not answered as it should be, when the tracker
 * reports a fault, or when its memory goes on growing after it has filled up.
 */

import { growthIn, sampleHeading, sampleLine } from '../test/helpers/memory-watch.ts';
import { StandaloneTracker } from '../test/helpers/standalone-tracker.ts';
import { floodTracker } from '../test/tracker/soak/flooded-tracker.ts';
import { soak, soakAddresses, soakSettings } from '../test/tracker/soak/soak.ts';

const minutes = Number(process.argv[2] ?? 10);
const flood = { udp: 900_000, http: 100_000 };
/** What a flood from one address may add: what 10,000 peers take, and what V8 does with garbage. */
const mostFloodBytes = 64 * 2 ** 20;

await using tracker = await StandaloneTracker.start(soakSettings, soakAddresses);
const began = performance.now();
const elapsed = () => (performance.now() - began) / 60_000;
console.log(sampleHeading);
let toldAt = 0;
const { samples, good, garbage } = await soak(tracker, Math.random, {
  goesOn: () => elapsed() < minutes,
  onSample(sample) {
    if (elapsed() - toldAt < minutes / 30) return;
    toldAt = elapsed();
    console.log(sampleLine(`${toldAt.toFixed(1)} min`, sample));
  },
});
console.log(`${good} good announces were answered, in the midst of ${garbage} pieces of garbage`);
const growth = growthIn(samples);
if (growth !== null) throw new Error(growth);

const { answered, before, after, seconds } = await floodTracker(tracker, flood);
console.log(sampleLine('before', before));
console.log(sampleLine('after', after));
console.log(
  `${answered} of ${flood.udp + flood.http} announces of random info hashes from one address answered, ` +
    `${Math.round(answered / seconds)} a second, and honest peers found each other meanwhile`,
);
if (after.resident - before.resident > mostFloodBytes) throw new Error('the flood took memory');
const complaints = await tracker.complaints();
if (complaints.length > 0) throw new Error(`the tracker complained:\n${complaints.join('\n')}`);
