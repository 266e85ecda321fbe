import type { Socket } from 'node:net';
import { isLoopback } from './networks.ts';
import { addressGroup, siteOf } from './peer-address.ts';
import { Tally } from './tally.ts';

/** A peer has this long to say its handshake. */
const handshakeDeadlineMs = 10_000;
/** And only this long when its place is wanted. */
const crowdedDeadlineMs = 2_000;
/** An IPv6 /48 network may have as many connections as so many addresses. */
const addressesPerSite = 4;

interface ConnectionsOptions {
  /** Connections at one time. For another, one that is needed less is closed, or that one. */
  maxConnections: number;
  /** Of those, from one address (or IPv6 /64 network). This machine itself may have half of all. */
  maxConnectionsPerAddress: number;
  /** Milliseconds, on a clock that never goes back. */
  now(): number;
  /** Closes the connection with a handshake that is needed least; false when all are needed. */
  makeRoom(): boolean;
}

/** Where a connection comes from or leads to. */
interface Origin {
  group: string;
  site: string;
}

/** Every connection there is, whoever began it: how many there may be, and who gets in. */
export class Connections {
  readonly #options: ConnectionsOptions;
  /** The oldest first. */
  readonly #sockets = new Map<Socket, Origin>();
  readonly #byGroup = new Tally();
  readonly #bySite = new Tally();
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
    const { maxConnections, now } = this.#options;
    const origin = { group: addressGroup(address), site: siteOf(address) };
    const ofSite = this.#bySite.of(origin.site);
    const most = this.#mostOf(address);
    if (this.#byGroup.of(origin.group) >= most) return false;
    if (origin.site !== origin.group && ofSite >= addressesPerSite * most) return false;
    if (this.#sockets.size >= maxConnections && !this.#makeRoom(ofSite)) return false;
    this.#sockets.set(socket, origin);
    this.#waiting.set(socket, now());
    this.#byGroup.add(origin.group);
    this.#bySite.add(origin.site);
    socket.on('close', () => {
      this.#sockets.delete(socket);
      this.#waiting.delete(socket);
      this.#byGroup.remove(origin.group);
      this.#bySite.remove(origin.site);
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

  /** How many connections one address may have. */
  #mostOf(address: string): number {
    const { maxConnections, maxConnectionsPerAddress } = this.#options;
    if (!isLoopback({ host: address })) return maxConnectionsPerAddress;
    return Math.max(maxConnectionsPerAddress, Math.floor(maxConnections / 2));
  }

  /**
   * Closes a connection for one from a site that has `count`: one that should have said its
   * handshake, then one that is not needed, then one of the site that has most. Otherwise those
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

  /** Closes the latest connection of the site with most of them, if that has over `fair`. */
  #closeOfCrowd(fair: number): boolean {
    const crowd = this.#bySite.largest(fair);
    if (crowd === null) return false;
    const sockets = [...this.#sockets].filter(
      ([socket, { site }]) => site === crowd && !socket.destroyed,
    );
    const [latest] = sockets.at(-1) ?? [];
    latest?.destroy();
    return latest !== undefined;
  }
}
