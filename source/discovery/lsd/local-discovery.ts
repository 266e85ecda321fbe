import { randomBytes } from 'node:crypto';
import type { FoundPeers } from '../found-peers.ts';
import { encodeLsdMessage, maxHashesInMessage, parseLsdMessage } from './lsd-message.ts';
import { LsdTurns } from './lsd-turns.ts';
import { MulticastSocket } from './multicast-socket.ts';

/** What is due is announced once a second, in at most so many messages. */
const tickMs = 1_000;
const messagesPerTick = 2;

/** Messages of others that are looked at, a second. */
const heardPerTick = 100;

interface LocalDiscoveryOptions {
  /** The local addresses to use, by family; a family without one is not used. */
  bind: Partial<Record<4 | 6, string>>;
  /** The TCP port where the everseed accepts peers. */
  port: number;
  onPeers(found: FoundPeers): void;
  /** Milliseconds, of a clock that is never set back. */
  now(): number;
}

/** Local service discovery (BEP 14): peers in the same network find each other by multicast. */
export class LocalDiscovery {
  readonly #options: LocalDiscoveryOptions;
  readonly #turns = new LsdTurns();
  readonly #cookie = randomBytes(4).toString('hex');
  #sockets: { family: 4 | 6; socket: MulticastSocket }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #heard = 0;

  constructor(options: LocalDiscoveryOptions) {
    this.#options = options;
  }

  /** Begins; without a network it is silent, and begins when there is one. */
  async start(): Promise<void> {
    const { bind, now } = this.#options;
    for (const family of [4, 6] as const) {
      const address = bind[family];
      if (address === undefined) continue;
      const socket = new MulticastSocket({
        family,
        bind: address,
        onMessage: (packet, from) => this.#receive(packet, from.address),
        now,
      });
      if (await socket.start()) this.#sockets.push({ family, socket });
    }
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const { socket } of this.#sockets) socket.stop();
    this.#sockets = [];
  }

  add(infoHashes: readonly string[]): void {
    for (const infoHash of infoHashes) this.#turns.add(infoHash, this.#options.now());
  }

  remove(infoHashes: readonly string[]): void {
    for (const infoHash of infoHashes) this.#turns.remove(infoHash);
  }

  #tick(): void {
    this.#heard = 0;
    if (this.#turns.size === 0) return;
    for (const { socket } of this.#sockets) socket.refresh();
    for (let sent = 0; sent < messagesPerTick; sent++) {
      const infoHashes = this.#turns.take(this.#options.now(), maxHashesInMessage);
      if (infoHashes.length === 0) return;
      const message = { port: this.#options.port, infoHashes, cookie: this.#cookie };
      for (const { family, socket } of this.#sockets) {
        socket.send(encodeLsdMessage(family, message));
      }
    }
  }

  #receive(packet: Uint8Array, host: string): void {
    if (++this.#heard > heardPerTick) return;
    const message = parseLsdMessage(packet);
    if (!message || message.cookie === this.#cookie) return;
    for (const infoHash of message.infoHashes) {
      if (!this.#turns.has(infoHash)) continue;
      this.#turns.asked(infoHash, this.#options.now());
      const addresses = [{ host, port: message.port }];
      this.#options.onPeers({ infoHash, addresses, source: 'lsd' });
    }
  }
}
