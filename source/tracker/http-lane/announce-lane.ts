import type { Socket } from 'node:net';
import type { Requester } from '../announce.ts';
import { type IpAddress, parseIpAddress } from '../ip-address.ts';
import type { PlainAnswers } from './plain-answers.ts';
import { readPlainRequest } from './plain-request.ts';
import { SentTogether, type Then } from './sent-together.ts';

interface AnnounceLaneOptions {
  answers: PlainAnswers;
  /** Whether what an address sends is to be read for whom it speaks. */
  isTrustedProxy: (address: IpAddress) => boolean;
  /** Told of a connection of which requests were answered. */
  onAnswered: (socket: Socket) => void;
  onFault: (error: unknown) => void;
}

/** A connection that waits for its next request is closed after this. */
const idleMs = 8_000;
/** Requests of one read that are answered at once; those behind them wait their turn. */
const mostAtOnce = 16;

/**
 * Answers announces and scrapes straight from their connections, in a fraction of the time that
 * Node's HTTP server takes. Whatever is not one of those, whole and plain, goes to that server,
 * with its connection and all that is left unread.
 */
export class AnnounceLane {
  readonly #options: AnnounceLaneOptions;
  readonly #responses = new SentTogether();

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
    let isOver = false;
    const leave = (): void => {
      socket.off('data', onData).off('end', onEnd).off('timeout', onTimeout).off('error', onError);
      socket.setTimeout(0);
    };
    const onData = (chunk: Buffer): void => {
      // It said that it wants no more, or was told that it gets no more.
      if (isOver) return;
      try {
        const { then, rest } = this.#answerAll(socket, requester, chunk);
        isOver = then !== 'stay';
        if (rest === null) return;
        // for the answers to come in the order of the requests
        this.#responses.flush();
        leave();
        socket.unshift(rest);
        handOver();
      } catch (error) {
        onFault(error);
        socket.destroy();
      }
    };
    // Who has sent all its requests and says so is to have its answers first.
    const onEnd = (): void => {
      this.#responses.flush();
      if (!socket.writableEnded) socket.end();
    };
    const onTimeout = (): void => void socket.destroy();
    // A reset is a way to be closed.
    const onError = (): void => void socket.destroy();
    socket.setTimeout(idleMs);
    socket.on('data', onData).on('end', onEnd).on('timeout', onTimeout).on('error', onError);
  }

  /** Answers the requests in a chunk; `rest` is what is left for the HTTP server, if anything. */
  #answerAll(
    socket: Socket,
    requester: Requester,
    chunk: Buffer,
  ): { then: Then; rest: Buffer | null } {
    const { room } = this.#responses;
    const begin = room.length;
    let at = 0;
    let then: Then = 'stay';
    // Whoever does not read its answers is left to the server too, which counts what waits.
    const most = socket.writableNeedDrain ? 0 : mostAtOnce;
    for (let answered = 0; answered < most && at < chunk.length && then === 'stay'; answered++) {
      const request = readPlainRequest(chunk, at, chunk.length);
      const answer = request && this.#options.answers.answer(chunk, request, requester, room);
      if (!answer) break;
      at = request.end;
      // what it sent behind that, or is about to send, would have a close take the answer back
      if (answer.closes) then = request.closes && at === chunk.length ? 'close' : 'end';
    }
    if (room.length > begin) {
      this.#responses.send(socket, begin, then);
      this.#options.onAnswered(socket);
    }
    const isDone = then !== 'stay' || at === chunk.length;
    return { then, rest: isDone ? null : chunk.subarray(at) };
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
