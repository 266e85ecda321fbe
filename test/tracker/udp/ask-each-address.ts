/**
 * Run in a network of its own, with the addresses to ask: starts a tracker at all addresses, asks
 * it at each from the first, and prints as JSON where the answers came from.
 */
import { createTestTracker } from '../test-tracker.ts';
import { answerSource } from './answer-source.ts';
import { udpServerAt } from './udp-server-at.ts';

const now = () => performance.now();
const udp = udpServerAt({
  host: '0.0.0.0',
  port: 0,
  tracker: createTestTracker({ now }),
  now,
  onFault: (error) => {
    throw error;
  },
});
const { port } = await udp.start();
const addresses = process.argv.slice(2);
const answeredFrom: string[] = [];
for (const address of addresses) {
  answeredFrom.push(await answerSource(port, address, addresses[0] ?? ''));
}
await udp.stop();
process.stdout.write(JSON.stringify(answeredFrom));
