import type { Socket } from 'node:net';
import { addressGroup } from './peer-address.ts';

/** A peer has this long to say its handshake. */
const handshakeDeadlineMs = 10_000;
/** And only this long when its place is wanted. */
const crowdedDeadlineMs = 2_000;

interface ConnectionsOptions {
  /** Connections at one time. For another, one that is needed less is closed, or that one. */
  maxConnections: number;
  /** Of those, from one address (or IPv6 /64 network). */
  maxConnectionsPerAddress: number;
  /** Milliseconds, on a clock that never goes back. */
  now(): number;
  /** Closes the connection with a handshake that is needed least; false when all are needed. */
  makeRoom(): boolean;
}

/** Every connection there is, whoever began it: how many there may be, and who gets in. */
export class Connections {
  readonly #options: ConnectionsOptions;
  /** Where each connection comes from or leads to, the oldest first. */
  readonly #sockets = new Map<Socket, string>();
  readonly #countByGroup = new Map<string, number>();
  /** Since when a handshake is waited for, the oldest first. */
  readonly #waiting = new Map<Socket, number>();

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Those without a handshake included. */
  get size(): number {
    return this.#sockets.size;
  }

  /**
   * Counts the connection as one of its address, until it closes, and waits for its handshake;
   * false when there are too many.
   */
  admit(address: string, socket: Socket): boolean {
    const group = addressGroup(address);
    const count = this.#countByGroup.get(group) ?? 0;
    const { maxConnections, maxConnectionsPerAddress } = this.#options;
    if (count >= maxConnectionsPerAddress) return false;
    if (this.#sockets.size >= maxConnections && !this.#makeRoom(count)) return false;
    this.#sockets.set(socket, group);
    this.#waiting.set(socket, this.#options.now());
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

  /** The connection's handshake is there. */
  handshaken(socket: Socket): void {
    this.#waiting.delete(socket);
  }

  /** To be called once a second: closes those who are too slow with their handshake. */
  tick(): void {
    const deadline = this.#options.now() - handshakeDeadlineMs;
    for (const [socket, since] of this.#waiting) {
      if (since > deadline) break;
      socket.destroy();
    }
  }

  closeAll(): void {
    for (const socket of this.#sockets.keys()) socket.destroy();
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
