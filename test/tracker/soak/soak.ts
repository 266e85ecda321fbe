import { randomBytes } from 'node:crypto';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect, isIPv6, type Socket } from 'node:net';
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
const host6 = '::1';
const deadlineMs = 20_000;
const swarms = Array.from({ length: 20 }, (_, n) => `soak ${n}`.padEnd(20, '.'));

/**
 * All of it comes from a few addresses, which are to be answered all the same; but their budgets are
 * kept, and what one may fill is full soon.
 */
export const soakSettings = { requestsPerSecond: 1_000_000, maxPeersPerAddress: 1_000 };
/** Where it is reached over IPv6. */
export const soakAddresses = { bind6: host6 };

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
  using slow = new SlowConnections(tracker);
  for (let rounds = 0; goesOn(rounds); rounds++) {
    slow.goOn();
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
    byUdp(target, random, host),
    byUdp(target, random, host6),
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
    await announceByHttp(target, infoHash, port, n % 4 === 0 ? host6 : host);
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
    ...{
      host: isIPv6(from) ? host6 : host,
      port: httpPort,
      path: `/announce?${query}`,
      localAddress: from,
    },
    signal: AbortSignal.timeout(deadlineMs),
  });
  const [response] = await once(request, 'response');
  const answer = decode(await buffer(response));
  if (!(answer instanceof Map) || !getInteger(answer, 'interval')) {
    throw new Error('a good announce by HTTP was not answered well');
  }
  return answer;
}

/** Announces once from an address of loopback, with something left; the answer, once it comes. */
export async function announceByUdp(
  { udpPort }: SoakTarget,
  infoHash: string,
  port: number,
  from: string,
): Promise<Buffer> {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  try {
    // a queue that is full drops what comes, so it is asked again
    const ask = async (transactionId: number, packet: Buffer) => {
      const send = () => socket.send(packet, udpPort, host);
      const again = setInterval(send, 200);
      return await answerTo(socket, transactionId, send).finally(() => clearInterval(again));
    };
    const id = (await ask(0, connectRequest())).subarray(8, 16);
    return await ask(1, announceRequest(id, { transactionId: 1, infoHash, port }));
  } finally {
    socket.close();
  }
}

function connectRequest(): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeBigUInt64BE(0x41727101980n, 0);
  return packet;
}

function announceRequest(
  id: Buffer,
  { transactionId, infoHash, port }: { transactionId: number; infoHash: string; port: number },
): Buffer {
  const packet = Buffer.alloc(98);
  packet.set(id);
  packet.writeUInt32BE(1, 8);
  packet.writeUInt32BE(transactionId, 12);
  packet.write(infoHash, 16, 'latin1');
  packet.write(`udp ${port}`.padEnd(20, '.'), 36, 'latin1');
  packet.writeUInt32BE(1, 68);
  packet.writeInt32BE(-1, 92);
  packet.writeUInt16BE(port, 96);
  return packet;
}

async function byUdp(target: SoakTarget, random: () => number, at: string): Promise<SoakCounts> {
  const socket = createSocket(isIPv6(at) ? 'udp6' : 'udp4');
  socket.bind(0, at);
  await once(socket, 'listening');
  const send = (packet: Buffer) => socket.send(packet, target.udpPort, at);
  try {
    const connected = await answerTo(socket, 0, () => send(connectRequest()));
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
      const infoHash = pick(swarms, random);
      const request = announceRequest(id, { transactionId: n, infoHash, port: 1_000 + (n % 10) });
      const answer = await answerTo(socket, n, () => send(request));
      const recordLength = isIPv6(at) ? 18 : 6;
      if (answer.readUInt32BE(0) !== 1 || (answer.length - 20) % recordLength !== 0) {
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
  for (let n = 0; n < garbage; n++) sendInFrames(socket, pick(junkMessages, random), random);
  const announce = {
    ...{ action: 'announce', info_hash: infoHash, peer_id: randomBytes(10).toString('hex') },
    ...{ left: 1, offers: [{ offer_id: 'o', offer: { type: 'offer', sdp: 's' } }] },
  };
  sendInFrames(socket, JSON.stringify(announce), random);
  await answered.promise;
  const closed = once(socket, 'close', { signal });
  socket.close();
  await closed;
  return { good: 1, garbage };
}

/** Sends a message as text or as bytes, in one frame or in several. */
function sendInFrames(socket: WebSocket, text: string, random: () => number): void {
  const binary = random() < 0.5;
  const cut = random() < 0.5 ? Math.floor(random() * text.length) : 0;
  if (cut > 0) socket.send(text.slice(0, cut), { binary, fin: false });
  socket.send(text.slice(cut), { binary, fin: true });
}

/**
 * Connections whose clients take their time: some send a request byte by byte, and never the end of
 * it, and others ask, and never read what they are answered. Those that are closed are opened anew.
 */
class SlowConnections implements Disposable {
  readonly #target: SoakTarget;
  readonly #sockets: (Socket | null)[] = Array(40).fill(null);

  constructor(target: SoakTarget) {
    this.#target = target;
  }

  /** Goes on with each of them by a little. */
  goOn(): void {
    for (const [index, socket] of this.#sockets.entries()) {
      if (socket === null || socket.destroyed) {
        this.#sockets[index] = this.#open(index);
      } else if (index % 2 === 0) {
        socket.write('x');
      } else if (!socket.writableNeedDrain) {
        socket.write(`GET /announce?info_hash=${swarms[0]} HTTP/1.1\r\n\r\n`.repeat(8));
      }
    }
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket?.destroy();
  }

  #open(index: number): Socket {
    const localAddress = `127.0.88.${1 + index}`;
    const socket = connect({ host, port: this.#target.httpPort, localAddress });
    socket.on('error', () => socket.destroy());
    if (index % 2 === 0) {
      // to see when it is closed
      socket.resume();
      socket.write('GET /announce?info_hash=');
    }
    return socket;
  }
}
