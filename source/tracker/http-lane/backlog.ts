import { Socket } from 'node:net';
import type { Requester } from '../announce.ts';
import { ByteWriter } from '../byte-writer.ts';
import type { IpAddress } from '../ip-address.ts';
import type { Libc } from '../linux/libc.ts';
import { addressIn, socketAddressLength } from '../linux/socket-address.ts';
import type { PlainAnswers } from './plain-answers.ts';
import { readPlainRequest } from './plain-request.ts';

interface BacklogOptions {
  libc: Libc;
  /** Of the listening socket. */
  descriptor: number;
  isIpv6: boolean;
  answers: PlainAnswers;
  /** Whether what an address sends is to be read for whom it speaks. */
  isTrustedProxy: (address: IpAddress) => boolean;
  /** Serves a connection that is not answered here. */
  serve: (socket: Socket) => void;
  /** Counts a connection that is answered, but whose client has not read all of it yet. */
  count: (socket: Socket) => void;
  onFault: (error: unknown) => void;
}

/** A connection that is answered, and closed when that is sent. */
interface Answered {
  descriptor: number;
  /** Where its response is. */
  at: number;
  end: number;
}

/** Connections that are accepted in one go; those behind them are told of again. */
const mostAtOnce = 64;
const mostReceived = 16 * 1024;
/** Who reads nothing of its answer for so long does not get the rest. */
const silenceMs = 8_000;

/**
 * The connections that wait to be accepted behind the one that Node accepts in a turn of the event
 * loop. One that has sent a plain request already, and wants nothing more, is answered and closed
 * without an object of Node's for it, whose making takes longer than the answer. Any other becomes
 * a socket of Node's, with what it sent.
 */
export class Backlog {
  readonly #options: BacklogOptions;
  readonly #name = Buffer.alloc(socketAddressLength);
  readonly #received = Buffer.alloc(mostReceived);
  readonly #responses = new ByteWriter(mostReceived);

  constructor(options: BacklogOptions) {
    this.#options = options;
  }

  /** Takes those that wait. To be called when Node has accepted one. */
  take(): void {
    const { libc, descriptor: listening } = this.#options;
    const answered: Answered[] = [];
    for (let count = 0; count < mostAtOnce; count++) {
      const descriptor = libc.accept(listening, this.#name);
      if (descriptor === null) break;
      const one = this.#begin(descriptor);
      if (one) answered.push(one);
    }
    // together: see `SentTogether`
    for (const one of answered) this.#send(one);
    this.#responses.clear();
  }

  /** Answers a connection, or has it served in another way; null then. */
  #begin(descriptor: number): Answered | null {
    const { libc, onFault } = this.#options;
    const length = libc.receive(descriptor, this.#received);
    if (length === 0) {
      libc.close(descriptor);
      return null;
    }
    try {
      const at = this.#responses.length;
      if (length !== null && this.#answer(descriptor, length)) {
        return { descriptor, at, end: this.#responses.length };
      }
    } catch (error) {
      onFault(error);
      libc.close(descriptor);
      return null;
    }
    this.#leave(descriptor, (socket) => {
      if (length !== null) socket.unshift(Buffer.from(this.#received.subarray(0, length)));
      this.#options.serve(socket);
    });
    return null;
  }

  /** Whether it was one request, and the last, that could be answered. */
  #answer(descriptor: number, length: number): boolean {
    const { answers, isTrustedProxy } = this.#options;
    const request = readPlainRequest(this.#received, 0, length);
    if (request === null || !request.closes || request.end < length) return false;
    const requester = this.#requesterAt(descriptor);
    if (isTrustedProxy(requester.address)) return false;
    return answers.answer(this.#received, request, requester, this.#responses) !== null;
  }

  /** Who has just been accepted. */
  #requesterAt(descriptor: number): Requester {
    const { libc, isIpv6 } = this.#options;
    return {
      address: addressIn(this.#name, 0, isIpv6),
      // asked for when it is needed
      get localAddress() {
        const name = Buffer.alloc(socketAddressLength);
        libc.nameOf(descriptor, name);
        return addressIn(name, 0, isIpv6);
      },
      protocol: 'http',
    };
  }

  /**
   * Sends a response, and closes its connection: the client said that it sends nothing more, so
   * that there is nothing unread for which the system would take the response back.
   */
  #send({ descriptor, at, end }: Answered): void {
    const { libc } = this.#options;
    const response = this.#responses.slice(at, end);
    const sent = libc.send(descriptor, response);
    if (sent === response.length) {
      libc.close(descriptor);
      return;
    }
    this.#leave(descriptor, (socket) => {
      // A reset is a way to be closed.
      socket.on('error', () => socket.destroy());
      socket.setTimeout(silenceMs, () => socket.destroy());
      this.#options.count(socket);
      socket.resume();
      socket.end(Buffer.from(response.subarray(sent)));
    });
  }

  /** Leaves a connection to Node. */
  #leave(descriptor: number, take: (socket: Socket) => void): void {
    let socket: Socket | null = null;
    try {
      socket = new Socket({ fd: descriptor, allowHalfOpen: true });
      // like those that Node's server accepts
      socket.setNoDelay();
      take(socket);
    } catch (error) {
      this.#options.onFault(error);
      if (socket === null) this.#options.libc.close(descriptor);
      else socket.destroy();
    }
  }
}
