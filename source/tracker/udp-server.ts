import { listenError } from '../listen-error.ts';
import type { Requester } from './announce.ts';
import type { ConnectionIds } from './connection-id.ts';
import { partyOf } from './ip-address.ts';
import { loadLibc } from './linux/libc.ts';
import { hasSocketAddress } from './linux/socket-address.ts';
import type { RateBudgets } from './rate-budgets.ts';
import type { Tracker } from './tracker.ts';
import { openBatchedDatagrams } from './udp/batched-datagrams.ts';
import type { AnswerDatagram, Datagrams } from './udp/datagrams.ts';
import { openPlainDatagrams } from './udp/plain-datagrams.ts';
import {
  encodeConnectAnswer,
  encodeUdpAnnounceAnswer,
  encodeUdpError,
  encodeUdpScrapeAnswer,
  parseUdpRequest,
} from './udp-protocol.ts';

interface UdpServerOptions {
  /** An IPv4 address, or an IPv6 one, at which no IPv4 is taken. */
  host: string;
  /** 0 picks a free one. */
  port: number;
  tracker: Tracker;
  connectionIds: ConnectionIds;
  /** What each address may ask for. */
  budgets: RateBudgets;
  /** False to go without batches of datagrams, which only some systems have. */
  batched?: boolean;
  /** Told of faults of ours, and of the system's, while serving. */
  onFault: (error: unknown) => void;
}

interface UdpServer {
  /** Binds. Resolves with where; throws EverseedError when it cannot. */
  start(): Promise<{ host: string; port: number }>;
  stop(): Promise<void>;
}

interface Running {
  datagrams: Datagrams;
  endpoint: { host: string; port: number };
}

/** The tracker over UDP. */
export function createUdpServer(options: UdpServerOptions): UdpServer {
  const { host, port, tracker, budgets, onFault } = options;
  let running: Promise<Running> | null = null;
  /** Who asks: one object, for one datagram after the other. */
  const requester: Requester = { address: '', localAddress: null, protocol: 'udp' };

  const answer: AnswerDatagram = (packet, start, end, address, into, at) => {
    if (budgets.take(partyOf(address))) {
      requester.address = address;
      return answerDatagram(packet, start, end, requester, into, at, options);
    }
    tracker.activity.count('udp', 'limited');
    return 0;
  };

  const bind = async (): Promise<Running> => {
    const libc = options.batched !== false && hasSocketAddress(host) ? loadLibc() : null;
    const where = { host, port, answer, onFault };
    try {
      const datagrams = libc
        ? await openBatchedDatagrams(libc, where)
        : await openPlainDatagrams(where);
      return { datagrams, endpoint: { host, port: datagrams.port } };
    } catch (error) {
      throw listenError(error, { host, port, portSetting: 'udp.port' });
    }
  };

  return {
    async start() {
      running ??= bind();
      try {
        return (await running).endpoint;
      } catch (error) {
        running = null;
        throw error;
      }
    },

    async stop() {
      const bound = running;
      running = null;
      if (!bound) return;
      await (await bound).datagrams.close();
    },
  };
}

/**
 * Answers a datagram, as `AnswerDatagram` tells. Until the connection id shows that the sender's
 * address is its own, it is sent no more bytes than it sent: otherwise it could have others flooded
 * in its name.
 */
function answerDatagram(
  packet: Buffer,
  start: number,
  end: number,
  requester: Requester,
  into: Buffer,
  at: number,
  { tracker, connectionIds }: Pick<UdpServerOptions, 'tracker' | 'connectionIds'>,
): number {
  const request = parseUdpRequest(packet, start, end);
  if (request === null) return 0;
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
