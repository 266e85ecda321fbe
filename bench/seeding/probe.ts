/**
 * Asks an engine something every few milliseconds, in turn by each way there is, and prints how
 * long the answers took as one line of JSON: HOME HTTP-PORT UDP-PORT INFO-HASH SECONDS.
 */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectIfRunning } from '../../source/client/connect.ts';
import { encodeAnnounce, encodeConnect } from '../../source/discovery/announce/udp-protocol.ts';
import { findHome } from '../../source/home.ts';
import { quantile } from '../measuring/median.ts';

/** Milliseconds. */
export interface Latency {
  median: number;
  p99: number;
  worst: number;
  answers: number;
}

export type Probed = Record<'udp' | 'http' | 'newHttp' | 'control', Latency>;

const betweenMs = 5;
const [homeFolder = '', httpPort = '', udpPort = '', infoHashHex = '', seconds = ''] =
  process.argv.slice(2);
const infoHash = Buffer.from(infoHashHex, 'hex');
const peerId = Buffer.from('-BE0001-abcdefghijkl');

const control = await connectIfRunning(findHome(homeFolder, {}, '/'));
if (!control) throw new Error('no engine runs there');
const socket = createSocket('udp4');
socket.connect(Number(udpPort), '127.0.0.1');
await once(socket, 'connect');
const connectionId = (await ask(encodeConnect(1))).subarray(8, 16);
const keepAlive = new Agent({ keepAlive: true, maxSockets: 1 });

const ways: Record<keyof Probed, () => Promise<unknown>> = {
  udp: () => {
    const request = {
      infoHash,
      peerId,
      uploaded: 0,
      left: 0,
      key: 1,
      numWant: 50,
      port: 9,
      trackerId: null,
    };
    return ask(encodeAnnounce(connectionId, 2, { ...request, event: 'none' }, ''));
  },
  http: () => announce(keepAlive),
  newHttp: () => announce(undefined),
  control: () => control.request('status', {}),
};
const names = Object.keys(ways) as (keyof Probed)[];
const times = new Map<keyof Probed, number[]>(names.map((name) => [name, []]));

const begun = performance.now();
while (performance.now() - begun < Number(seconds) * 1000) {
  for (const name of names) {
    const askedAt = performance.now();
    await ways[name]();
    times.get(name)?.push(performance.now() - askedAt);
    await sleep(betweenMs);
  }
}
const probed = Object.fromEntries(
  names.map((name) => {
    const all = times.get(name) ?? [];
    const worst = Math.max(...all);
    return [
      name,
      { median: quantile(all, 0.5), p99: quantile(all, 0.99), worst, answers: all.length },
    ];
  }),
);
process.stdout.write(`${JSON.stringify(probed)}\n`);
control.close();
socket.close();
keepAlive.destroy();

async function ask(packet: Buffer): Promise<Buffer> {
  socket.send(packet);
  const [answer] = (await once(socket, 'message')) as [Buffer];
  return answer;
}

async function announce(agent: Agent | undefined): Promise<void> {
  const hash = Array.from(infoHash, (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
  const id = randomBytes(10).toString('hex');
  const query = `info_hash=${hash}&peer_id=${id}&port=9&uploaded=0&downloaded=0&left=0&compact=1`;
  const url = `http://127.0.0.1:${httpPort}/announce?${query}`;
  const [response] = await once(get(url, agent ? { agent } : { agent: false }), 'response');
  response.resume();
  await once(response, 'end');
}
