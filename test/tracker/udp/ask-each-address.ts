/**
 * Run in a network of its own, with the addresses to ask: starts a tracker at all addresses, asks
 * it at each from the first, and prints as JSON where the answers came from.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createTestTracker } from '../test-tracker.ts';
import { encodeConnectRequest } from '../udp-client.ts';
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
  const client = createSocket('udp4');
  client.bind(0, addresses[0]);
  await once(client, 'listening');
  client.send(encodeConnectRequest(1), port, address);
  const [, from] = await once(client, 'message', { signal: AbortSignal.timeout(5_000) });
  answeredFrom.push(from.address);
  client.close();
}
await udp.stop();
process.stdout.write(JSON.stringify(answeredFrom));
