import { randomBytes } from 'node:crypto';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { decode } from '../../../source/bencode/decode.ts';
import { getInteger } from '../../../source/bencode/dictionary.ts';
import type { Dictionary } from '../../../source/bencode/value.ts';
import type { MemorySample } from '../../helpers/memory-watch.ts';
import type { StandaloneTracker } from '../../helpers/standalone-tracker.ts';

/**
 * Good announces in the midst of garbage. Every good one must be answered as if there were nothing
 * else; what becomes of the garbage is for whoever watches the tracker's memory and faults.
 */

interface SoakTarget {
  httpPort: number;
  udpPort: number;
}

/** How many requests were made. */
interface SoakCounts {
  good: number;
  garbage: number;
}

const host = '127.0.0.1';
const deadlineMs = 20_000;
const swarms = Array.from({ length: 20 }, (_, n) => `soak ${n}`.padEnd(20, '.'));

/**
 * All of it comes from a few addresses, which are to be answered all the same; but their budgets are
 * kept, and what one may fill is full soon.
 */
export const soakSettings = { requestsPerSecond: 1_000_000, maxPeersPerAddress: 1_000 };

interface SoakOptions {
  /** Asked before each round. */
  goesOn(rounds: number): boolean;
  onSample?(sample: MemorySample): void;
}

const roundsPerSample = 5;

/** Goes on with rounds of it, and takes samples of the tracker's memory at even distances. */
export async function soak(
  tracker: StandaloneTracker,
  random: () => number,
  { goesOn, onSample }: SoakOptions,
): Promise<SoakCounts & { samples: MemorySample[] }> {
  const result = { good: 0, garbage: 0, samples: [] as MemorySample[] };
  for (let rounds = 0; goesOn(rounds); rounds++) {
    const { good, garbage } = await soakRound(tracker, random);
    result.good += good;
    result.garbage += garbage;
    if (rounds % roundsPerSample !== 0) continue;
    const sample = await memoryOf(tracker);
    result.samples.push(sample);
    onSample?.(sample);
  }
  return result;
}

export async function memoryOf(tracker: StandaloneTracker): Promise<MemorySample> {
  const { memory, memoryOfThread } = await tracker.facts();
  return { resident: memory, ...memoryOfThread };
}

/** Sends garbage and good announces by every protocol at once; throws when a good one fails. */
async function soakRound(target: SoakTarget, random: () => number): Promise<SoakCounts> {
  const rounds = [
    garbageByHttp(target, random),
    goodByHttp(target, random),
    byUdp(target, random),
    byWebSocket(target, random),
  ];
  const counts = await Promise.all(rounds);
  return {
    good: counts.reduce((sum, { good }) => sum + good, 0),
    garbage: counts.reduce((sum, { garbage }) => sum + garbage, 0),
  };
}

function pick<One>(from: readonly One[], random: () => number): One {
  const one = from[Math.floor(random() * from.length)];
  if (one === undefined) throw new Error('there is nothing to pick from');
  return one;
}

const httpPieces = [
  ...['GET ', 'POST ', 'HEAD ', 'CONNECT ', '/announce?', '/scrape?', '/stats', '/', ' HTTP/1.1'],
  ...['\r\n', '\r\n\r\n', 'info_hash=', '%', '%zz', '&', 'port=-1', 'event=', 'd-3:', '\0', '+'],
  ...['Content-Length: 9\r\n', 'Transfer-Encoding: chunked\r\n', 'Upgrade: websocket\r\n'],
  ...['Connection: upgrade\r\n', 'Expect: 100-continue\r\n', 'X-Forwarded-For: 1.2.3.4.5\r\n'],
  ...['GET /announce?info_hash=x HTTP/1.1\r\n\r\n', 'x'.repeat(3_000), '\x16\x03\x01'],
];

async function garbageByHttp(target: SoakTarget, random: () => number): Promise<SoakCounts> {
  const connections = 40;
  await Promise.all(
    Array.from({ length: connections }, async (_, n) => {
      const socket = connect({ host, port: target.httpPort, localAddress: `127.0.66.${1 + n}` });
      socket.on('error', () => socket.destroy());
      socket.resume();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      const text = Array.from({ length: 12 }, () => pick(httpPieces, random)).join('');
      socket.write(Buffer.from(text, 'latin1'));
      if (random() < 0.3) socket.resetAndDestroy();
      else socket.end();
      await closed;
    }),
  );
  return { good: 0, garbage: connections };
}

async function goodByHttp(target: SoakTarget, random: () => number): Promise<SoakCounts> {
  const announces = 40;
  for (let n = 0; n < announces; n++) {
    const port = 1 + Math.floor(random() * 20);
    const infoHash = pick(swarms, random);
    await announceByHttp(target, infoHash, port);
  }
  return { good: announces, garbage: 0 };
}

/**
 * Announces from an address of loopback, with something left if the port is odd; throws when it is
 * not answered well.
 */
export async function announceByHttp(
  { httpPort }: SoakTarget,
  infoHash: string,
  port: number,
  from = host,
): Promise<Dictionary> {
  const peerId = `http ${port}`.padEnd(20, '.');
  const query = `info_hash=${encodeURIComponent(infoHash)}&peer_id=${encodeURIComponent(peerId)}&port=${port}&left=${port % 2}`;
  const request = get({
    ...{ host, port: httpPort, path: `/announce?${query}`, localAddress: from },
    signal: AbortSignal.timeout(deadlineMs),
  });
  const [response] = await once(request, 'response');
  const answer = decode(await buffer(response));
  if (!(answer instanceof Map) || !getInteger(answer, 'interval')) {
    throw new Error('a good announce by HTTP was not answered well');
  }
  return answer;
}

async function byUdp(target: SoakTarget, random: () => number): Promise<SoakCounts> {
  const socket = createSocket('udp4');
  socket.bind(0, host);
  await once(socket, 'listening');
  const send = (packet: Buffer) => socket.send(packet, target.udpPort, host);
  try {
    const connectRequest = Buffer.alloc(16);
    connectRequest.writeBigUInt64BE(0x41727101980n, 0);
    const connected = await answerTo(socket, 0, () => send(connectRequest));
    const id = connected.subarray(8, 16);
    const announces = 40;
    const garbage = 5;
    for (let n = 1; n <= announces; n++) {
      for (let i = 0; i < garbage; i++) {
        const packet = randomBytes(Math.floor(random() * 200));
        if (random() < 0.5) packet.set(id.subarray(0, packet.length));
        // transactions of ours are below 2^31
        if (packet.length >= 16) packet.writeUInt32BE(Math.floor(random() * 6), 8);
        if (packet.length >= 16) packet.writeUInt32BE(0xffffffff, 12);
        send(packet);
      }
      const request = Buffer.alloc(98);
      request.set(id);
      request.writeUInt32BE(1, 8);
      request.writeUInt32BE(n, 12);
      request.write(pick(swarms, random), 16, 'latin1');
      request.write(`udp ${n}`.padEnd(20, '.'), 36, 'latin1');
      request.writeInt32BE(-1, 92);
      request.writeUInt16BE(1_000 + (n % 10), 96);
      const answer = await answerTo(socket, n, () => send(request));
      if (answer.readUInt32BE(0) !== 1 || (answer.length - 20) % 6 !== 0) {
        throw new Error('a good announce by UDP was not answered well');
      }
    }
    return { good: announces + 1, garbage: announces * garbage };
  } finally {
    socket.close();
  }
}

/** The answer to a transaction; others are left aside. */
async function answerTo(
  socket: DatagramSocket,
  transactionId: number,
  ask: () => void,
): Promise<Buffer> {
  const answered = Promise.withResolvers<Buffer>();
  const listen = (packet: Buffer) => {
    if (packet.length >= 8 && packet.readUInt32BE(4) === transactionId) answered.resolve(packet);
  };
  const late = setTimeout(
    () => answered.reject(new Error('a good request by UDP was not answered')),
    deadlineMs,
  );
  socket.on('message', listen);
  try {
    ask();
    return await answered.promise;
  } finally {
    clearTimeout(late);
    socket.off('message', listen);
  }
}

const junkMessages = [
  ...['', 'null', '[]', '5', '{', '{"action":"announce"}', '{"action":"junk"}'],
  '{"action":"announce","info_hash":"ffffffffffffffffffff","peer_id":"pppppppppppppppppppp","offers":[null]}',
  '{"action":"scrape","info_hash":[5]}',
];

async function byWebSocket(target: SoakTarget, random: () => number): Promise<SoakCounts> {
  // from many addresses, since each may send so many messages only
  const localAddress = `127.0.77.${1 + Math.floor(random() * 250)}`;
  const socket = new WebSocket(`ws://${host}:${target.httpPort}/`, { localAddress });
  const signal = AbortSignal.timeout(deadlineMs);
  await once(socket, 'open', { signal });
  const garbage = 20;
  const infoHash = pick(swarms, random);
  const answered = Promise.withResolvers<void>();
  signal.addEventListener('abort', () =>
    answered.reject(new Error('a good announce by WebSocket was not answered')),
  );
  socket.on('message', (data) => {
    const message = JSON.parse(String(data));
    if (message.info_hash === infoHash && message.interval > 0) answered.resolve();
  });
  for (let n = 0; n < garbage; n++) socket.send(pick(junkMessages, random));
  socket.send(
    JSON.stringify({
      ...{ action: 'announce', info_hash: infoHash, peer_id: randomBytes(10).toString('hex') },
      ...{ left: 1, offers: [{ offer_id: 'o', offer: { type: 'offer', sdp: 's' } }] },
    }),
  );
  await answered.promise;
  const closed = once(socket, 'close', { signal });
  socket.close();
  await closed;
  return { good: 1, garbage };
}
