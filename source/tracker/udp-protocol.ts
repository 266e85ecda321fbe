import type { Announce, AnnounceAnswer, AnnounceEvent, ScrapeEntry } from './announce.ts';
import { parseTrackerPath } from './announce-path.ts';
import type { BinaryString } from './binary-string.ts';
import { idText, idWordsOf, readIdAt } from './id-words.ts';
import { isIpv6 } from './ip-address.ts';
import { wordAt, writeWord } from './network-order.ts';

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

/** An announce, whose ids are strings only for who reads them so. */
export class UdpAnnounce implements Announce {
  readonly kind = 'announce';
  readonly ids = { infoHash: idWordsOf(), peerId: idWordsOf() };
  transactionId = 0;
  port = 0;
  complete = false;
  event: AnnounceEvent = 'none';
  numWant: number | null = null;
  key: number | null = null;
  passkey: string | null = null;
  uploaded: number | null = null;
  downloaded: number | null = null;

  get infoHash(): BinaryString {
    return idText(this.ids.infoHash);
  }

  get peerId(): BinaryString {
    return idText(this.ids.peerId);
  }
}

interface UdpScrape {
  kind: 'scrape';
  transactionId: number;
  /** As asked for: in that order, repeated where repeated. */
  infoHashes: BinaryString[];
}

/** Its sender may be told why, once the connection id proves who it is. */
interface UdpMalformed {
  kind: 'malformed';
  transactionId: number;
  reason: string;
}

export type UdpRequest = UdpConnect | UdpAnnounce | UdpScrape | UdpMalformed;

/**
 * Reads what a client sent: the bytes from `start` to before `end`. Null for what must get no answer
 * at all. All but a connect begin with a connection id of 8 bytes, to be checked before anything is
 * answered. `announce` is filled when it is one.
 */
export function parseUdpRequest(
  packet: Buffer,
  start = 0,
  end = packet.length,
  announce = new UdpAnnounce(),
): UdpRequest | null {
  if (end - start < connectRequestLength) return null;
  const action = wordAt(packet, start + 8);
  const transactionId = wordAt(packet, start + 12) >>> 0;
  switch (action) {
    case actions.connect: {
      const known =
        wordAt(packet, start) === protocolHigh && wordAt(packet, start + 4) === protocolLow;
      return known ? { kind: 'connect', transactionId } : null;
    }
    case actions.announce:
      return parseAnnounce(packet, start, end, transactionId, announce);
    case actions.scrape:
      return parseScrape(packet, start, end, transactionId);
    default:
      return { kind: 'malformed', transactionId, reason: 'action is not known' };
  }
}

function parseAnnounce(
  packet: Buffer,
  start: number,
  end: number,
  transactionId: number,
  announce: UdpAnnounce,
): UdpAnnounce | UdpMalformed | null {
  if (end - start < announceRequestLength) return null;
  const event = events[wordAt(packet, start + 80)] ?? 'none';
  const port = ((packet[start + 96] as number) << 8) | (packet[start + 97] as number);
  if (port === 0 && event !== 'stopped') {
    return { kind: 'malformed', transactionId, reason: 'port is 0' };
  }
  const numWant = wordAt(packet, start + 92);
  announce.transactionId = transactionId;
  readIdAt(packet, start + 16, announce.ids.infoHash);
  readIdAt(packet, start + 36, announce.ids.peerId);
  announce.complete = (wordAt(packet, start + 64) | wordAt(packet, start + 68)) === 0;
  announce.event = event;
  announce.numWant = numWant < 0 ? null : numWant;
  // 0 is what clients send that have none
  announce.key = wordAt(packet, start + 88) >>> 0 || null;
  announce.port = port;
  const hasOptions = end - start > announceRequestLength;
  announce.passkey = hasOptions ? readPasskey(packet, start, end) : null;
  announce.downloaded = readBytes(packet, start + 56);
  announce.uploaded = readBytes(packet, start + 72);
  return announce;
}

/** An info hash. */
function twentyBytesAt(packet: Buffer, at: number): BinaryString {
  return packet.toString('latin1', at, at + 20);
}

/** A number of 64 bits, or null when it is too large to count with. */
function readBytes(packet: Buffer, at: number): number | null {
  const bytes = (wordAt(packet, at) >>> 0) * 2 ** 32 + (wordAt(packet, at + 4) >>> 0);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** The passkey in the path of the URL that the client was given, if it tells that (BEP 41). */
function readPasskey(packet: Buffer, start: number, end: number): string | null {
  const [path = ''] = readUrlData(packet, start + announceRequestLength, end).split('?');
  return parseTrackerPath(path)?.passkey ?? null;
}

/** Path and query of the URL: the options of that kind, one after the other. */
function readUrlData(packet: Buffer, start: number, end: number): BinaryString {
  let data = '';
  let at = start;
  while (at < end) {
    const option = packet[at++];
    if (option === options.end) break;
    if (option === options.none) continue;
    const length = at < end ? (packet[at] as number) : 0;
    at++;
    if (option === options.urlData) {
      data += packet.toString('latin1', at, Math.min(at + length, end));
    }
    at += length;
  }
  return data;
}

function parseScrape(
  packet: Buffer,
  start: number,
  end: number,
  transactionId: number,
): UdpScrape | UdpMalformed {
  const asked = Math.floor((end - start - connectRequestLength) / 20);
  if (asked === 0) return { kind: 'malformed', transactionId, reason: 'info_hash is missing' };
  const infoHashes = Array.from({ length: Math.min(asked, maxScrapeHashes) }, (_, index) =>
    twentyBytesAt(packet, start + connectRequestLength + index * 20),
  );
  return { kind: 'scrape', transactionId, infoHashes };
}

/*
 * Answers are written to `into` from `at` on; returned is how long they are.
 */

/** `connectionId` is 8 bytes. */
export function encodeConnectAnswer(
  into: Uint8Array,
  at: number,
  transactionId: number,
  connectionId: Uint8Array,
): number {
  startAnswer(into, at, actions.connect, transactionId);
  into.set(connectionId, at + 8);
  return 16;
}

export function encodeUdpAnnounceAnswer(
  into: Uint8Array,
  at: number,
  transactionId: number,
  answer: Pick<
    AnnounceAnswer,
    'interval' | 'leechers' | 'seeds' | 'peers' | 'peers6' | 'externalAddress'
  >,
): number {
  startAnswer(into, at, actions.announce, transactionId);
  writeWord(into, at + 8, answer.interval);
  writeWord(into, at + 12, answer.leechers);
  writeWord(into, at + 16, answer.seeds);
  // The family of the socket tells the client how long the records are.
  const list = isIpv6(answer.externalAddress) ? answer.peers6 : answer.peers;
  return announceAnswerHeader + list.copyTo(into, at + announceAnswerHeader);
}

export function encodeUdpScrapeAnswer(
  into: Uint8Array,
  at: number,
  transactionId: number,
  entries: readonly ScrapeEntry[],
): number {
  startAnswer(into, at, actions.scrape, transactionId);
  let to = at + 8;
  for (const entry of entries) {
    writeWord(into, to, entry.seeds);
    writeWord(into, to + 4, entry.completed);
    writeWord(into, to + 8, entry.leechers);
    to += scrapeEntryLength;
  }
  return to - at;
}

/** `reason` is a fixed sentence in ASCII. */
export function encodeUdpError(
  into: Uint8Array,
  at: number,
  transactionId: number,
  reason: string,
): number {
  startAnswer(into, at, actions.error, transactionId);
  for (let n = 0; n < reason.length; n++) into[at + 8 + n] = reason.charCodeAt(n);
  return 8 + reason.length;
}

function startAnswer(into: Uint8Array, at: number, action: number, transactionId: number): void {
  writeWord(into, at, action);
  writeWord(into, at + 4, transactionId);
}
