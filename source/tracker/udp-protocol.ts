import type { Announce, AnnounceAnswer, AnnounceEvent, ScrapeEntry } from './announce.ts';
import { parseTrackerPath } from './announce-path.ts';
import type { BinaryString } from './binary-string.ts';
import { isIpv6 } from './ip-address.ts';

/**
 * The tracker protocol over UDP (BEP 15, 41), the tracker's half: requests in, values out;
 * answers in, datagrams out. All integers are big-endian. No sockets.
 */

const protocolHigh = 0x417;
const protocolLow = 0x27101980;
const actions = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;
const events: readonly AnnounceEvent[] = ['none', 'completed', 'started', 'stopped', 'paused'];

/** Options behind an announce (BEP 41); others are a length and so many bytes. */
const options = { end: 0, none: 1, urlData: 2 } as const;

const connectRequestLength = 16;
const announceRequestLength = 98;
const announceAnswerHeader = 20;
const scrapeEntryLength = 12;
/** What BEP 15 lets one scrape ask for; more would not be sure to fit into a datagram. */
const maxScrapeHashes = 74;

interface UdpConnect {
  kind: 'connect';
  transactionId: number;
}

/** What every request after the connect carries. */
interface Connected {
  /** 8 bytes, to be checked before anything is answered. */
  connectionId: Uint8Array;
  transactionId: number;
}

interface UdpAnnounce extends Connected, Announce {
  kind: 'announce';
}

interface UdpScrape extends Connected {
  kind: 'scrape';
  /** As asked for: in that order, repeated where repeated. */
  infoHashes: BinaryString[];
}

/** Its sender may be told why, once the connection id proves who it is. */
interface UdpMalformed extends Connected {
  kind: 'malformed';
  reason: string;
}

type UdpRequest = UdpConnect | UdpAnnounce | UdpScrape | UdpMalformed;

/** Reads what a client sent. Null for what must get no answer at all. */
export function parseUdpRequest(packet: Buffer): UdpRequest | null {
  if (packet.length < connectRequestLength) return null;
  const transactionId = packet.readUInt32BE(12);
  const action = packet.readUInt32BE(8);
  if (action === actions.connect) {
    const known = packet.readUInt32BE(0) === protocolHigh && packet.readUInt32BE(4) === protocolLow;
    return known ? { kind: 'connect', transactionId } : null;
  }
  const connected: Connected = { connectionId: packet.subarray(0, 8), transactionId };
  if (action === actions.announce) return parseAnnounce(packet, connected);
  if (action === actions.scrape) return parseScrape(packet, connected);
  return { kind: 'malformed', ...connected, reason: 'action is not known' };
}

function parseAnnounce(packet: Buffer, connected: Connected): UdpAnnounce | UdpMalformed | null {
  if (packet.length < announceRequestLength) return null;
  const event = events[packet.readUInt32BE(80)] ?? 'none';
  const port = packet.readUInt16BE(96);
  if (port === 0 && event !== 'stopped') {
    return { kind: 'malformed', ...connected, reason: 'port is 0' };
  }
  const numWant = packet.readInt32BE(92);
  return {
    kind: 'announce',
    ...connected,
    infoHash: packet.toString('latin1', 16, 36),
    peerId: packet.toString('latin1', 36, 56),
    complete: packet.readUInt32BE(64) === 0 && packet.readUInt32BE(68) === 0,
    event,
    numWant: numWant < 0 ? null : numWant,
    // 0 is what clients send that have none
    key: packet.readUInt32BE(88) || null,
    port,
    passkey: readPasskey(packet),
    downloaded: readBytes(packet, 56),
    uploaded: readBytes(packet, 72),
  };
}

/** A number of 64 bits, or null when it is too large to count with. */
function readBytes(packet: Buffer, offset: number): number | null {
  const bytes = packet.readUInt32BE(offset) * 2 ** 32 + packet.readUInt32BE(offset + 4);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** The passkey in the path of the URL that the client was given, if it tells that (BEP 41). */
function readPasskey(packet: Buffer): string | null {
  if (packet.length <= announceRequestLength) return null;
  const [path = ''] = readUrlData(packet).split('?');
  return parseTrackerPath(path)?.passkey ?? null;
}

/** Path and query of the URL: the options of that kind, one after the other. */
function readUrlData(packet: Buffer): BinaryString {
  let data = '';
  let offset = announceRequestLength;
  while (offset < packet.length) {
    const option = packet[offset++];
    if (option === options.end) break;
    if (option === options.none) continue;
    const length = packet[offset++] ?? 0;
    if (option === options.urlData) data += packet.toString('latin1', offset, offset + length);
    offset += length;
  }
  return data;
}

function parseScrape(packet: Buffer, connected: Connected): UdpScrape | UdpMalformed {
  const asked = Math.floor((packet.length - connectRequestLength) / 20);
  if (asked === 0) return { kind: 'malformed', ...connected, reason: 'info_hash is missing' };
  const infoHashes = Array.from({ length: Math.min(asked, maxScrapeHashes) }, (_, index) => {
    const start = connectRequestLength + index * 20;
    return packet.toString('latin1', start, start + 20);
  });
  return { kind: 'scrape', ...connected, infoHashes };
}

/** `connectionId` is 8 bytes. */
export function encodeConnectAnswer(transactionId: number, connectionId: Uint8Array): Buffer {
  const packet = startAnswer(actions.connect, transactionId, 16);
  packet.set(connectionId, 8);
  return packet;
}

export function encodeUdpAnnounceAnswer(
  transactionId: number,
  answer: Pick<
    AnnounceAnswer,
    'interval' | 'leechers' | 'seeds' | 'peers' | 'peers6' | 'externalAddress'
  >,
): Buffer {
  // The family of the socket tells the client how long the records are.
  const list = isIpv6(answer.externalAddress) ? answer.peers6 : answer.peers;
  const records = list.compact;
  const length = announceAnswerHeader + records.length;
  const packet = startAnswer(actions.announce, transactionId, length);
  packet.writeUInt32BE(answer.interval, 8);
  packet.writeUInt32BE(answer.leechers, 12);
  packet.writeUInt32BE(answer.seeds, 16);
  packet.set(records, announceAnswerHeader);
  return packet;
}

export function encodeUdpScrapeAnswer(
  transactionId: number,
  entries: readonly ScrapeEntry[],
): Buffer {
  const packet = startAnswer(actions.scrape, transactionId, 8 + entries.length * scrapeEntryLength);
  let offset = 8;
  for (const entry of entries) {
    packet.writeUInt32BE(entry.seeds, offset);
    packet.writeUInt32BE(entry.completed, offset + 4);
    packet.writeUInt32BE(entry.leechers, offset + 8);
    offset += scrapeEntryLength;
  }
  return packet;
}

/** `reason` is a fixed sentence in ASCII. */
export function encodeUdpError(transactionId: number, reason: string): Buffer {
  const packet = startAnswer(actions.error, transactionId, 8 + reason.length);
  packet.write(reason, 8, 'latin1');
  return packet;
}

function startAnswer(action: number, transactionId: number, length: number): Buffer {
  const packet = Buffer.allocUnsafe(length);
  packet.writeUInt32BE(action, 0);
  packet.writeUInt32BE(transactionId, 4);
  return packet;
}
