import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { encodeLine, LineDecoder } from '../control/lines.ts';
import {
  errorCodes,
  type NotificationMessage,
  type Notifications,
  type ResponseMessage,
} from '../control/protocol.ts';
import { socketAddress } from '../control/socket-address.ts';
import { EverseedError, messageOf } from '../errors.ts';
import type { Log } from '../log/log.ts';

/** The longest request believed. */
const maxRequestBytes = 1024 * 1024;

/** How long clients have at the end to read what they were sent. */
const lastReadsMs = 500;

/** A client that has this much unread is not reading any more. */
const maxUnreadBytes = 64 * 1024 * 1024;

/** One client of the control socket, as a request handler sees it. */
export interface ControlPeer {
  notify<N extends keyof Notifications>(method: N, params: Notifications[N]): void;
  /** Runs `work` when the client has gone. */
  onClose(work: () => void): void;
}

/** Answers one request; throws EverseedError for what the user should read. */
export type RequestHandler = (
  method: string,
  params: unknown,
  peer: ControlPeer,
) => Promise<unknown>;

/** Raised by a handler for a method it does not have, or parameters it cannot take. */
export class RequestError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Serves the control protocol (JSON-RPC 2.0, one message a line) on a Unix socket. */
export class ControlServer {
  readonly #file: string;
  readonly #handler: RequestHandler;
  readonly #log: Log;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #releaseAddress: () => void = () => undefined;
  #closed: Promise<void> | undefined;

  constructor(file: string, handler: RequestHandler, log: Log) {
    this.#file = file;
    this.#handler = handler;
    this.#log = log;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  /** Call only while holding the home's lock: a socket left by a killed engine is replaced. */
  async start(): Promise<void> {
    const { path, release } = socketAddress(this.#file);
    this.#releaseAddress = release;
    rmSync(this.#file, { force: true });
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(path, () => {
        this.#server.off('error', reject);
        resolve();
      });
    });
    chmodSync(this.#file, 0o600);
  }

  /** Takes no new client, and refuses what the present ones ask from now on. */
  drain(): void {
    this.#closed ??= new Promise((resolve) => this.#server.close(() => resolve()));
  }

  /** Ends all connections: for a client that asked the engine to stop, the sign that it has. */
  async stop(): Promise<void> {
    if (!this.#server.listening && !this.#closed) return;
    this.drain();
    for (const socket of this.#sockets) socket.destroySoon();
    // one that is suspended reads nothing, for as long as it is
    const cuttingOff = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, lastReadsMs);
    await this.#closed;
    clearTimeout(cuttingOff);
    this.#releaseAddress();
    this.#releaseAddress = () => undefined;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    const decoder = new LineDecoder(maxRequestBytes);
    const onClose: (() => void)[] = [];
    const send = (message: ResponseMessage | NotificationMessage) => {
      if (socket.destroyed) return;
      socket.write(encodeLine(message));
      if (socket.writableLength > maxUnreadBytes) socket.destroy();
    };
    const peer: ControlPeer = {
      notify: (method, params) => send({ jsonrpc: '2.0', method, params }),
      onClose: (work) => onClose.push(work),
    };
    socket.on('data', (chunk) => {
      try {
        for (const line of decoder.push(chunk)) this.#answer(line, peer, send);
      } catch (error) {
        send(failure(null, errorCodes.invalidRequest, messageOf(error)));
        socket.destroySoon();
      }
    });
    socket.on('error', (error) =>
      this.#log.debug('control connection failed', { error: error.message }),
    );
    socket.on('close', () => {
      this.#sockets.delete(socket);
      for (const work of onClose) work();
    });
  }

  async #answer(
    line: string,
    peer: ControlPeer,
    send: (message: ResponseMessage) => void,
  ): Promise<void> {
    const request = readRequest(line);
    if ('error' in request) {
      send(request);
      return;
    }
    const { id, method, params } = request;
    if (this.#closed) {
      send(failure(id, errorCodes.failed, 'the engine is stopping', 'engine-stopping'));
      return;
    }
    try {
      const result = await this.#handler(method, params, peer);
      send({ jsonrpc: '2.0', id, result });
    } catch (error) {
      if (error instanceof RequestError) send(failure(id, error.code, error.message));
      else if (error instanceof EverseedError) {
        send(failure(id, errorCodes.failed, error.message, error.code));
      } else {
        const stack = error instanceof Error ? error.stack : undefined;
        this.#log.error('request failed', { method, error: stack ?? String(error) });
        send(
          failure(
            id,
            errorCodes.internal,
            `the engine failed: ${messageOf(error)}; see why with: everseed logs`,
          ),
        );
      }
    }
  }
}

function readRequest(
  line: string,
): { id: number; method: string; params: unknown } | (ResponseMessage & { error: object }) {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return failure(null, errorCodes.parse, 'this is not JSON');
  }
  if (typeof message !== 'object' || message === null || Array.isArray(message)) {
    return failure(null, errorCodes.invalidRequest, 'a request is an object');
  }
  const { id, method, params = {} } = message as Record<string, unknown>;
  if (typeof id !== 'number')
    return failure(null, errorCodes.invalidRequest, 'id must be a number');
  if (typeof method !== 'string') {
    return failure(id, errorCodes.invalidRequest, 'method must be a string');
  }
  return { id, method, params };
}

function failure(id: number | null, code: number, message: string, name?: string) {
  const error = name ? { code, message, data: { code: name } } : { code, message };
  return { jsonrpc: '2.0', id, error } satisfies ResponseMessage;
}
