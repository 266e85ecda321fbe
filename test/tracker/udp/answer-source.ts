import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { encodeConnectRequest } from '../udp-client.ts';

/** Asks a tracker over UDP at an address, from another one of IPv4; where its answer came from. */
export async function answerSource(port: number, address: string, from: string): Promise<string> {
  const client = createSocket('udp4');
  client.bind(0, from);
  await once(client, 'listening');
  client.send(encodeConnectRequest(1), port, address);
  const [, source] = await once(client, 'message', { signal: AbortSignal.timeout(5_000) });
  client.close();
  return source.address;
}
