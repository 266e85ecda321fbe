import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { boundAnswer, recognise } from './krpc-guard.ts';

/** Questions of strangers that are answered, a second; a few more may come at once. */
const queriesPerSecond = 200;
const queryBurst = 400;

interface Events {
  message: [packet: Buffer, from: RemoteInfo];
  error: [error: Error];
  listening: [];
  close: [];
}

/**
 * The socket of the DHT as the library has it: it hears nothing but whole messages of the
 * protocol, and questions only as fast as they can be answered without harm.
 */
export class GuardedSocket extends EventEmitter<Events> {
  readonly #socket: Socket;
  readonly #now: () => number;
  #queriesLeft = queryBurst;
  #filledAt: number;
  #isClosed = false;

  constructor(now: () => number) {
    super();
    this.#now = now;
    this.#filledAt = now();
    this.#socket = createSocket('udp4');
    this.#socket.on('message', (packet, from) => this.#receive(packet, from));
    this.#socket.on('error', (error) => this.emit('error', error));
    this.#socket.on('listening', () => this.emit('listening'));
    this.#socket.on('close', () => this.emit('close'));
  }

  bind(port: number, host: string): void {
    this.#socket.bind(port, host);
  }

  address() {
    return this.#socket.address();
  }

  send(
    packet: Buffer,
    offset: number,
    length: number,
    port: number,
    host: string,
    done: (error?: Error | null) => void,
  ): void {
    // the library may have something to say after it has closed
    if (this.#isClosed) return;
    const bytes = boundAnswer(packet.subarray(offset, offset + length));
    // what cannot be sent is lost, as datagrams are
    this.#socket.send(bytes, port, host, () => done());
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.close();
  }

  #receive(packet: Buffer, from: RemoteInfo): void {
    const kind = recognise(packet);
    if (kind === null || (kind === 'query' && !this.#admitQuery())) return;
    this.emit('message', packet, from);
  }

  #admitQuery(): boolean {
    const now = this.#now();
    const refill = ((now - this.#filledAt) * queriesPerSecond) / 1_000;
    this.#queriesLeft = Math.min(queryBurst, this.#queriesLeft + refill);
    this.#filledAt = now;
    if (this.#queriesLeft < 1) return false;
    this.#queriesLeft--;
    return true;
  }
}
