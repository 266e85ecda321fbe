import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, isIPv6 } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { decode } from '../../../source/bencode/decode.ts';
import { getInteger } from '../../../source/bencode/dictionary.ts';
import type { BencodeValue, Dictionary } from '../../../source/bencode/value.ts';
import { formatIpAddress, parseCompactEndpoint } from '../../../source/tracker/ip-address.ts';
import { closed, parseResponse } from '../black-box.ts';
import { escapeAll } from '../escape-all.ts';
import type { TrackerUnderTest } from './tracker-under-test.ts';

/** Clients written for these tests alone: they send bytes, and read what comes back. */

type HttpTarget = Pick<TrackerUnderTest, 'httpPort'>;

/** A connection to the tracker; closed after the test. `from` is an address of loopback. */
export async function openHttp({ httpPort }: HttpTarget, from = '127.0.0.1') {
  const host = isIPv6(from) ? '::1' : '127.0.0.1';
  const socket = connect({ host, port: httpPort, localAddress: from });
  const received: Buffer[] = [];
  socket.on('data', (chunk) => received.push(chunk));
  // a reset is a way to be closed
  socket.on('error', () => socket.destroy());
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return { socket, text: () => Buffer.concat(received).toString('latin1') };
}

/** Sends bytes, and gives all that is received until the tracker closes the connection. */
export async function sendHttp(tracker: HttpTarget, bytes: string | Buffer, from?: string) {
  const { socket, text } = await openHttp(tracker, from);
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  await closed(socket);
  return parseResponse(text());
}

/** One GET on a connection of its own. `headers` are lines. */
export async function getHttp(
  tracker: HttpTarget,
  target: string,
  { from, headers = [] }: { from?: string; headers?: string[] } = {},
) {
  const lines = [`GET ${target} HTTP/1.1`, 'Connection: close', ...headers];
  return await sendHttp(tracker, `${lines.join('\r\n')}\r\n\r\n`, from);
}

/** What an announce says; a parameter of null is left out. */
export interface Asked {
  infoHash: string;
  peerId?: string;
  port?: number | string;
  left?: number | string | null;
  /** More of the query, such as `&event=started`. */
  more?: string;
  path?: string;
  from?: string;
  headers?: string[];
}

export function announceTarget(asked: Asked): string {
  const { infoHash, peerId = 'p'.repeat(20), port = 7001, left = 1, path = '/announce' } = asked;
  const query = [`info_hash=${escapeAll(infoHash)}`, `peer_id=${escapeAll(peerId)}`];
  query.push(`port=${port}`);
  if (left !== null) query.push(`left=${left}`);
  return `${path}?${query.join('&')}${asked.more ?? ''}`;
}

/** Announces; the answer read by a strict decoder, which refuses what is not canonical. */
export async function announceHttp(tracker: HttpTarget, asked: Asked): Promise<Dictionary> {
  return await askHttp(tracker, announceTarget(asked), asked);
}

/** Asks for a target of the tracker's: always status 200 and one dictionary. */
export async function askHttp(
  tracker: HttpTarget,
  target: string,
  options: { from?: string; headers?: string[] } = {},
): Promise<Dictionary> {
  const response = await getHttp(tracker, target, options);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-length')).toBe(String(response.body.length));
  expect(response.headers.has('transfer-encoding')).toBe(false);
  return dictionaryIn(decode(response.body));
}

export function dictionaryIn(value: BencodeValue | undefined): Dictionary {
  if (!(value instanceof Map)) throw new Error('no dictionary');
  return value;
}

export async function scrapeHttp(
  tracker: TrackerUnderTest,
  infoHashes: readonly string[],
): Promise<Map<string, Dictionary>> {
  const query = infoHashes.map((infoHash) => `info_hash=${escapeAll(infoHash)}`).join('&');
  const files = dictionaryIn((await askHttp(tracker, `/scrape?${query}`)).get('files'));
  return new Map(Array.from(files, ([name, entry]) => [name, dictionaryIn(entry)]));
}

/** complete, incomplete and downloaded of an answer or a scraped entry. */
export function countsIn(answer: Dictionary) {
  return {
    complete: getInteger(answer, 'complete'),
    incomplete: getInteger(answer, 'incomplete'),
    downloaded: getInteger(answer, 'downloaded'),
  };
}

/** The compact peers of an answer, both families, as `address:port`. */
export function peersIn(answer: Dictionary): string[] {
  return [...recordsIn(answer.get('peers'), 6), ...recordsIn(answer.get('peers6'), 18)];
}

function recordsIn(value: BencodeValue | undefined, length: number): string[] {
  if (value === undefined && length === 18) return [];
  if (!(value instanceof Uint8Array)) throw new Error('no compact peers');
  return endpointsIn(Buffer.from(value), length);
}

/** Records of compact peers as `address:port`, an IPv6 address in brackets. */
function endpointsIn(bytes: Buffer, length: number): string[] {
  expect(bytes.length % length).toBe(0);
  return Array.from({ length: bytes.length / length }, (_, n) => {
    const record = bytes.toString('latin1', n * length, (n + 1) * length);
    const { address, port } = parseCompactEndpoint(record);
    const text = formatIpAddress(address);
    return length === 18 ? `[${text}]:${port}` : `${text}:${port}`;
  });
}

export function failureIn(answer: Dictionary): string {
  expect([...answer.keys()].filter((key) => key !== 'retry in')).toEqual(['failure reason']);
  return Buffer.from(answer.get('failure reason') as Uint8Array).toString();
}

const actions = { connect: 0, announce: 1, scrape: 2, error: 3 };

interface UdpAsked {
  infoHash: string;
  peerId?: string;
  port?: number;
  left?: bigint;
  event?: number;
  numWant?: number;
  transactionId?: number;
  ip?: number;
  key?: number;
  uploaded?: bigint;
  downloaded?: bigint;
  /** Bytes behind it (BEP 41). */
  tail?: string;
}

/** A UDP client at an address of loopback. */
export async function openUdpClient({ udpPort }: TrackerUnderTest, from = '127.0.0.1') {
  const socket = createSocket(isIPv6(from) ? 'udp6' : 'udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  const send = (packet: Buffer) => socket.send(packet, udpPort, isIPv6(from) ? '::1' : '127.0.0.1');
  const ask = async (packet: Buffer): Promise<Buffer> => {
    const answer = nextMessage(socket);
    send(packet);
    return await answer;
  };
  const connectRequest = (transactionId = 1): Buffer => {
    const packet = Buffer.alloc(16);
    packet.writeBigUInt64BE(0x41727101980n, 0);
    packet.writeUInt32BE(actions.connect, 8);
    packet.writeUInt32BE(transactionId, 12);
    return packet;
  };
  const connectionId = async (): Promise<Buffer> => (await ask(connectRequest())).subarray(8, 16);
  const announceRequest = (id: Buffer, asked: UdpAsked): Buffer => {
    const packet = Buffer.alloc(98);
    packet.set(id, 0);
    packet.writeUInt32BE(actions.announce, 8);
    packet.writeUInt32BE(asked.transactionId ?? 7, 12);
    packet.write(asked.infoHash, 16, 'latin1');
    packet.write(asked.peerId ?? 'u'.repeat(20), 36, 'latin1');
    packet.writeBigUInt64BE(asked.downloaded ?? 0n, 56);
    packet.writeBigUInt64BE(asked.left ?? 1n, 64);
    packet.writeBigUInt64BE(asked.uploaded ?? 0n, 72);
    packet.writeUInt32BE(asked.event ?? 0, 80);
    packet.writeUInt32BE(asked.ip ?? 0, 84);
    packet.writeUInt32BE(asked.key ?? 0, 88);
    packet.writeInt32BE(asked.numWant ?? -1, 92);
    packet.writeUInt16BE(asked.port ?? 7001, 96);
    return Buffer.concat([packet, Buffer.from(asked.tail ?? '', 'latin1')]);
  };
  const scrapeRequest = (id: Buffer, infoHashes: readonly string[], transactionId = 7): Buffer => {
    const packet = Buffer.alloc(16 + 20 * infoHashes.length);
    packet.set(id, 0);
    packet.writeUInt32BE(actions.scrape, 8);
    packet.writeUInt32BE(transactionId, 12);
    packet.write(infoHashes.join(''), 16, 'latin1');
    return packet;
  };
  const recordLength = isIPv6(from) ? 18 : 6;
  /** What an answer to an announce says; throws with the reason when it is an error. */
  const readAnnounce = (packet: Buffer) => {
    if (packet.readUInt32BE(0) === actions.error) throw new Error(packet.toString('utf8', 8));
    expect(packet.readUInt32BE(0)).toBe(actions.announce);
    return {
      transactionId: packet.readUInt32BE(4),
      interval: packet.readUInt32BE(8),
      leechers: packet.readUInt32BE(12),
      seeders: packet.readUInt32BE(16),
      peers: endpointsIn(packet.subarray(20), recordLength),
      length: packet.length,
    };
  };
  const readScrape = (packet: Buffer): number[][] => {
    expect(packet.readUInt32BE(0)).toBe(actions.scrape);
    return Array.from({ length: (packet.length - 8) / 12 }, (_, n) =>
      [0, 4, 8].map((offset) => packet.readUInt32BE(8 + n * 12 + offset)),
    );
  };
  /**
   * Whether these packets get no answer: a connect sent after them is answered first. Loopback
   * keeps the order.
   */
  const isSilentAbout = async (...packets: Buffer[]): Promise<boolean> => {
    const answer = nextMessage(socket);
    for (const packet of packets) send(packet);
    send(connectRequest(0x51137));
    const first = await answer;
    return first.readUInt32BE(0) === actions.connect && first.readUInt32BE(4) === 0x51137;
  };
  return {
    socket,
    send,
    ask,
    isSilentAbout,
    connectRequest,
    connectionId,
    announceRequest,
    scrapeRequest,
    readScrape,
    async announce(id: Buffer, asked: UdpAsked) {
      return readAnnounce(await ask(announceRequest(id, asked)));
    },
    async scrape(id: Buffer, infoHashes: readonly string[]) {
      return readScrape(await ask(scrapeRequest(id, infoHashes)));
    },
    /** The reason of an error, with the transaction it is about. */
    async error(packet: Buffer) {
      const answer = await ask(packet);
      expect(answer.readUInt32BE(0)).toBe(actions.error);
      return { transactionId: answer.readUInt32BE(4), reason: answer.toString('utf8', 8) };
    },
  };
}

async function nextMessage(socket: DatagramSocket): Promise<Buffer> {
  const [packet] = await once(socket, 'message', { signal: AbortSignal.timeout(10_000) });
  return packet as Buffer;
}

/** Has so many leechers announce by UDP, 30 at an address near 127.1.0.0, from port 10000 on. */
export async function addCrowd(
  tracker: TrackerUnderTest,
  infoHash: string,
  size: number,
): Promise<void> {
  const perAddress = 30;
  for (let first = 0; first < size; first += perAddress) {
    const client = await openUdpClient(tracker, `127.1.0.${1 + first / perAddress}`);
    const id = await client.connectionId();
    for (let n = first; n < Math.min(size, first + perAddress); n++) {
      const peerId = String(n).padStart(20, '0');
      await client.announce(id, { infoHash, peerId, port: 10_000 + n, numWant: 0 });
    }
  }
}
