import { randomBytes, randomInt } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { KeyExchange } from '../encryption/key-exchange.ts';
import type { ResponderContext } from '../encryption/mse-responder.ts';
import { WireError } from '../wire/error.ts';
import type { Connections } from './connections.ts';
import { ExchangeBudget } from './exchange-budget.ts';
import { type Greeted, Greeting } from './greeting.ts';
import { listen } from './listen.ts';
import { type PeerAddress, plainAddress } from './peer-address.ts';

interface PeerListenerOptions {
  host: string;
  /** An IPv6 address to listen on besides, at the same port; null for none. */
  host6: string | null;
  /** 0 picks a free one. */
  port: number;
  connections: Connections;
  /** Plaintext handshakes are refused. */
  encryptionRequired: boolean;
  /** The info hash that an encrypted handshake means, if it is served; see `infoHashProof`. */
  infoHashOf(proof: Uint8Array): Uint8Array | null;
  /** Milliseconds, on a clock that never goes back. */
  now(): number;
  /** A peer has said its handshake. Whoever listens takes the socket's data before it returns. */
  onHandshake(peer: IncomingPeer): void;
  /** Something failed that is neither the peer's nor the network's doing. */
  onFault(error: unknown): void;
}

export interface IncomingPeer extends Greeted {
  socket: Socket;
  /** Where the connection comes from. */
  address: PeerAddress;
}

/** Accepts connections and brings them as far as their handshake. */
export class PeerListener {
  readonly #options: PeerListenerOptions;
  readonly #servers: Server[];
  readonly #exchanges: ExchangeBudget;

  constructor(options: PeerListenerOptions) {
    this.#options = options;
    this.#exchanges = new ExchangeBudget(options.now());
    const hosts = options.host6 === null ? 1 : 2;
    this.#servers = Array.from({ length: hosts }, () => this.#createServer());
  }

  /**
   * Resolves with where it listens; with IPv6, at the same port.
   *
   * @throws EverseedError when it cannot
   */
  async start(): Promise<{ host: string; port: number }> {
    const { host, host6, port } = this.#options;
    const [server, server6] = this.#servers;
    if (!server) throw new Error('there is no server to listen');
    const endpoint = await listen(server, host, port);
    if (!server6 || host6 === null) return endpoint;
    try {
      await listen(server6, host6, endpoint.port);
      return endpoint;
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /** Listens no longer; connections stay as they are. */
  async stop(): Promise<void> {
    await Promise.all(this.#servers.map(closed));
  }

  #createServer(): Server {
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    // Such as EMFILE while accepting: that connection is lost, the server goes on.
    server.on('error', (error) => {
      if (server.listening) this.#options.onFault(error);
    });
    return server;
  }

  #accept(socket: Socket): void {
    const { connections, onHandshake, onFault } = this.#options;
    const { remoteAddress, remotePort } = socket;
    // Undefined when the peer has already gone.
    if (
      remoteAddress === undefined ||
      remotePort === undefined ||
      !connections.admit(remoteAddress, socket)
    ) {
      socket.destroy();
      return;
    }
    const greeting = new Greeting(this.#responderFor(remoteAddress));
    const receive = (chunk: Uint8Array): void => {
      try {
        const { reply, done } = greeting.push(chunk);
        if (reply) socket.write(reply);
        if (!done) return;
        connections.handshaken(socket);
        socket.off('data', receive);
        const address = { host: plainAddress(remoteAddress), port: remotePort };
        onHandshake({ socket, address, ...done });
      } catch (error) {
        socket.destroy();
        if (!(error instanceof WireError)) onFault(error);
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
        if (this.#exchanges.take(address, now())) return new KeyExchange();
        throw new WireError('too many encrypted handshakes');
      },
    };
  }
}

function closed(server: Server): Promise<void> {
  // One that does not listen has nothing to close.
  return new Promise((resolve) => server.close(() => resolve()));
}
