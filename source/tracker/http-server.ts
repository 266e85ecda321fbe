import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { listenError } from '../listen-error.ts';
import type { Refusal } from './announce.ts';
import { ConnectionGate } from './connection-gate.ts';
import {
  encodeAnnounceAnswer,
  encodeRefusal,
  encodeScrapeAnswer,
  type HttpAnnounce,
  type HttpScrape,
  parseTarget,
} from './http-protocol.ts';
import { parseIpv4 } from './ipv4.ts';
import { oneATurn, RequestTurns } from './request-turns.ts';
import type { Tracker } from './tracker.ts';

interface HttpServerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  tracker: Tracker;
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
  server: Server;
  gate: ConnectionGate;
  endpoint: { host: string; port: number };
}

const maxTargetLength = 8 * 1024;
const maxHeaders = 100;
const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 8_000,
  requestTimeout: 8_000,
  keepAliveTimeout: 8_000,
  connectionsCheckingInterval: 1_000,
  // BEP 3 knows nothing of it, and clients that speak HTTP/1.1 without it exist.
  requireHostHeader: false,
};
const connectionLimits = { total: 4_000, perAddress: 250 };
/** Clients of BitTorrent ask for one thing at a time; those that wait are held in memory. */
const waitingLimits = { perConnection: 64, total: 8_000 };
/** A connection on which nothing moves is given up: also one whose client does not read. */
const silenceMs = 30_000;
const graceMs = 500;

/** The tracker over HTTP, sharing its port with what is mounted behind it. */
export function createHttpServer({ host, port, tracker, onFault }: HttpServerOptions): HttpServer {
  let running: Promise<Running> | null = null;
  let behind: RequestListener = (_, response) => respondText(response, 404, 'not found');

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
    const parsed = parseTarget(target);
    if (parsed === null) return behind(request, response);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('Allow', 'GET, HEAD');
      return refuse(response, 405, 'the method is not allowed');
    }
    respond(response, 200, answer(tracker, parsed, request));
  });

  const listen = async (): Promise<Running> => {
    const gate = new ConnectionGate(connectionLimits);
    const turns = new RequestTurns(waitingLimits, handle);
    const server = createServer(limits, (request, response) => {
      const { socket } = request;
      gate.asked(socket);
      response.once('close', () => gate.answered(socket));
      turns.take(request, response);
    });
    // Who has sent all its requests and says so still waits for the answers.
    Object.assign(server, { httpAllowHalfOpen: true });
    // One more than is allowed, for the excess to be seen.
    server.maxHeadersCount = maxHeaders + 1;
    server.setTimeout(silenceMs);
    server.on('connection', (socket) => gate.opened(socket));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port, backlog: 1024 }, resolve);
    }).catch((error: unknown) => {
      throw listenError(error, { host, port, portSetting: 'http.port' });
    });
    server.removeAllListeners('error');
    server.on('error', onFault);
    const address = server.address();
    return {
      server,
      gate,
      endpoint: { host, port: typeof address === 'object' && address ? address.port : port },
    };
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
      const { server, gate } = await listening;
      await new Promise<void>((resolve) => {
        const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
        server.close(() => {
          clearTimeout(deadline);
          resolve();
        });
        gate.closeWaiting();
      });
    },
  };
}

function answer(
  tracker: Tracker,
  parsed: HttpAnnounce | HttpScrape | Refusal,
  { socket }: IncomingMessage,
): Buffer {
  if (parsed.kind === 'refusal') return encodeRefusal(parsed);
  if (parsed.kind === 'scrape') return encodeScrapeAnswer(tracker.scrape(parsed.infoHashes));
  const address = parseIpv4(socket.remoteAddress ?? '');
  if (address === null) {
    return encodeRefusal({ kind: 'refusal', reason: 'only IPv4 is served', final: false });
  }
  const localAddress = parseIpv4(socket.localAddress ?? '');
  const answered = tracker.announce(parsed, { address, localAddress });
  return answered.kind === 'refusal'
    ? encodeRefusal(answered)
    : encodeAnnounceAnswer(answered, parsed);
}

/** Answers a request that is not to be read any further. */
function refuse(response: ServerResponse, status: number, sentence: string): void {
  response.setHeader('Connection', 'close');
  respondText(response, status, sentence);
}

function respondText(response: ServerResponse, status: number, sentence: string): void {
  respond(response, status, Buffer.from(`${sentence}\n`));
}

function respond(response: ServerResponse, status: number, body: Buffer): void {
  response.writeHead(status, { 'Content-Type': 'text/plain', 'Content-Length': body.length });
  response.end(body);
}
