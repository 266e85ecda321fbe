import type { Announce, AnnounceEvent } from '../../source/tracker/announce.ts';
import type { BinaryString } from '../../source/tracker/binary-string.ts';

/** The client's half of the tracker protocol over UDP (BEP 15), by the numbers of the BEP itself. */

const protocolId = 0x41727101980n;
const actions = { connect: 0, announce: 1, scrape: 2, error: 3 } as const;
const events: readonly AnnounceEvent[] = ['none', 'completed', 'started', 'stopped', 'paused'];

/** What every request after the connect carries. */
interface Connected {
  /** 8 bytes. */
  connectionId: Uint8Array;
  transactionId: number;
}

export function encodeConnectRequest(transactionId: number): Buffer {
  const packet = Buffer.alloc(16);
  packet.writeBigUInt64BE(protocolId, 0);
  packet.writeUInt32BE(actions.connect, 8);
  packet.writeUInt32BE(transactionId, 12);
  return packet;
}

/** What a client tells besides `Announce`: bytes so far, and a key that outlives its address. */
export interface UdpAnnounceRequest
  extends Connected,
    Omit<Announce, 'complete' | 'uploaded' | 'downloaded' | 'passkey'> {
  downloaded: bigint;
  left: bigint;
  uploaded: bigint;
  key: number;
}

export function encodeAnnounceRequest(request: UdpAnnounceRequest): Buffer {
  const packet = startRequest(actions.announce, request, 98);
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
  const packet = startRequest(actions.scrape, request, 16 + request.infoHashes.length * 20);
  packet.write(request.infoHashes.join(''), 16, 'latin1');
  return packet;
}

function startRequest(action: number, connected: Connected, length: number): Buffer {
  const packet = Buffer.alloc(length);
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
      const peerBytes = packet.length - 20;
      if (peerBytes < 0 || peerBytes % 6 !== 0) return null;
      const endpoints = Array.from({ length: peerBytes / 6 }, (_, index) => {
        const start = 20 + index * 6;
        return packet.toString('latin1', start, start + 6);
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
      if ((packet.length - 8) % 12 !== 0) return null;
      const entries = Array.from({ length: (packet.length - 8) / 12 }, (_, index) => {
        const start = 8 + index * 12;
        return {
          seeds: packet.readUInt32BE(start),
          completed: packet.readUInt32BE(start + 4),
          leechers: packet.readUInt32BE(start + 8),
        };
      });
      return { kind: 'scrape', transactionId, entries };
    }
    case actions.error:
      return { kind: 'error', transactionId, reason: packet.toString('utf8', 8) };
    default:
      return null;
  }
}
