import { randomBytes, randomInt } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { KeyExchange } from '../encryption/key-exchange.ts';
import type { ResponderContext } from '../encryption/mse-responder.ts';
import { WireError } from '../wire/error.ts';
import { ExchangeBudget } from './exchange-budget.ts';
import { type Greeted, Greeting } from './greeting.ts';
import { listen } from './listen.ts';
import { addressGroup, formatAddress } from './peer-address.ts';

/** A peer has this long to say its handshake. */
const handshakeDeadlineMs = 10_000;
/** And only this long when its place is wanted. */
const crowdedDeadlineMs = 2_000;

interface PeerListenerOptions {
  host: string;
  /** 0 picks a free one. */
  port: number;
  /** Connections at one time. For another, one that is needed less is closed, or that one. */
  maxConnections: number;
  /** Of those, from one address (or IPv6 /64 network). */
  maxConnectionsPerAddress: number;
  /** Plaintext handshakes are refused. */
  encryptionRequired: boolean;
  /** The info hash that an encrypted handshake means, if it is served; see `infoHashProof`. */
  infoHashOf(proof: Uint8Array): Uint8Array | null;
  /** Milliseconds, on a clock that never goes back. */
  now(): number;
  /** Closes the connection with a handshake that is needed least; false when all are needed. */
  makeRoom(): boolean;
  /** A peer has said its handshake. Whoever listens takes the socket's data before it returns. */
  onHandshake(peer: IncomingPeer): void;
  /** Something failed that is neither the peer's nor the network's doing. */
  onFault(error: unknown): void;
}

export interface IncomingPeer extends Greeted {
  socket: Socket;
  /** Host and port as one string. */
  address: string;
}

/** Accepts connections and brings them as far as their handshake. */
export class PeerListener {
  readonly #options: PeerListenerOptions;
  readonly #server: Server;
  /** Where each connection comes from, the oldest first. */
  readonly #sockets = new Map<Socket, string>();
  readonly #countByGroup = new Map<string, number>();
  /** When each connection was accepted that has not said its handshake, the oldest first. */
  readonly #waiting = new Map<Socket, number>();
  readonly #exchanges: ExchangeBudget;

  constructor(options: PeerListenerOptions) {
    this.#options = options;
    this.#exchanges = new ExchangeBudget(options.now());
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    // Such as EMFILE while accepting: that connection is lost, the server goes on.
    this.#server.on('error', (error) => {
      if (this.#server.listening) options.onFault(error);
    });
  }

  /** Connections, those without a handshake included. */
  get connections(): number {
    return this.#sockets.size;
  }

  /**
   * Resolves with where it listens.
   *
   * @throws EverseedError when it cannot
   */
  start(): Promise<{ host: string; port: number }> {
    return listen(this.#server, this.#options.host, this.#options.port);
  }

  /** Ends every connection. */
  async stop(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#server.close(() => resolve());
    for (const socket of this.#sockets.keys()) socket.destroy();
    await promise;
  }

  /** To be called once a second: closes those who are too slow with their handshake. */
  tick(): void {
    const deadline = this.#options.now() - handshakeDeadlineMs;
    for (const [socket, since] of this.#waiting) {
      if (since > deadline) break;
      socket.destroy();
    }
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // Undefined when the peer has already gone.
    if (
      remoteAddress === undefined ||
      remotePort === undefined ||
      !this.#admit(remoteAddress, socket)
    ) {
      socket.destroy();
      return;
    }
    this.#waiting.set(socket, this.#options.now());
    const greeting = new Greeting(this.#responderFor(remoteAddress));
    const receive = (chunk: Uint8Array): void => {
      try {
        const { reply, done } = greeting.push(chunk);
        if (reply) socket.write(reply);
        if (!done) return;
        this.#waiting.delete(socket);
        socket.off('data', receive);
        this.#options.onHandshake({
          socket,
          address: formatAddress(remoteAddress, remotePort),
          ...done,
        });
      } catch (error) {
        socket.destroy();
        if (!(error instanceof WireError)) this.#options.onFault(error);
      }
    };
    socket.on('data', receive);
  }

  #responderFor(address: string): ResponderContext {
    const { encryptionRequired, infoHashOf, now } = this.#options;
    return {
      encryptionRequired,
      infoHashOf,
      padding: (maxLength) => randomBytes(randomInt(maxLength + 1)),
      exchange: () => {
        if (this.#exchanges.take(addressGroup(address), now())) return new KeyExchange();
        throw new WireError('too many encrypted handshakes');
      },
    };
  }

  /** Counts the connection as one of its address, until it closes; false when there are too many. */
  #admit(address: string, socket: Socket): boolean {
    const group = addressGroup(address);
    const count = this.#countByGroup.get(group) ?? 0;
    const { maxConnections, maxConnectionsPerAddress } = this.#options;
    if (count >= maxConnectionsPerAddress) return false;
    if (this.#sockets.size >= maxConnections && !this.#makeRoom(count)) return false;
    this.#sockets.set(socket, group);
    this.#countByGroup.set(group, count + 1);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#waiting.delete(socket);
      const left = (this.#countByGroup.get(group) ?? 1) - 1;
      if (left === 0) this.#countByGroup.delete(group);
      else this.#countByGroup.set(group, left);
    });
    // Connections that break are the network's doing; 'close' follows.
    socket.on('error', () => socket.destroy());
    return true;
  }

  /**
   * Closes a connection for one from an address that has `count`: one that should have said its
   * handshake, then one that is not needed, then one of the address that has most. Otherwise those
   * who came first, and need not want anything, keep all others out.
   */
  #makeRoom(count: number): boolean {
    return this.#closeWaiting() || this.#options.makeRoom() || this.#closeOfCrowd(count + 1);
  }

  #closeWaiting(): boolean {
    const deadline = this.#options.now() - crowdedDeadlineMs;
    for (const [socket, since] of this.#waiting) {
      if (since > deadline) break;
      this.#waiting.delete(socket);
      socket.destroy();
      return true;
    }
    return false;
  }

  /** Closes the latest connection of the address with most of them, if that has over `fair`. */
  #closeOfCrowd(fair: number): boolean {
    let crowd: string | null = null;
    let most = fair;
    for (const [group, count] of this.#countByGroup) {
      if (count <= most) continue;
      most = count;
      crowd = group;
    }
    if (crowd === null) return false;
    const sockets = [...this.#sockets].filter(([socket, of]) => of === crowd && !socket.destroyed);
    const [latest] = sockets.at(-1) ?? [];
    latest?.destroy();
    return latest !== undefined;
  }
}
