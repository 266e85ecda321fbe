import type { Requester } from '../announce.ts';
import type { ConnectionIds } from '../connection-id.ts';
import { partyOf } from '../ip-address.ts';
import type { RateBudgets } from '../rate-budgets.ts';
import type { Tracker } from '../tracker.ts';
import {
  encodeConnectAnswer,
  encodeUdpAnnounceAnswer,
  encodeUdpError,
  encodeUdpScrapeAnswer,
  parseUdpRequest,
  UdpAnnounce,
  type UdpRequest,
} from '../udp-protocol.ts';
import type { AnswerDatagram } from './datagrams.ts';

export interface ResponderOptions {
  tracker: Tracker;
  connectionIds: ConnectionIds;
  /** What each address may ask for. */
  budgets: RateBudgets;
}

/** What answers datagrams, as far as the budgets of their senders allow. */
export function createUdpResponder(options: ResponderOptions): AnswerDatagram {
  const { tracker, budgets } = options;
  /** Who asks: one object, for one datagram after the other. */
  const requester: Requester = { address: '', localAddress: null, protocol: 'udp' };
  const announce = new UdpAnnounce();
  return (packet, start, end, address, into, at) => {
    if (budgets.take(partyOf(address))) {
      requester.address = address;
      const request = parseUdpRequest(packet, start, end, announce);
      if (request === null) return 0;
      return answerRequest(request, packet, start, requester, into, at, options);
    }
    tracker.activity.count('udp', 'limited');
    return 0;
  };
}

/**
 * Answers what was read of a datagram, as `AnswerDatagram` tells. Until the connection id shows that the sender's
 * address is its own, it is sent no more bytes than it sent: otherwise it could have others flooded
 * in its name.
 */
function answerRequest(
  request: UdpRequest,
  packet: Buffer,
  start: number,
  requester: Requester,
  into: Buffer,
  at: number,
  { tracker, connectionIds }: Pick<ResponderOptions, 'tracker' | 'connectionIds'>,
): number {
  const { transactionId } = request;
  const { address } = requester;
  const counted = tracker.activity.connectionIds;
  if (request.kind === 'connect') {
    counted.issued++;
    return encodeConnectAnswer(into, at, transactionId, connectionIds.issue(address));
  }
  if (!connectionIds.accepts(packet, start, address)) {
    counted.rejected++;
    return 0;
  }
  switch (request.kind) {
    case 'malformed':
      tracker.activity.count('udp', 'malformed');
      return encodeUdpError(into, at, transactionId, request.reason);
    case 'scrape': {
      const by = { protocol: 'udp', passkey: null } as const;
      const entries = tracker.scrape(request.infoHashes, by);
      return encodeUdpScrapeAnswer(into, at, transactionId, entries);
    }
    case 'announce': {
      const answered = tracker.announce(request, requester);
      return answered.kind === 'refusal'
        ? encodeUdpError(into, at, transactionId, answered.reason)
        : encodeUdpAnnounceAnswer(into, at, transactionId, answered);
    }
  }
}
