/**
 * refuse-at-each-address.ts ADDRESS...: refuses uTP at all addresses of this machine, asks for it
 * at each of those given, from the one behind it, and prints as JSON where the refusals came from.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { UtpRefusal } from '../../../source/seeding/listener/utp-refusal.ts';

const port = 6_881;
const addresses = process.argv.slice(2);
const refusal = new UtpRefusal();
for (const host of ['0.0.0.0', '::']) await refusal.start(host, port);
const syn = Buffer.alloc(20);
syn[0] = 0x41;
const answers: string[] = [];
for (const asked of addresses) {
  const ofFamily = addresses.filter((one) => isIPv6(one) === isIPv6(asked));
  const from = ofFamily[(ofFamily.indexOf(asked) + 1) % ofFamily.length];
  const peer = createSocket(isIPv6(asked) ? 'udp6' : 'udp4');
  peer.bind(0, from);
  await once(peer, 'listening');
  peer.send(syn, port, asked);
  const [, { address }] = await once(peer, 'message');
  answers.push(address);
  peer.close();
}
refusal.stop();
console.log(JSON.stringify(answers));
