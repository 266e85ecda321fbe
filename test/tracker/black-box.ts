import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, expect } from 'vitest';
import { decode } from '../../source/bencode/decode.ts';
import type { Dictionary } from '../../source/bencode/value.ts';
import { parseAddressBlocks } from '../../source/tracker/address-blocks.ts';
import type { ConnectionLimits } from '../../source/tracker/connection-gate.ts';
import type { Everseed } from '../../source/tracker/everseed-address.ts';
import { createHttpAnswers } from '../../source/tracker/http-answers.ts';
import { createHttpServer } from '../../source/tracker/http-server.ts';
import { RateBudgets } from '../../source/tracker/rate-budgets.ts';
import type { StatusPage } from '../../source/tracker/status-pages.ts';
import type { Tracker } from '../../source/tracker/tracker.ts';
import { WebSocketDoor } from '../../source/tracker/websocket-server.ts';
import { escapeAll } from './escape-all.ts';
import { createTestTracker, ipv4, plainAnnounce } from './test-tracker.ts';
import { udpServerAt } from './udp/udp-server-at.ts';
import { encodeConnectRequest, parseUdpAnswer } from './udp-client.ts';

/**
 * A tracker on free ports of loopback, and clients that send it bytes and read what comes back.
 * All of it is closed after each test.
 */

export const hash = 'h'.repeat(20);
const host = '127.0.0.1';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

interface StartOptions {
  everseed?: Everseed;
  batched?: boolean;
}

export async function startTracker(options: StartOptions = {}) {
  const clock = { ms: Date.UTC(2030, 0) };
  const now = () => clock.ms;
  const faults: unknown[] = [];
  const tracker = createTestTracker({ now });
  tracker.track(hash, {
    completed: 0,
    seeding: options.everseed !== undefined,
    private: false,
  });
  tracker.setEverseed(options.everseed ?? null);
  const onFault = (error: unknown) => faults.push(error);
  const http = httpServerAt({ hosts: [host], port: 0, tracker, now, onFault });
  const batched = options.batched ?? true;
  const udp = udpServerAt({ host, port: 0, tracker, now, batched, onFault });
  open.push({
    async [Symbol.asyncDispose]() {
      await Promise.all([http.stop(), udp.stop()]);
      expect(faults).toEqual([]);
    },
  });
  const httpPort = (await http.start()).port;
  const udpPort = (await udp.start()).port;
  return { tracker, clock, http, udp, httpPort, udpPort };
}

interface ServerOptions {
  port: number;
  tracker: Tracker;
  now: () => number;
  onFault: (error: unknown) => void;
}

/** The tracker over HTTP, without a limit of requests, proxies and pages of its own. */
export function httpServerAt(
  options: ServerOptions & {
    hosts: string[];
    usesLibc?: boolean;
    /** Requests that an address may make; without it, as many as it likes. */
    budget?: number;
    trustedProxies?: string[];
    maxTargetLength?: number;
    connectionLimits?: ConnectionLimits;
    /** What there is at `/stats`, for this machine only. */
    stats?: StatusPage;
    /** The addresses of this machine besides loopback. */
    localAddresses?: string[];
  },
) {
  const {
    tracker,
    now,
    onFault,
    budget,
    trustedProxies = [],
    stats,
    localAddresses = [],
  } = options;
  const none = parseAddressBlocks([]);
  return createHttpServer({
    proxyHeader: 'any',
    connectionLimits: { total: 4_000, perAddress: 250 },
    maxTargetLength: 8 * 1024,
    ...options,
    answers: createHttpAnswers({ tracker, isTrustedClient: none, isOwnAddress: none }),
    budgets: budget === undefined ? unlimited(now) : budgetOf(budget, now),
    isTrustedProxy: parseAddressBlocks(trustedProxies),
    webSockets: new WebSocketDoor({
      ...{
        tracker,
        origins: [],
        deniedOrigins: ['https://denied.example'],
        onFault,
        now,
        pingIntervalMs: 30_000,
      },
      limits: { total: 2_000, perAddress: 50 },
    }),
    statusPage: (path) => (path === '/stats' && stats ? stats : null),
    statusFor: stats ? 'local' : 'nobody',
    isStatusReader: none,
    isLocalAddress: parseAddressBlocks(localAddresses),
  });
}

function unlimited(now: () => number): RateBudgets {
  return new RateBudgets({ perSecond: 0, burst: 0, now });
}

function budgetOf(burst: number, now: () => number): RateBudgets {
  return new RateBudgets({ perSecond: 1, burst, now });
}

/** Has so many leechers announce, each from an address of its own near 127.1.0.0, port 7000. */
export function addCrowd(tracker: Tracker, size: number): void {
  for (let n = 0; n < size; n++) {
    tracker.announce(
      {
        infoHash: hash,
        peerId: String(n).padStart(20, '0'),
        port: 7000,
        ...plainAnnounce,
        numWant: 0,
      },
      { address: ipv4(0x7f010000 + n), localAddress: null, protocol: 'http' },
    );
  }
}

/** A connection whose received bytes are collected, from any address of loopback. */
export async function openConnection(port: number, localAddress = '127.0.0.1') {
  const socket = connect({ host, port, localAddress });
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  // A reset is a way to be closed.
  socket.on('error', () => socket.destroy());
  open.push({
    async [Symbol.asyncDispose]() {
      socket.destroy();
    },
  });
  await once(socket, 'connect');
  return { socket, text: () => Buffer.concat(received).toString('latin1') };
}

export async function closed(socket: Socket): Promise<void> {
  if (!socket.destroyed) await new Promise((resolve) => socket.once('close', resolve));
}

/** Sends bytes, and gives all that is received until the server closes the connection. */
export async function exchange(port: number, bytes: string | Buffer, localAddress?: string) {
  const { socket, text } = await openConnection(port, localAddress);
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  await closed(socket);
  return parseResponse(text());
}

interface RawResponse {
  status: number;
  headers: Map<string, string>;
  body: Buffer;
}

export function parseResponse(text: string): RawResponse {
  const end = text.indexOf('\r\n\r\n');
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n');
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return {
    status: Number(statusLine.split(' ')[1]),
    headers: new Map(headers),
    body: Buffer.from(text.slice(end + 4), 'latin1'),
  };
}

/** One GET on a connection of its own. */
export async function get(port: number, target: string, localAddress?: string) {
  return exchange(port, `GET ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`, localAddress);
}

interface Asked {
  /** Its address in 127/8. */
  from?: string;
  peerId?: string;
  infoHash?: string;
  port?: number;
  left?: number | string;
  /** More of the query, such as `&event=started`. */
  more?: string;
}

/** Announces over HTTP; the answer decoded by a strict decoder, which refuses what is not canonical. */
export async function announce(httpPort: number, asked: Asked = {}): Promise<Dictionary> {
  const { from, peerId = 'p'.repeat(20), infoHash = hash, port = 7001, left = 1 } = asked;
  const query = `info_hash=${escapeAll(infoHash)}&peer_id=${escapeAll(peerId)}&port=${port}&left=${left}${asked.more ?? ''}`;
  const response = await get(httpPort, `/announce?${query}`, from);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe(String(response.body.length));
  expect(response.headers.has('transfer-encoding')).toBe(false);
  return dictionaryOf(response.body);
}

function dictionaryOf(body: Uint8Array): Dictionary {
  const value = decode(body);
  if (!(value instanceof Map)) throw new Error('the answer is no dictionary');
  return value;
}

/** The compact peers of an answer as `address:port`. */
export function peersOf(answer: Dictionary): string[] {
  const peers = answer.get('peers');
  if (!(peers instanceof Uint8Array)) throw new Error('no compact peers');
  const bytes = Buffer.from(peers);
  return Array.from({ length: bytes.length / 6 }, (_, n) => {
    const [a, b, c, d] = bytes.subarray(n * 6);
    return `${a}.${b}.${c}.${d}:${bytes.readUInt16BE(n * 6 + 4)}`;
  });
}

/** A UDP client at an address of loopback. */
export async function openUdp(udpPort: number, address = '127.0.0.1') {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  open.push({
    async [Symbol.asyncDispose]() {
      socket.close();
    },
  });
  const send = (packet: Buffer) => socket.send(packet, udpPort, host);
  const ask = async (packet: Buffer) => {
    send(packet);
    return nextMessage(socket);
  };
  /**
   * Whether these packets get no answer: a connect sent after them is answered first. Loopback
   * keeps the order.
   */
  const isSilentAbout = async (...packets: Buffer[]) => {
    for (const packet of packets) send(packet);
    const answer = parseUdpAnswer(await ask(encodeConnectRequest(0x51137)));
    return answer?.kind === 'connect' && answer.transactionId === 0x51137;
  };
  const connect = async (): Promise<Uint8Array> => {
    const answer = parseUdpAnswer(await ask(encodeConnectRequest(1)));
    if (answer?.kind !== 'connect') throw new Error('no connection id');
    return answer.connectionId;
  };
  return { send, ask, isSilentAbout, connect };
}

async function nextMessage(socket: DatagramSocket): Promise<Buffer> {
  const [packet] = await once(socket, 'message', { signal: AbortSignal.timeout(5_000) });
  return packet as Buffer;
}
