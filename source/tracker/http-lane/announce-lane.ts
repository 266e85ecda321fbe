import type { Socket } from 'node:net';
import { askedTooOften, type Requester } from '../announce.ts';
import type { HttpAnswers } from '../http-answers.ts';
import { encodeRefusal, parseTarget } from '../http-protocol.ts';
import { type IpAddress, parseIpAddress, partyOf } from '../ip-address.ts';
import type { RateBudgets } from '../rate-budgets.ts';
import type { Tracker } from '../tracker.ts';
import { readPlainRequest } from './plain-request.ts';

interface AnnounceLaneOptions {
  tracker: Tracker;
  answers: HttpAnswers;
  /** What each address may ask for. */
  budgets: RateBudgets;
  /** Whether what an address sends is to be read for whom it speaks. */
  isTrustedProxy: (address: IpAddress) => boolean;
  onFault: (error: unknown) => void;
}

/** A connection that waits for its next request is closed after this. */
const idleMs = 8_000;
/** Requests of one read that are answered at once; those behind them wait their turn. */
const mostAtOnce = 16;
const tooOften = encodeRefusal(askedTooOften);

/**
 * Answers announces and scrapes straight from their connections, in a fraction of the time that
 * Node's HTTP server takes. Whatever is not one of those, whole and plain, goes to that server,
 * with its connection and all that is left unread.
 */
export class AnnounceLane {
  readonly #options: AnnounceLaneOptions;

  constructor(options: AnnounceLaneOptions) {
    this.#options = options;
  }

  /** Serves a new connection; `handOver` gives it to the HTTP server. */
  take(socket: Socket, handOver: () => void): void {
    const { isTrustedProxy, onFault } = this.#options;
    const address = parseIpAddress(socket.remoteAddress ?? '');
    // The connection is gone already.
    if (address === null) {
      socket.destroy();
      return;
    }
    if (isTrustedProxy(address)) {
      handOver();
      return;
    }

    const requester = requesterAt(address, socket);
    const leave = (): void => {
      socket.off('data', onData).off('end', onEnd).off('timeout', onTimeout).off('error', onError);
      socket.setTimeout(0);
    };
    const onData = (chunk: Buffer): void => {
      try {
        const rest = this.#answerAll(socket, requester, chunk);
        if (rest === null) return;
        leave();
        socket.unshift(rest);
        handOver();
      } catch (error) {
        onFault(error);
        socket.destroy();
      }
    };
    // Who has sent all its requests and says so has its answers by now.
    const onEnd = (): void => void socket.end();
    const onTimeout = (): void => void socket.destroy();
    // A reset is a way to be closed.
    const onError = (): void => void socket.destroy();
    socket.setTimeout(idleMs);
    socket.on('data', onData).on('end', onEnd).on('timeout', onTimeout).on('error', onError);
  }

  /** Answers the requests in a chunk, and returns those left for the HTTP server, if any. */
  #answerAll(socket: Socket, requester: Requester, chunk: Buffer): Buffer | null {
    const text = chunk.toString('latin1');
    let at = 0;
    for (let answered = 0; at < text.length; answered++) {
      // Whoever does not read its answers is left to the server too, which counts what waits.
      const isLeft = answered === mostAtOnce || socket.writableNeedDrain;
      const request = isLeft ? null : readPlainRequest(text, at);
      const body = request === null ? null : this.#answer(requester, request.target);
      if (request === null || body === null) return chunk.subarray(at);
      const closes = request.closes || body === tooOften;
      socket.write(respond(body, closes));
      if (closes) {
        socket.end();
        return null;
      }
      at = request.end;
    }
    return null;
  }

  /** The body of the answer; null when the target is not the tracker's. */
  #answer(requester: Requester, target: string): Buffer | null {
    const { tracker, answers, budgets } = this.#options;
    const parsed = parseTarget(target);
    if (parsed === null) return null;
    if (!budgets.take(partyOf(requester.address))) {
      tracker.activity.count('http', 'limited');
      return tooOften;
    }
    return answers(parsed, requester);
  }
}

function requesterAt(address: IpAddress, socket: Socket): Requester {
  return {
    address,
    // asked for when it is needed: to find out takes as long as to answer
    get localAddress() {
      return parseIpAddress(socket.localAddress ?? '');
    },
    protocol: 'http',
  };
}

function respond(body: Buffer, closes: boolean): Buffer {
  const head =
    'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n' +
    `${closes ? 'Connection: close\r\n' : ''}Content-Length: ${body.length}\r\n\r\n`;
  const response = Buffer.allocUnsafe(head.length + body.length);
  response.write(head, 'latin1');
  body.copy(response, head.length);
  return response;
}
