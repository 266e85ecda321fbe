import { randomInt } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { messageOf } from '../../errors.ts';
import { type AnnounceAnswer, AnnounceError, type AnnounceRequest } from './announce.ts';
import type { IpFamily } from './compact-addresses.ts';
import { encodeAnnounce, encodeConnect, parseUdpAnswer, type UdpAnswer } from './udp-protocol.ts';

/** BEP 15: a request unanswered for 15 * 2^n seconds is sent again. */
const firstTimeoutMs = 15_000;
/**
 * How often a request is sent. BEP 15 would go on for over two hours; after 45 s the schedule
 * tries another tracker of the tier, and this one again later.
 */
const attempts = 2;

/** A connection id is good for a minute (BEP 15); this leaves time for the way there. */
const connectionIdMs = 55_000;

interface UdpAnnouncerOptions {
  /** The local addresses to send from, by family; a family without one is not used. */
  bind: Partial<Record<IpFamily, string>>;
  /** Milliseconds, of a clock that is never set back. */
  now(): number;
  /** Instead of 15 s, in tests. */
  firstTimeoutMs?: number;
}

interface Target {
  family: IpFamily;
  address: string;
  port: number;
}

interface Exchange extends Target {
  settle(answer: UdpAnswer | null): void;
  fail(error: AnnounceError): void;
}

interface Connection {
  id: Uint8Array;
  until: number;
}

/** Announces by UDP (BEP 15, 41): one socket a family, for all trackers and publications. */
export class UdpAnnouncer {
  readonly #options: UdpAnnouncerOptions;
  readonly #sockets = new Map<IpFamily, Promise<Socket>>();
  readonly #exchanges = new Map<number, Exchange>();
  readonly #connections = new Map<string, Promise<Connection>>();
  #closed = false;

  constructor(options: UdpAnnouncerOptions) {
    this.#options = options;
  }

  /**
   * @param urlData path and query of the tracker's URL (BEP 41)
   * @throws AnnounceError
   */
  async announce(
    target: Target,
    urlData: string,
    request: AnnounceRequest,
  ): Promise<AnnounceAnswer> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { id, isFresh } = await this.#connect(target);
      const answer = await this.#exchange(target, attempt, (transactionId) =>
        encodeAnnounce(id, transactionId, request, urlData),
      );
      if (answer?.kind === 'announce') return answer.answer;
      if (answer?.kind === 'error') {
        // a tracker that was started again does not know the connection any more
        this.#connections.delete(keyOf(target));
        if (isFresh) throw new AnnounceError('refused', answer.message);
      }
    }
    throw silence(target);
  }

  /** Ends everything under way as failed. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of this.#exchanges.values()) {
      exchange.fail(new AnnounceError('unreachable', 'everseed is stopping'));
    }
    for (const opening of this.#sockets.values()) {
      const socket = await opening.catch(() => null);
      socket?.close();
    }
    this.#sockets.clear();
  }

  /** A connection id of the tracker; all announces to it share one while it is good. */
  async #connect(target: Target): Promise<{ id: Uint8Array; isFresh: boolean }> {
    const key = keyOf(target);
    const known = this.#connections.get(key);
    if (known) {
      const connection = await known;
      if (connection.until > this.#options.now()) return { id: connection.id, isFresh: false };
    }
    // whoever waited for the same one may have asked for the next already
    let asked = this.#connections.get(key);
    if (!asked || asked === known) {
      asked = this.#askForConnection(target);
      this.#connections.set(key, asked);
      const forget = () => {
        if (this.#connections.get(key) === asked) this.#connections.delete(key);
      };
      asked.catch(forget);
    }
    return { id: (await asked).id, isFresh: true };
  }

  async #askForConnection(target: Target): Promise<Connection> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const answer = await this.#exchange(target, attempt, encodeConnect);
      if (answer?.kind === 'connect') {
        return { id: answer.connectionId, until: this.#options.now() + connectionIdMs };
      }
      if (answer?.kind === 'error') throw new AnnounceError('refused', answer.message);
    }
    throw silence(target);
  }

  /** Sends one request and waits for its answer; null when none comes in time. */
  async #exchange(
    target: Target,
    attempt: number,
    encode: (transactionId: number) => Buffer,
  ): Promise<UdpAnswer | null> {
    const socket = await this.#socket(target.family);
    if (this.#closed) throw new AnnounceError('unreachable', 'everseed is stopping');
    const transactionId = this.#newTransactionId();
    const { promise, resolve, reject } = Promise.withResolvers<UdpAnswer | null>();
    const base = this.#options.firstTimeoutMs ?? firstTimeoutMs;
    const timer = setTimeout(() => resolve(null), base * 2 ** attempt);
    this.#exchanges.set(transactionId, { ...target, settle: resolve, fail: reject });
    socket.send(encode(transactionId), target.port, target.address, (error) => {
      if (error) reject(unsendable(target, error));
    });
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#exchanges.delete(transactionId);
    }
  }

  /** Random, so that nobody can answer who has not seen the request. */
  #newTransactionId(): number {
    for (;;) {
      const id = randomInt(2 ** 32);
      if (!this.#exchanges.has(id)) return id;
    }
  }

  async #socket(family: IpFamily): Promise<Socket> {
    let opening = this.#sockets.get(family);
    if (!opening) {
      opening = this.#open(family);
      this.#sockets.set(family, opening);
      opening.catch(() => this.#sockets.delete(family));
    }
    return await opening;
  }

  #open(family: IpFamily): Promise<Socket> {
    const { promise, resolve, reject } = Promise.withResolvers<Socket>();
    const socket = createSocket({ type: `udp${family}`, ipv6Only: family === 6 });
    socket.on('message', (packet, from) => this.#receive(packet, family, from));
    // once it is bound, an error is a datagram's: its request times out
    socket.on('error', (cause) => {
      reject(new AnnounceError('unreachable', messageOf(cause), { cause }));
    });
    socket.bind({ address: this.#options.bind[family] ?? '' }, () => resolve(socket));
    return promise;
  }

  #receive(packet: Buffer, family: IpFamily, from: { address: string; port: number }): void {
    const answer = parseUdpAnswer(packet, family);
    const exchange = answer && this.#exchanges.get(answer.transactionId);
    // an answer from elsewhere is a forgery; so far as a tracker has two addresses, it is lost
    if (!exchange || exchange.address !== from.address || exchange.port !== from.port) return;
    exchange.settle(answer);
  }
}

function keyOf({ address, port }: Target): string {
  return `${address} ${port}`;
}

function silence({ address, port }: Target): AnnounceError {
  return new AnnounceError('unreachable', `no answer from ${address} port ${port}`);
}

function unsendable({ address }: Target, cause: Error): AnnounceError {
  return new AnnounceError('unreachable', `cannot send to ${address}: ${cause.message}`, { cause });
}
