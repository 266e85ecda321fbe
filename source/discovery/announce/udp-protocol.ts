import {
  type AnnounceAnswer,
  type AnnounceEvent,
  type AnnounceRequest,
  maxPeers,
  messageText,
} from './announce.ts';
import { type IpFamily, readCompactPeers } from './compact-addresses.ts';

/**
 * The tracker protocol over UDP (BEP 15, 41), the client's half: requests in, datagrams out;
 * datagrams in, values out. All integers are big-endian. No sockets.
 */

const protocolId = 0x41727101980n;
const actions = { connect: 0, announce: 1, error: 3 } as const;
const eventNumbers: Record<AnnounceEvent, number> = {
  none: 0,
  started: 2,
  stopped: 3,
  paused: 4,
};

const announceLength = 98;
const answerHeaderLength = 8;
const announceAnswerHeader = 20;

/** BEP 41: a part of the URL's path and query, at most 255 bytes of it. */
const urlDataOption = 2;
const maxOptionLength = 255;
/** A request stays well inside one datagram; no tracker's path is longer. */
const maxUrlDataLength = 4 * maxOptionLength;

export function encodeConnect(transactionId: number): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeBigUInt64BE(protocolId, 0);
  packet.writeUInt32BE(actions.connect, 8);
  packet.writeUInt32BE(transactionId, 12);
  return packet;
}

/**
 * @param connectionId the 8 bytes that the tracker gave
 * @param urlData path and query of the tracker's URL, by which one port serves many (BEP 41)
 */
export function encodeAnnounce(
  connectionId: Uint8Array,
  transactionId: number,
  request: AnnounceRequest,
  urlData: string,
): Buffer {
  const packet = Buffer.alloc(announceLength);
  packet.set(connectionId, 0);
  packet.writeUInt32BE(actions.announce, 8);
  packet.writeUInt32BE(transactionId, 12);
  packet.set(request.infoHash, 16);
  packet.set(request.peerId, 36);
  // downloaded (56) is 0
  packet.writeBigUInt64BE(BigInt(request.left), 64);
  packet.writeBigUInt64BE(BigInt(request.uploaded), 72);
  packet.writeUInt32BE(eventNumbers[request.event], 80);
  // the address (84) stays 0: that of the sender
  packet.writeUInt32BE(request.key, 88);
  packet.writeInt32BE(request.numWant, 92);
  packet.writeUInt16BE(request.port, 96);
  return urlData === '' ? packet : Buffer.concat([packet, encodeUrlData(urlData)]);
}

function encodeUrlData(urlData: string): Buffer {
  const data = Buffer.from(urlData, 'utf8').subarray(0, maxUrlDataLength);
  const options: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += maxOptionLength) {
    const part = data.subarray(at, at + maxOptionLength);
    options.push(Buffer.from([urlDataOption, part.length]), part);
  }
  return Buffer.concat(options);
}

export type UdpAnswer = { transactionId: number } & (
  | { kind: 'connect'; connectionId: Uint8Array }
  | { kind: 'announce'; answer: AnnounceAnswer }
  | { kind: 'error'; message: string }
);

/**
 * Reads what a tracker sent; null when it is no answer of the protocol. The peers of an announce
 * have addresses of the family it was asked by.
 */
export function parseUdpAnswer(packet: Buffer, family: IpFamily): UdpAnswer | null {
  if (packet.length < answerHeaderLength) return null;
  const transactionId = packet.readUInt32BE(4);
  switch (packet.readUInt32BE(0)) {
    case actions.connect:
      if (packet.length < 16) return null;
      return { kind: 'connect', transactionId, connectionId: Buffer.from(packet.subarray(8, 16)) };
    case actions.announce:
      if (packet.length < announceAnswerHeader) return null;
      return { kind: 'announce', transactionId, answer: readAnswer(packet, family) };
    case actions.error: {
      const message = messageText(packet.subarray(answerHeaderLength));
      return { kind: 'error', transactionId, message: message || 'refused without a reason' };
    }
    default:
      return null;
  }
}

function readAnswer(packet: Buffer, family: IpFamily): AnnounceAnswer {
  return {
    interval: packet.readUInt32BE(8),
    minInterval: 0,
    leechers: packet.readUInt32BE(12),
    seeds: packet.readUInt32BE(16),
    peers: readCompactPeers(packet.subarray(announceAnswerHeader), family, maxPeers),
    trackerId: null,
    warning: null,
    externalAddresses: [],
  };
}
