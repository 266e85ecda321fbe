import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

interface TurnLimits {
  /** Requests of one connection that wait for their turn; who sends more is closed. */
  perConnection: number;
  /** Of all connections. */
  total: number;
}

interface Turn {
  request: IncomingMessage;
  response: ServerResponse;
}

interface Connection {
  isAnswering: boolean;
  waiting: Turn[];
}

/**
 * Lets the requests of a connection be answered one after the other, each when the answer before
 * it has been sent. Node hands over everything that came in one read, hundreds of requests: were
 * they answered then, all their answers would be made before a byte of them is sent, and nobody
 * else would be served meanwhile.
 */
export class RequestTurns {
  readonly #limits: TurnLimits;
  readonly #answer: RequestListener;
  readonly #connections = new Map<Socket, Connection>();
  #waiting = 0;

  constructor(limits: TurnLimits, answer: RequestListener) {
    this.#limits = limits;
    this.#answer = answer;
  }

  /** Has the request answered at once or in its turn, or closes its connection. */
  take(request: IncomingMessage, response: ServerResponse): void {
    const { socket } = request;
    // the rest of what was read from a connection that is closed by now
    if (socket.destroyed) return;
    const connection = this.#connectionOf(socket);
    if (!connection.isAnswering) {
      this.#begin(connection, { request, response });
    } else if (
      connection.waiting.length < this.#limits.perConnection &&
      this.#waiting < this.#limits.total
    ) {
      connection.waiting.push({ request, response });
      this.#waiting++;
    } else {
      socket.destroy();
    }
  }

  #connectionOf(socket: Socket): Connection {
    const known = this.#connections.get(socket);
    if (known) return known;
    const connection: Connection = { isAnswering: false, waiting: [] };
    this.#connections.set(socket, connection);
    socket.once('close', () => {
      this.#connections.delete(socket);
      this.#waiting -= connection.waiting.length;
      connection.waiting.length = 0;
    });
    return connection;
  }

  #begin(connection: Connection, { request, response }: Turn): void {
    connection.isAnswering = true;
    response.once('close', () => {
      // in a later turn of the event loop, for others to get theirs
      if (connection.waiting.length > 0) setImmediate(() => this.#next(connection));
      else connection.isAnswering = false;
    });
    this.#answer(request, response);
  }

  #next(connection: Connection): void {
    const turn = connection.waiting.shift();
    if (!turn) return;
    this.#waiting--;
    // the answer before it may have been the connection's last
    if (turn.request.socket.writable) this.#begin(connection, turn);
  }
}

/**
 * Calls `listener` once a turn of the event loop at most, so that it cannot keep what is urgent
 * waiting for longer than one request takes.
 */
export function oneATurn(listener: RequestListener): RequestListener {
  const waiting: Turn[] = [];
  const next = (): void => {
    const turn = waiting.shift();
    if (waiting.length > 0) setImmediate(next);
    if (turn && !turn.request.socket.destroyed) listener(turn.request, turn.response);
  };
  return (request, response) => {
    waiting.push({ request, response });
    if (waiting.length === 1) setImmediate(next);
  };
}
