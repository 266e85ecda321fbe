/**
 * fuzzing-peer.ts TARGET: misbehaves at an everseed in many ways at once until its input ends, and
 * downloads all in the midst of it. TARGET is a `FuzzTarget`, what it tells in the end a
 * `FuzzReport`, both as JSON. Ends at once, with 1, when a byte is wrong.
 */
import { readFileSync } from 'node:fs';
import { seededRandom } from '../../tracker/seeded-random.ts';
import { downloadAll, habits } from './habits.ts';
import type { Stranger } from './stranger.ts';
import type { FuzzReport, FuzzTarget } from './target.ts';

const atOnce = 12;

const target: FuzzTarget = JSON.parse(process.argv[2] ?? '');
const content = readFileSync(target.content);
const random = seededRandom(target.seed);
const report: FuzzReport = { times: {}, receivedBytes: 0, downloads: 0, failed: 0 };
const done = ({ receivedBytes }: Stranger) => {
  report.receivedBytes += receivedBytes;
};
const situation = { target, content, random, done };

let goesOn = true;
process.stdin.on('end', () => {
  goesOn = false;
});
process.stdin.resume();

async function misbehave(): Promise<void> {
  const names = Object.keys(habits);
  while (goesOn) {
    const name = names[Math.floor(random() * names.length)] ?? '';
    await habits[name]?.(situation);
    report.times[name] = (report.times[name] ?? 0) + 1;
  }
}

async function behave(): Promise<void> {
  while (goesOn) {
    if (await downloadAll(situation)) report.downloads++;
    else report.failed++;
  }
}

await Promise.all([behave(), ...Array.from({ length: atOnce }, misbehave)]);
console.log(JSON.stringify(report));
process.exit();
