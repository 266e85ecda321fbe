import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { listenError } from '../listen-error.ts';
import type { ConnectionIds } from './connection-id.ts';
import { type IpAddress, parseIpAddress, partyOf } from './ip-address.ts';
import type { RateBudgets } from './rate-budgets.ts';
import type { Tracker } from './tracker.ts';
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
  /** Told of faults of ours, and of the system's, while serving. */
  onFault: (error: unknown) => void;
}

interface UdpServer {
  /** Binds. Resolves with where; throws EverseedError when it cannot. */
  start(): Promise<{ host: string; port: number }>;
  stop(): Promise<void>;
}

interface Running {
  socket: Socket;
  endpoint: { host: string; port: number };
}

const receiveBufferBytes = 4 * 1024 * 1024;

/** The tracker over UDP. */
export function createUdpServer(options: UdpServerOptions): UdpServer {
  const { host, port, onFault } = options;
  let running: Promise<Running> | null = null;

  const bind = async (): Promise<Running> => {
    const family = isIPv6(host)
      ? ({ type: 'udp6', ipv6Only: true } as const)
      : ({ type: 'udp4' } as const);
    const socket = createSocket({ ...family, recvBufferSize: receiveBufferBytes });
    socket.on('message', (packet, from) => {
      const address = parseIpAddress(from.address);
      // Nobody listens at port 0, and sending there throws.
      if (address === null || from.port === 0) return;
      if (!options.budgets.take(partyOf(address))) {
        options.tracker.activity.count('udp', 'limited');
        return;
      }
      try {
        const answer = answerDatagram(packet, address, options);
        if (answer)
          socket.send(answer, from.port, from.address, (error) => error && onFault(error));
      } catch (error) {
        onFault(error);
      }
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: host, port, exclusive: true }, resolve);
    }).catch((error: unknown) => {
      socket.close();
      throw listenError(error, { host, port, portSetting: 'udp.port' });
    });
    socket.removeAllListeners('error');
    socket.on('error', onFault);
    return { socket, endpoint: { host, port: socket.address().port } };
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
      const { socket } = await bound;
      await new Promise<void>((resolve) => socket.close(() => resolve()));
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
