import type { Socket } from 'node:net';

interface ConnectionLimits {
  total: number;
  /** From one address. */
  perAddress: number;
}

/** The connections from one address. */
interface Group {
  open: number;
  waiting: Set<Socket>;
}

/**
 * Holds the connections of an HTTP server within limits. When there are too many, the one that has
 * waited longest for its client to ask something is closed for the new one: who opens connections
 * and leaves them idle crowds out himself first, and nobody who is being answered.
 */
export class ConnectionGate {
  readonly #limits: ConnectionLimits;
  readonly #groups = new Map<string, Group>();
  /** Longest first. */
  readonly #waiting = new Set<Socket>();
  /** Every open connection: whose it is, and how many requests of it are being answered. */
  readonly #open = new Map<Socket, { address: string; answering: number }>();

  #onEmpty: () => void = () => undefined;

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** Takes a new connection in, or closes it when there is no room to be made. */
  opened(socket: Socket): void {
    const address = socket.remoteAddress ?? '';
    const group = this.#groups.get(address) ?? { open: 0, waiting: new Set() };
    const hasRoom =
      (group.open < this.#limits.perAddress || this.#closeLongestWaiting(group.waiting)) &&
      (this.#open.size < this.#limits.total || this.#closeLongestWaiting(this.#waiting));
    if (!hasRoom) {
      socket.destroy();
      return;
    }
    this.#groups.set(address, group);
    group.open++;
    this.#open.set(socket, { address, answering: 0 });
    this.#setWaiting(socket, group);
    socket.once('close', () => this.#forget(socket));
  }

  /** A request came: its connection is not idle until `answered`. */
  asked(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection) return;
    connection.answering++;
    this.#waiting.delete(socket);
    this.#groups.get(connection.address)?.waiting.delete(socket);
  }

  answered(socket: Socket): void {
    const connection = this.#open.get(socket);
    if (!connection) return;
    connection.answering--;
    const group = this.#groups.get(connection.address);
    if (connection.answering === 0 && group) this.#setWaiting(socket, group);
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

  #closeLongestWaiting(waiting: Set<Socket>): boolean {
    for (const socket of waiting) {
      this.#close(socket);
      return true;
    }
    return false;
  }

  #setWaiting(socket: Socket, group: Group): void {
    this.#waiting.add(socket);
    group.waiting.add(socket);
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
    if (this.#open.size === 0) this.#onEmpty();
    const group = this.#groups.get(connection.address);
    if (!group) return;
    group.waiting.delete(socket);
    group.open--;
    if (group.open === 0) this.#groups.delete(connection.address);
  }
}
