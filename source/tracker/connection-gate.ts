import type { Socket } from 'node:net';
import type { AddressBlocks } from './address-blocks.ts';
import { parseIpAddress, partyOf } from './ip-address.ts';

export interface ConnectionLimits {
  total: number;
  /** From one address; of IPv6, from one network of 64 bits. */
  perAddress: number;
}

interface ConnectionGateOptions {
  limits: ConnectionLimits;
  /** Who speaks for many others, and so is held to the total alone. */
  isTrustedProxy: AddressBlocks;
}

/** The connections from one address; all those of trusted proxies are one group without a limit. */
interface Group {
  readonly party: string;
  readonly limit: number;
  readonly open: Set<Socket>;
  readonly waiting: Set<Socket>;
}

interface Connection {
  /** Null when it counts for the total only. */
  group: Group | null;
  /** How many requests of it are being answered. */
  answering: number;
}

/** No address is so long. */
const proxies = 'trusted proxies';

/**
 * Holds the connections of an HTTP server within limits. When there are too many, one that waits
 * for its client is closed for the new one: the one that has waited longest to be asked something,
 * or, where there is none, one whose client does not read its answer. So who opens connections and
 * leaves them crowds out himself first, and nobody who is being answered.
 */
export class ConnectionGate {
  readonly #options: ConnectionGateOptions;
  readonly #groups = new Map<string, Group>();
  /** Longest first. */
  readonly #waiting = new Set<Socket>();
  /** Every open connection, the oldest first. */
  readonly #open = new Map<Socket, Connection>();

  #onEmpty: () => void = () => undefined;

  constructor(options: ConnectionGateOptions) {
    this.#options = options;
  }

  /** Takes a new connection in, or closes it when there is no room to be made. */
  opened(socket: Socket): void {
    const group = this.#groupOf(socket);
    const hasRoom =
      (group.open.size < group.limit || this.#closeOne(group.waiting, group.open)) &&
      (this.#open.size < this.#options.limits.total ||
        this.#closeOne(this.#waiting, this.#open.keys()));
    if (!hasRoom) {
      socket.destroy();
      return;
    }
    this.#groups.set(group.party, group);
    group.open.add(socket);
    this.#open.set(socket, { group, answering: 0 });
    this.#setWaiting(socket, group);
    socket.once('close', () => this.#forget(socket));
  }

  /** A request came: its connection is not idle until `answered`. */
  asked(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection) return;
    connection.answering++;
    this.#waiting.delete(socket);
    connection.group?.waiting.delete(socket);
  }

  answered(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection) return;
    connection.answering--;
    if (connection.answering === 0) this.#setWaiting(socket, connection.group);
  }

  /** It asked, and was answered at once: of all that wait it has now waited for the shortest time. */
  wasAnswered(socket: Socket): void {
    this.asked(socket);
    this.answered(socket);
  }

  isAnswering(socket: Socket): boolean {
    return (this.#open.get(socket)?.answering ?? 0) > 0;
  }

  /**
   * Somebody else holds the connection to the limits of its address from now on. Here it counts for
   * the total alone, and is never idle.
   */
  handedOver(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection) return;
    this.#waiting.delete(socket);
    this.#leaveGroup(socket, connection);
  }

  /**
   * Closes every connection that is not being answered, and after `graceMs` all others. Resolves
   * when none is left.
   */
  async empty(graceMs: number): Promise<void> {
    for (const socket of this.#waiting) this.#close(socket);
    if (this.#open.size === 0) return;
    const deadline = setTimeout(() => {
      for (const socket of this.#open.keys()) this.#close(socket);
    }, graceMs);
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
    clearTimeout(deadline);
  }

  #groupOf({ remoteAddress = '' }: Socket): Group {
    const { limits, isTrustedProxy } = this.#options;
    const address = parseIpAddress(remoteAddress);
    const isProxy = address !== null && isTrustedProxy(address);
    const party = isProxy ? proxies : address === null ? '' : partyOf(address);
    const limit = isProxy ? Number.POSITIVE_INFINITY : limits.perAddress;
    return this.#groups.get(party) ?? { party, limit, open: new Set(), waiting: new Set() };
  }

  /** Makes room among these; false when all of them are being answered. */
  #closeOne(waiting: Iterable<Socket>, open: Iterable<Socket>): boolean {
    for (const socket of waiting) {
      this.#close(socket);
      return true;
    }
    for (const socket of open) {
      // what the system does not take any more is not being read
      if (socket.writableLength === 0) continue;
      this.#close(socket);
      return true;
    }
    return false;
  }

  #setWaiting(socket: Socket, group: Group | null): void {
    this.#waiting.add(socket);
    group?.waiting.add(socket);
  }

  #close(socket: Socket): void {
    this.#forget(socket);
    socket.destroy();
  }

  #forget(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection) return;
    this.#open.delete(socket);
    this.#waiting.delete(socket);
    this.#leaveGroup(socket, connection);
    if (this.#open.size === 0) this.#onEmpty();
  }

  #leaveGroup(socket: Socket, connection: Connection): void {
    const { group } = connection;
    connection.group = null;
    if (!group) return;
    group.waiting.delete(socket);
    group.open.delete(socket);
    if (group.open.size === 0) this.#groups.delete(group.party);
  }
}
