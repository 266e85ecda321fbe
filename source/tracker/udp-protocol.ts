import type { Announce, AnnounceEvent, PeerAddress, ScrapeEntry } from './announce.ts';
import type { BinaryString } from './binary-string.ts';

/**
 * The tracker protocol over UDP (BEP 15) for IPv4, both ways: datagrams in, values out; values in,
 * datagrams out. All integers are big-endian. No sockets.
 */

const protocolHigh = 0x417;
const protocolLow = 0x27101980;
const actions = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;
const events: readonly AnnounceEvent[] = ['none', 'completed', 'started', 'stopped', 'paused'];

const connectRequestLength = 16;
const announceRequestLength = 98;
const announceAnswerHeader = 20;
const compactLength = 6;
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
    port,
  };
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
  answer: { interval: number; leechers: number; seeds: number; peers: readonly PeerAddress[] },
): Buffer {
  const length = announceAnswerHeader + answer.peers.length * compactLength;
  const packet = startAnswer(actions.announce, transactionId, length);
  packet.writeUInt32BE(answer.interval, 8);
  packet.writeUInt32BE(answer.leechers, 12);
  packet.writeUInt32BE(answer.seeds, 16);
  let offset = announceAnswerHeader;
  for (const peer of answer.peers) offset += packet.write(peer.endpoint, offset, 'latin1');
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

export function encodeConnectRequest(transactionId: number): Buffer {
  const packet = Buffer.allocUnsafe(connectRequestLength);
  packet.writeUInt32BE(protocolHigh, 0);
  packet.writeUInt32BE(protocolLow, 4);
  packet.writeUInt32BE(actions.connect, 8);
  packet.writeUInt32BE(transactionId, 12);
  return packet;
}

/** What a client tells besides `Announce`: bytes so far, and a key that outlives its address. */
export interface UdpAnnounceRequest extends Omit<Announce, 'complete'> {
  connectionId: Uint8Array;
  transactionId: number;
  downloaded: bigint;
  left: bigint;
  uploaded: bigint;
  key: number;
}

export function encodeAnnounceRequest(request: UdpAnnounceRequest): Buffer {
  const packet = startRequest(actions.announce, request, announceRequestLength);
  packet.write(request.infoHash, 16, 20, 'latin1');
  packet.write(request.peerId, 36, 20, 'latin1');
  packet.writeBigUInt64BE(request.downloaded, 56);
  packet.writeBigUInt64BE(request.left, 64);
  packet.writeBigUInt64BE(request.uploaded, 72);
  packet.writeUInt32BE(events.indexOf(request.event), 80);
  packet.writeUInt32BE(0, 84); // the IP address: that of the sender
  packet.writeUInt32BE(request.key, 88);
  packet.writeInt32BE(request.numWant ?? -1, 92);
  packet.writeUInt16BE(request.port, 96);
  return packet;
}

export function encodeScrapeRequest(
  request: Connected & { infoHashes: readonly BinaryString[] },
): Buffer {
  const length = connectRequestLength + request.infoHashes.length * 20;
  const packet = startRequest(actions.scrape, request, length);
  packet.write(request.infoHashes.join(''), connectRequestLength, 'latin1');
  return packet;
}

function startRequest(action: number, connected: Connected, length: number): Buffer {
  const packet = Buffer.allocUnsafe(length);
  packet.set(connected.connectionId, 0);
  packet.writeUInt32BE(action, 8);
  packet.writeUInt32BE(connected.transactionId, 12);
  return packet;
}

type UdpAnswer = { transactionId: number } & (
  | { kind: 'connect'; connectionId: Uint8Array }
  | {
      kind: 'announce';
      interval: number;
      leechers: number;
      seeds: number;
      /** In compact form. */
      endpoints: BinaryString[];
    }
  | { kind: 'scrape'; entries: { seeds: number; completed: number; leechers: number }[] }
  | { kind: 'error'; reason: string }
);

/** Reads what a tracker sent. Null when it is no answer of the protocol. */
export function parseUdpAnswer(packet: Buffer): UdpAnswer | null {
  if (packet.length < 8) return null;
  const transactionId = packet.readUInt32BE(4);
  switch (packet.readUInt32BE(0)) {
    case actions.connect:
      if (packet.length < 16) return null;
      return { kind: 'connect', transactionId, connectionId: packet.subarray(8, 16) };
    case actions.announce: {
      const peerBytes = packet.length - announceAnswerHeader;
      if (peerBytes < 0 || peerBytes % compactLength !== 0) return null;
      const endpoints = Array.from({ length: peerBytes / compactLength }, (_, index) => {
        const start = announceAnswerHeader + index * compactLength;
        return packet.toString('latin1', start, start + compactLength);
      });
      return {
        kind: 'announce',
        transactionId,
        interval: packet.readUInt32BE(8),
        leechers: packet.readUInt32BE(12),
        seeds: packet.readUInt32BE(16),
        endpoints,
      };
    }
    case actions.scrape: {
      if ((packet.length - 8) % scrapeEntryLength !== 0) return null;
      const entries = Array.from(
        { length: (packet.length - 8) / scrapeEntryLength },
        (_, index) => {
          const start = 8 + index * scrapeEntryLength;
          return {
            seeds: packet.readUInt32BE(start),
            completed: packet.readUInt32BE(start + 4),
            leechers: packet.readUInt32BE(start + 8),
          };
        },
      );
      return { kind: 'scrape', transactionId, entries };
    }
    case actions.error:
      return { kind: 'error', transactionId, reason: packet.toString('utf8', 8) };
    default:
      return null;
  }
}
