import { listenError } from '../listen-error.ts';
import type { ConnectionIds } from './connection-id.ts';
import { type IpAddress, partyOf } from './ip-address.ts';
import { loadLibc } from './linux/libc.ts';
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

  const answer: AnswerDatagram = (packet, address) => {
    if (budgets.take(partyOf(address))) return answerDatagram(packet, address, options);
    tracker.activity.count('udp', 'limited');
    return null;
  };

  const bind = async (): Promise<Running> => {
    const libc = options.batched === false ? null : loadLibc();
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
 * What to answer a datagram from `address`; null for silence. Until the connection id shows that
 * the sender's address is its own, it is sent no more bytes than it sent: otherwise it could have
 * others flooded in its name.
 */
function answerDatagram(
  packet: Buffer,
  address: IpAddress,
  { tracker, connectionIds }: Pick<UdpServerOptions, 'tracker' | 'connectionIds'>,
): Buffer | null {
  const request = parseUdpRequest(packet);
  if (request === null) return null;
  const { transactionId } = request;
  if (request.kind === 'connect') {
    return encodeConnectAnswer(transactionId, connectionIds.issue(address));
  }
  if (!connectionIds.accepts(request.connectionId, address)) return null;
  switch (request.kind) {
    case 'malformed':
      tracker.activity.count('udp', 'malformed');
      return encodeUdpError(transactionId, request.reason);
    case 'scrape':
      return encodeUdpScrapeAnswer(
        transactionId,
        tracker.scrape(request.infoHashes, { protocol: 'udp', passkey: null }),
      );
    case 'announce': {
      const answered = tracker.announce(request, {
        address,
        localAddress: null,
        protocol: 'udp',
      });
      return answered.kind === 'refusal'
        ? encodeUdpError(transactionId, answered.reason)
        : encodeUdpAnnounceAnswer(transactionId, answered);
    }
  }
}
