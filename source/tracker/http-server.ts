import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { isIPv6, type ListenOptions, type Socket } from 'node:net';
import { systemErrorCode } from '../errors.ts';
import { listenError } from '../listen-error.ts';
import type { AddressBlocks } from './address-blocks.ts';
import { askedTooOften, type Requester } from './announce.ts';
import { parseTrackerPath } from './announce-path.ts';
import { clientAddress, type ProxyHeader } from './client-address.ts';
import { ConnectionGate, type ConnectionLimits } from './connection-gate.ts';
import type { HttpAnswers } from './http-answers.ts';
import { AnnounceLane } from './http-lane/announce-lane.ts';
import { Backlog } from './http-lane/backlog.ts';
import { openListeningSocket } from './http-lane/listening-socket.ts';
import { PlainAnswers } from './http-lane/plain-answers.ts';
import { encodeRefusal, parseTarget, pathOf } from './http-protocol.ts';
import { type IpAddress, isLoopback, parseIpAddress, partyOf } from './ip-address.ts';
import { loadLibc } from './linux/libc.ts';
import { hasSocketAddress } from './linux/socket-address.ts';
import { atOnePort } from './one-port.ts';
import type { RateBudgets } from './rate-budgets.ts';
import { oneATurn, RequestTurns } from './request-turns.ts';
import { contentSecurityPolicy, type StatusPage } from './status-pages.ts';
import type { Tracker } from './tracker.ts';
import type { WebSocketDoor } from './websocket-server.ts';

interface HttpServerOptions {
  /** The addresses to listen on, at the same port; IPv6 ones take IPv6 only. */
  hosts: readonly string[];
  /** 0 picks a free one. */
  port: number;
  tracker: Tracker;
  answers: HttpAnswers;
  /** What each address may ask for. */
  budgets: RateBudgets;
  /** Where proxies of ours are, whose word on the address of their clients is taken. */
  isTrustedProxy: AddressBlocks;
  /** Which header has it. */
  proxyHeader: ProxyHeader;
  connectionLimits: ConnectionLimits;
  /** The longest request target that is answered, in bytes. */
  maxTargetLength: number;
  webSockets: WebSocketDoor;
  /** The page of statistics at a path; null when there is none. */
  statusPage: (path: string) => StatusPage | null;
  /** Who may see it. */
  statusFor: 'nobody' | 'local' | 'everybody';
  /** Who may see it besides. */
  isStatusReader: AddressBlocks;
  /** Whether an address, besides loopback, is one of this machine's. */
  isLocalAddress: (address: IpAddress) => boolean;
  /** False to have Node accept every connection, as it does where the C library cannot be called. */
  usesLibc?: boolean;
  /** Told of faults of ours, and of the system's, while serving. */
  onFault: (error: unknown) => void;
}

interface HttpServer {
  /** Listens. Resolves with where; throws EverseedError when it cannot. */
  start(): Promise<{ host: string; port: number }>;
  /**
   * Gives every path that is not the tracker's to `listener`: one request a turn of the event loop,
   * so that announces are answered in between. Without one they are not found.
   */
  mount(listener: RequestListener): void;
  /** Closes idle connections at once and, half a second later, those still being answered. */
  stop(): Promise<void>;
}

interface Running {
  servers: Server[];
  gate: ConnectionGate;
  endpoint: { host: string; port: number };
}

const maxHeaders = 100;
/** What headers may have besides the target. */
const headerBytes = 8 * 1024;
const limits = {
  headersTimeout: 8_000,
  requestTimeout: 8_000,
  keepAliveTimeout: 8_000,
  connectionsCheckingInterval: 1_000,
  // BEP 3 knows nothing of it, and clients that speak HTTP/1.1 without it exist.
  requireHostHeader: false,
  // Any other upgrade, such as that of HTTP/2, is an offer that need not be taken.
  shouldUpgradeCallback: (request: IncomingMessage) =>
    /^websocket$/i.test(request.headers.upgrade ?? ''),
};
/** Clients of BitTorrent ask for one thing at a time; those that wait are held in memory. */
const waitingLimits = { perConnection: 64, total: 8_000 };
/** A connection on which nothing moves is given up: also one whose client does not read. */
const silenceMs = 30_000;
const graceMs = 500;
/** What people see where there is no site. */
const frontPage = 'This is a BitTorrent tracker: announce to /announce. How it does is at /stats.';
const tooOften = encodeRefusal(askedTooOften);

/** The tracker over HTTP, sharing its port with what is mounted behind it. */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { port, tracker, answers, budgets, webSockets, onFault, maxTargetLength } = options;
  const { isTrustedProxy, proxyHeader } = options;
  let running: Promise<Running> | null = null;
  let behind: RequestListener = ({ url = '' }, response) => {
    if (pathOf(url) === '/') respondText(response, 200, frontPage);
    else respondText(response, 404, 'not found');
  };

  const guarded =
    (listener: RequestListener): RequestListener =>
    (request, response) => {
      try {
        listener(request, response);
      } catch (error) {
        onFault(error);
        request.socket.destroy();
      }
    };

  const handle = guarded((request, response) => {
    // HTTP/0.9 is what a request line broken in two looks like.
    if (request.httpVersionMajor < 1) return refuse(response, 400, 'this is not HTTP/1');
    const target = request.url ?? '';
    if (target.length > maxTargetLength) return refuse(response, 414, 'the URL is too long');
    if (request.rawHeaders.length > 2 * maxHeaders) {
      return refuse(response, 431, 'there are too many headers');
    }
    const address = addressOf(request, proxyHeader, isTrustedProxy);
    // The connection is gone already.
    if (address === null) return request.socket.destroy();
    if (!budgets.take(partyOf(address))) return refuseForNow(target, response);
    const parsed = parseTarget(target);
    const page = parsed === null ? options.statusPage(pathOf(target)) : null;
    if (parsed === null && page === null) return behind(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return refuse(response, 405, 'the method is not allowed');
    }
    if (parsed !== null) {
      // a copy: the response may be sent later
      return respond(response, 200, Buffer.from(answers(parsed, requesterOf(request, address))));
    }
    if (page === null || !mayReadStatus(request, address)) return behind(request, response);
    response.setHeader('Content-Security-Policy', contentSecurityPolicy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    respond(response, 200, Buffer.from(page.body()), page.contentType);
  });

  const refuseForNow = (target: string, response: ServerResponse): void => {
    tracker.activity.count('http', 'limited');
    response.setHeader('Connection', 'close');
    // Clients of BitTorrent read the reason only when the status is 200.
    if (parseTrackerPath(pathOf(target)) !== null) {
      respond(response, 200, tooOften);
    } else {
      response.setHeader('Retry-After', '60');
      respondText(response, 429, 'asked too often');
    }
  };

  const mayReadStatus = ({ headers, socket }: IncomingMessage, address: IpAddress): boolean => {
    const { statusFor, isStatusReader, isLocalAddress } = options;
    if (statusFor === 'everybody') return true;
    const isForwarded = 'x-forwarded-for' in headers || 'forwarded' in headers;
    const peer = parseIpAddress(socket.remoteAddress ?? '');
    // What a proxy passes on is not from there, even where nobody said that it is a proxy.
    if (isForwarded && peer === address) return false;
    if (isStatusReader(address)) return true;
    return statusFor === 'local' && (isLoopback(address) || isLocalAddress(address));
  };

  const listen = async (): Promise<Running> => {
    const gate = new ConnectionGate({ limits: options.connectionLimits, isTrustedProxy });
    const turns = new RequestTurns(waitingLimits, handle);
    const plainAnswers = new PlainAnswers(options);
    const lane = new AnnounceLane({
      ...{ answers: plainAnswers, isTrustedProxy, onFault },
      onAnswered: (socket) => gate.wasAnswered(socket),
    });
    const libc = options.usesLibc === false ? null : loadLibc();
    const open = (): { server: Server; serve: (socket: Socket) => void } => {
      const maxHeaderSize = maxTargetLength + headerBytes;
      const server = createServer({ ...limits, maxHeaderSize }, (request, response) => {
        const { socket } = request;
        gate.asked(socket);
        response.once('close', () => {
          gate.answered(socket);
          if (response.statusCode >= 400) tracker.activity.httpError(response.statusCode);
        });
        turns.take(request, response);
      });
      // Who has sent all its requests and says so still waits for the answers.
      Object.assign(server, { httpAllowHalfOpen: true });
      // One more than is allowed, for the excess to be seen.
      server.maxHeadersCount = maxHeaders + 1;
      server.setTimeout(silenceMs);
      // What is not for the lane goes on to those who listened before it.
      const listeners = server.listeners('connection');
      server.removeAllListeners('connection');
      const serve = (socket: Socket): void => {
        gate.opened(socket);
        if (socket.destroyed) return;
        lane.take(socket, () => {
          for (const listener of listeners) listener.call(server, socket);
        });
      };
      server.on('connection', serve);
      server.on('clientError', (error: Error, socket: Socket) => {
        const status = statusOfError(error);
        if (status !== null) tracker.activity.httpError(status);
        // In the midst of an answer another would be taken for a part of it.
        const isReached = status !== null && socket.writable && !gate.isAnswering(socket);
        if (isReached) socket.write(bareResponse(status));
        socket.destroy();
      });
      server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) => {
        // Node's server has nothing to do with it any more: a reset is ours to take.
        socket.on('error', () => socket.destroy());
        gate.handedOver(socket);
        const address = addressOf(request, proxyHeader, isTrustedProxy);
        if (address === null || !budgets.take(partyOf(address))) return socket.destroy();
        const passkey = parseTrackerPath(pathOf(request.url ?? ''))?.passkey ?? null;
        webSockets.take({ request, socket, head, address, passkey });
      });
      return { server, serve };
    };
    const servers: Server[] = [];
    const chosen = await atOnePort(options.hosts, port, async (host, at) => {
      const { server, serve } = open();
      try {
        const descriptor =
          libc && hasSocketAddress(host) ? openListeningSocket(libc, host, at) : null;
        const where = descriptor === null ? { host, port: at, ipv6Only: true } : { fd: descriptor };
        const listensAt = await listenAt(server, where);
        server.removeAllListeners('error');
        server.on('error', onFault);
        if (libc && descriptor !== null) {
          const backlog = new Backlog({
            ...{ libc, descriptor, isIpv6: isIPv6(host), answers: plainAnswers },
            ...{ isTrustedProxy, serve, count: (socket) => gate.opened(socket), onFault },
          });
          server.on('connection', () => backlog.take());
        }
        servers.push(server);
        const stop = async () => {
          servers.splice(servers.indexOf(server), 1);
          await closeServer(server);
        };
        return { port: listensAt, stop };
      } catch (error) {
        throw listenError(error, { host, port: at, portSetting: 'http.port' });
      }
    });
    return { servers, gate, endpoint: { host: options.hosts[0] ?? '', port: chosen } };
  };

  return {
    async start() {
      running ??= listen();
      try {
        return (await running).endpoint;
      } catch (error) {
        running = null;
        throw error;
      }
    },

    mount(listener) {
      behind = oneATurn(guarded(listener));
    },

    async stop() {
      const listening = running;
      running = null;
      if (!listening) return;
      const { servers, gate } = await listening;
      webSockets.stop();
      await Promise.all([...servers.map(closeServer), gate.empty(graceMs)]);
    },
  };
}

/** Resolves with the port, which is chosen when that is 0. */
async function listenAt(server: Server, where: ListenOptions): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ ...where, backlog: 1024 }, resolve);
  });
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('listens at no port');
  return address.port;
}

/** Listens no more. Resolves when its connections are closed. */
async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Who asks; null when the connection is closed by now. */
function addressOf(
  { socket, headers }: IncomingMessage,
  proxyHeader: ProxyHeader,
  isTrustedProxy: AddressBlocks,
): IpAddress | null {
  const peer = parseIpAddress(socket.remoteAddress ?? '');
  if (peer === null) return null;
  const forwardedFor = headers['x-forwarded-for'];
  const list = Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor;
  const forwarding = { forwardedFor: list, forwarded: headers.forwarded };
  return clientAddress(peer, forwarding, proxyHeader, isTrustedProxy);
}

function requesterOf({ socket }: IncomingMessage, address: IpAddress): Requester {
  const isDirect = parseIpAddress(socket.remoteAddress ?? '') === address;
  // That a proxy got through to an address of ours says nothing of its client.
  const localAddress = isDirect ? parseIpAddress(socket.localAddress ?? '') : null;
  return { address, localAddress, protocol: 'http' };
}

/** What is answered to that which Node's server cannot read; null when the connection is at fault. */
function statusOfError(error: Error): number | null {
  const code = systemErrorCode(error) ?? '';
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return 408;
  return code.startsWith('HPE_') ? 400 : null;
}

function bareResponse(status: number): string {
  const line = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`;
  return `${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
}

/** Answers a request that is not to be read any further. */
function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.setHeader('Connection', 'close');
  respondText(response, status, sentence);
}

function respondText(response: ServerResponse, status: number, sentence: string): void {
  respond(response, status, Buffer.from(`${sentence}\n`));
}

function respond(
  response: ServerResponse,
  status: number,
  body: Buffer,
  contentType = 'text/plain',
): void {
  response.writeHead(status, { 'Content-Type': contentType, 'Content-Length': body.length });
  response.end(body);
}
