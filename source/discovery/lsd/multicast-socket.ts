import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { networkInterfaces } from 'node:os';
import { lsdGroups, lsdPort } from './lsd-message.ts';

/** Interfaces of this machine are looked at again this often: networks come and go. */
const refreshMs = 60_000;

/** A machine with containers has many; on more than these nobody is waiting. */
const maxInterfaces = 32;

interface MulticastSocketOptions {
  family: 4 | 6;
  /** The one local address to use, or all: `0.0.0.0`, `::`. */
  bind: string;
  onMessage(packet: Buffer, from: RemoteInfo): void;
  now(): number;
}

/** Sends to the group of LSD on every network this machine is in, and hears what comes from it. */
export class MulticastSocket {
  readonly #options: MulticastSocketOptions;
  /** By interface, as `setMulticastInterface` wants it named. */
  readonly #senders = new Map<string, Socket>();
  #listener: Socket | null = null;
  #refreshedAt = Number.NEGATIVE_INFINITY;

  constructor(options: MulticastSocketOptions) {
    this.#options = options;
  }

  /** Resolves with whether it hears anything: another program may have the port for itself. */
  async start(): Promise<boolean> {
    const { family, onMessage } = this.#options;
    const socket = createSocket({
      type: `udp${family}`,
      reuseAddr: true,
      ...(family === 6 && { ipv6Only: true }),
    });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    socket.once('error', () => resolve(false));
    socket.bind({ port: lsdPort }, () => resolve(true));
    if (!(await promise)) {
      socket.close();
      return false;
    }
    socket.on('error', () => {
      // of a single datagram
    });
    socket.on('message', onMessage);
    this.#listener = socket;
    return true;
  }

  send(message: string): void {
    this.refresh();
    const group = lsdGroups[this.#options.family];
    for (const sender of this.#senders.values()) {
      // a network that is gone just now hears nothing
      sender.send(message, lsdPort, group, () => undefined);
    }
  }

  /** Joins the group on interfaces that are new, and leaves those that are gone. */
  refresh(): void {
    const { now } = this.#options;
    if (!this.#listener || now() - this.#refreshedAt < refreshMs) return;
    this.#refreshedAt = now();
    const present = new Set(this.#interfaces());
    for (const [name, sender] of this.#senders) {
      if (present.has(name)) continue;
      sender.close();
      this.#senders.delete(name);
    }
    for (const name of present) if (!this.#senders.has(name)) this.#join(name);
  }

  stop(): void {
    for (const sender of this.#senders.values()) sender.close();
    this.#senders.clear();
    this.#listener?.close();
    this.#listener = null;
  }

  #join(name: string): void {
    const { family } = this.#options;
    const group = lsdGroups[family];
    try {
      this.#listener?.addMembership(group, name);
    } catch {
      // an interface without multicast, or one that another of its addresses has joined by
    }
    const sender = createSocket(`udp${family}`);
    sender.on('error', () => {
      // of a single datagram; the interface is looked for again
    });
    sender.bind({ port: 0, ...(family === 4 && { address: name }) }, () => {
      try {
        sender.setMulticastInterface(name);
        sender.setMulticastTTL(1);
      } catch {
        if (this.#senders.get(name) !== sender) return;
        this.#senders.delete(name);
        sender.close();
      }
    });
    this.#senders.set(name, sender);
  }

  /** Interfaces by the names that multicast has for them: an IPv4 address, or `::%eth0`. */
  #interfaces(): string[] {
    const { family, bind } = this.#options;
    const isAll = bind === '0.0.0.0' || bind === '::';
    const names = Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
      addresses
        .filter((one) => one.family === `IPv${family}` && !one.internal)
        .filter(({ address }) => isAll || address === bind)
        .map(({ address }) => (family === 4 ? address : `::%${name}`)),
    );
    return [...new Set(names)].slice(0, maxInterfaces);
  }
}
