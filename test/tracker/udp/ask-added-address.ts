/**
 * Run in a network of its own, with an address it has and one it has not: starts a tracker at all
 * addresses, gives the network the second address, and asks there until the answer comes from there;
 * then takes the address away, and gives it again. Prints as JSON where the last answers came from.
 */
import { execFileSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestTracker } from '../test-tracker.ts';
import { answerSource } from './answer-source.ts';
import { udpServerAt } from './udp-server-at.ts';

const [first = '', added = ''] = process.argv.slice(2);
const now = () => performance.now();
const udp = udpServerAt({
  ...{ host: '0.0.0.0', port: 0, addressCheckMs: 20 },
  ...{ tracker: createTestTracker({ now }), now },
  onFault: (error) => {
    throw error;
  },
});
const { port } = await udp.start();
const change = (what: 'add' | 'del') =>
  execFileSync('ip', ['addr', what, `${added}/32`, 'dev', 'lo']);
const answeredFrom: string[] = [];
for (let times = 0; times < 2; times++) {
  change('add');
  const deadline = now() + 5_000;
  let source = '';
  while (source !== added && now() < deadline) {
    source = await answerSource(port, added, first);
    await sleep(20);
  }
  answeredFrom.push(source);
  change('del');
  await sleep(100);
}
await udp.stop();
process.stdout.write(JSON.stringify(answeredFrom));
