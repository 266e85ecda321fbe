/**
 * answering-addresses.ts PORT ADDRESS...: asks a tracker over UDP at each of these addresses, from one
 * that is not it, and prints as JSON where the answers came from, or null where none came.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { encodeConnectRequest } from '../udp-client.ts';

const [port, ...addresses] = process.argv.slice(2);
const answers: (string | null)[] = [];
for (const address of addresses) {
  const family = addresses.filter((other) => isIPv6(other) === isIPv6(address));
  const client = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  client.bind(0, family[0]);
  await once(client, 'listening');
  client.send(encodeConnectRequest(1), Number(port), address);
  const answer = once(client, 'message', { signal: AbortSignal.timeout(5_000) });
  answers.push(await answer.then(([, from]) => from.address).catch(() => null));
  client.close();
}
process.stdout.write(JSON.stringify(answers));
