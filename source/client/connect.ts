import { createConnection, type Socket } from 'node:net';
import { encodeLine, LineDecoder } from '../control/lines.ts';
import {
  errorCodes,
  type NotificationMessage,
  type Notifications,
  protocolVersion,
  type Requests,
  type ResponseMessage,
} from '../control/protocol.ts';
import { socketAddress } from '../control/socket-address.ts';
import { EverseedError, messageOf, systemErrorCode } from '../errors.ts';
import type { Home } from '../home.ts';
import { version } from '../version.ts';
import type { EngineConnection } from './engine-connection.ts';

/** A snapshot of a hundred thousand publications fits. */
const maxLineBytes = 256 * 1024 * 1024;

/**
 * Connects to the engine of `home` if it runs; null if none does. `client` is what the engine's
 * events say asked for something.
 */
export async function connectIfRunning(
  home: Home,
  client = 'command line',
): Promise<EngineConnection | null> {
  const socket = await openSocket(home);
  if (!socket) return null;
  const connection = new SocketConnection(socket);
  try {
    await connection.greet(client);
    return connection;
  } catch (error) {
    connection.close();
    // it was just ending: none runs any more
    if (error instanceof EverseedError && endings.includes(error.code)) return null;
    throw error;
  }
}

const endings = ['engine-gone', 'engine-stopping'];

async function openSocket(home: Home): Promise<Socket | null> {
  let address: ReturnType<typeof socketAddress>;
  try {
    address = socketAddress(home.socketFile);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return await new Promise<Socket>((resolve, reject) => {
      const socket = createConnection(address.path);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    });
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return null;
    if (code === 'EACCES') {
      throw new EverseedError(
        'engine-denied',
        `the engine behind ${home.socketFile} belongs to another user: run everseed as that user`,
        { cause: error },
      );
    }
    throw new EverseedError(
      'engine-unreachable',
      `cannot reach the engine at ${home.socketFile}: ${messageOf(error)}`,
      { cause: error },
    );
  } finally {
    address.release();
  }
}

class SocketConnection implements EngineConnection {
  engine = { version: '', protocol: 0, sameProtocol: false };
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #decoder = new LineDecoder(maxLineBytes);
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #listeners = new Map<string, Set<(params: never) => void>>();
  #nextId = 1;

  constructor(socket: Socket) {
    this.#socket = socket;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('error', (error) => {
      this.#end(error instanceof EverseedError ? error : engineGone(error));
    });
    socket.on('close', () => {
      this.#end();
      closed.resolve();
    });
  }

  async greet(client: string): Promise<void> {
    const engine = await this.request('hello', { protocol: protocolVersion, version, client });
    this.engine = { ...engine, sameProtocol: engine.protocol === protocolVersion };
  }

  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]['params'],
  ): Promise<Requests[M]['result']> {
    if (this.#socket.destroyed) return Promise.reject(engineGone());
    const id = this.#nextId++;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(id, answer);
    this.#socket.write(encodeLine({ jsonrpc: '2.0', id, method, params }));
    return answer.promise as Promise<Requests[M]['result']>;
  }

  on<N extends keyof Notifications>(
    name: N,
    listener: (params: Notifications[N]) => void,
  ): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  close(): void {
    this.#socket.end();
    this.#socket.destroySoon();
  }

  #receive(chunk: Uint8Array): void {
    try {
      for (const line of this.#decoder.push(chunk)) this.#handle(JSON.parse(line));
    } catch (error) {
      this.#socket.destroy(
        new EverseedError(
          'engine-garbled',
          `the engine's answer is unreadable: ${messageOf(error)}`,
          {
            cause: error,
          },
        ),
      );
    }
  }

  #handle(message: ResponseMessage | NotificationMessage): void {
    if ('method' in message) {
      for (const listener of this.#listeners.get(message.method) ?? []) {
        listener(message.params as never);
      }
      return;
    }
    const answer = message.id === null ? undefined : this.#waiting.get(message.id);
    if (message.id !== null) this.#waiting.delete(message.id);
    if (message.error) answer?.reject(this.#errorOf(message.error));
    else answer?.resolve(message.result);
  }

  #errorOf({ code, message, data }: NonNullable<ResponseMessage['error']>): EverseedError {
    if (code !== errorCodes.unknownMethod) {
      return new EverseedError(data?.code ?? 'engine-fault', message);
    }
    return new EverseedError(
      'engine-older',
      `the engine that runs, everseed ${this.engine.version}, does not know how, and this is ${version}: start it anew with: everseed stop, then everseed daemon`,
    );
  }

  #end(error = engineGone()): void {
    for (const answer of this.#waiting.values()) answer.reject(error);
    this.#waiting.clear();
  }
}

function engineGone(cause?: Error): EverseedError {
  return new EverseedError(
    'engine-gone',
    'the engine ended before it answered: see why with: everseed logs',
    { cause },
  );
}
