import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { BinaryString } from './binary-string.ts';
import { type IpAddress, partyOf } from './ip-address.ts';
import { RateBudgets } from './rate-budgets.ts';
import type { BrowserConnection, Tracker } from './tracker.ts';
import {
  encodeAnswer,
  encodeOffer,
  encodeWebSocketAnnounceAnswer,
  encodeWebSocketRefusal,
  encodeWebSocketScrapeAnswer,
  parseWebSocketMessage,
  type WebSocketAnnounce,
} from './websocket-protocol.ts';

export interface WebSocketDoorOptions {
  tracker: Tracker;
  /** Pages of these origins may connect, such as `https://example.org`; empty: of all. */
  origins: readonly string[];
  /** Pages of these may not, in any case. */
  deniedOrigins: readonly string[];
  limits: BrowserConnectionLimits;
  /** Told of faults of ours, and of the system's, while serving. */
  onFault: (error: unknown) => void;
  /** Milliseconds, of a clock that is never set back. */
  now: () => number;
  /** How often connections are asked whether they are still there. */
  pingIntervalMs: number;
}

interface BrowserConnectionLimits {
  total: number;
  /** From one address; of IPv6, from one network of 64 bits. */
  perAddress: number;
}

/** Who wants to speak WebSocket. */
export interface Upgrade {
  request: IncomingMessage;
  socket: Duplex;
  /** What came after the request. */
  head: Buffer;
  address: IpAddress;
  passkey: string | null;
}

/** Ten offers of a few kilobytes each, several times over. */
const maxMessageBytes = 128 * 1024;
/** Messages of one address; a client with a hundred torrents sends so many at once. */
const messageBudget = { perSecond: 50, burst: 500 };
/** What waits for a client that does not read. */
const maxUnsentBytes = 1024 * 1024;
const closeCodes = { goingAway: 1001, policyViolation: 1008 };

/** The tracker for browsers: takes over connections of the HTTP server that ask for WebSocket. */
export class WebSocketDoor {
  readonly #options: WebSocketDoorOptions;
  readonly #budgets: RateBudgets;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
  });
  readonly #connections = new Set<Connection>();
  readonly #ofAddress = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: WebSocketDoorOptions) {
    this.#options = options;
    this.#budgets = new RateBudgets({ ...messageBudget, now: options.now });
    this.#timer = setInterval(() => this.#ping(), options.pingIntervalMs);
    this.#timer.unref();
  }

  /** How many are connected. */
  get size(): number {
    return this.#connections.size;
  }

  take({ request, socket, head, address, passkey }: Upgrade): void {
    const party = partyOf(address);
    const { limits } = this.#options;
    if (!this.#isAllowed(request.headers.origin)) {
      this.#refuse(socket, 403);
      return;
    }
    const ofAddress = this.#ofAddress.get(party) ?? 0;
    if (this.#connections.size >= limits.total || ofAddress >= limits.perAddress) {
      this.#refuse(socket, 503);
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => {
      this.#open(new Connection(webSocket, party, passkey));
    });
  }

  /** Closes every connection. */
  stop(): void {
    clearInterval(this.#timer);
    for (const { webSocket } of this.#connections) {
      webSocket.close(closeCodes.goingAway);
      webSocket.terminate();
    }
  }

  #refuse(socket: Duplex, status: 403 | 503): void {
    this.#options.tracker.activity.httpError(status);
    const line = `HTTP/1.1 ${status} ${STATUS_CODES[status]}`;
    const response = `${line}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`;
    // Nobody else would close it if the client does not.
    socket.end(response, () => socket.destroy());
  }

  /** Whether pages of this origin may connect. Who is no page has none. */
  #isAllowed(origin: string | undefined): boolean {
    const { origins, deniedOrigins } = this.#options;
    if (origin === undefined) return origins.length === 0;
    if (deniedOrigins.includes(origin)) return false;
    return origins.length === 0 || origins.includes(origin);
  }

  #open(connection: Connection): void {
    const { webSocket, party } = connection;
    const { tracker, onFault } = this.#options;
    this.#connections.add(connection);
    this.#ofAddress.set(party, (this.#ofAddress.get(party) ?? 0) + 1);
    webSocket.on('close', () => {
      this.#connections.delete(connection);
      const left = (this.#ofAddress.get(party) ?? 1) - 1;
      if (left > 0) this.#ofAddress.set(party, left);
      else this.#ofAddress.delete(party);
      tracker.browsers.closed(connection);
    });
    // What is no WebSocket is closed by the library, which tells of it here first.
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('pong', () => {
      connection.isAlive = true;
    });
    webSocket.on('message', (data) => {
      connection.isAlive = true;
      if (!this.#budgets.take(party)) {
        tracker.activity.count('websocket', 'limited');
        webSocket.close(closeCodes.policyViolation, 'too many messages');
        return;
      }
      try {
        answerMessage(tracker, connection, data.toString());
      } catch (error) {
        onFault(error);
        webSocket.terminate();
      }
    });
  }

  #ping(): void {
    for (const connection of this.#connections) {
      if (connection.isAlive) {
        connection.isAlive = false;
        connection.webSocket.ping();
      } else {
        connection.webSocket.terminate();
      }
    }
  }
}

class Connection implements BrowserConnection {
  readonly webSocket: WebSocket;
  readonly party: BinaryString;
  readonly passkey: string | null;
  /** It was heard since the last ping. */
  isAlive = true;

  constructor(webSocket: WebSocket, party: BinaryString, passkey: string | null) {
    this.webSocket = webSocket;
    this.party = party;
    this.passkey = passkey;
  }

  send(text: string): void {
    if (this.webSocket.bufferedAmount > maxUnsentBytes) this.webSocket.terminate();
    else this.webSocket.send(text);
  }
}

function answerMessage(tracker: Tracker, connection: Connection, text: string): void {
  const request = parseWebSocketMessage(text);
  switch (request.kind) {
    case 'refusal':
      tracker.activity.count('websocket', 'malformed');
      connection.send(encodeWebSocketRefusal(request, request));
      break;
    case 'scrape': {
      const by = { protocol: 'websocket', passkey: connection.passkey } as const;
      connection.send(encodeWebSocketScrapeAnswer(tracker.scrape(request.infoHashes, by)));
      break;
    }
    case 'answer': {
      const other = tracker.browsers.answer(connection, request.infoHash, request);
      other?.send(encodeAnswer(request));
      break;
    }
    case 'announce':
      answerAnnounce(tracker, connection, request);
  }
}

function answerAnnounce(
  tracker: Tracker,
  connection: Connection,
  announce: WebSocketAnnounce,
): void {
  const { infoHash, peerId, offers } = announce;
  const answer = tracker.announceBrowser(connection, announce, connection.passkey);
  if (answer.kind === 'refusal') {
    connection.send(encodeWebSocketRefusal(answer, { action: 'announce', infoHash }));
    return;
  }
  connection.send(encodeWebSocketAnnounceAnswer(answer));
  const offerIds = offers.map((offer) => offer.id);
  const others = tracker.browsers.offer(infoHash, peerId, offerIds);
  for (const [index, offer] of offers.entries()) {
    others[index]?.send(encodeOffer(infoHash, peerId, offer));
  }
}
