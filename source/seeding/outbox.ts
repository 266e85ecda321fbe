import type { Duplex } from 'node:stream';
import type { Rc4 } from './encryption/rc4.ts';

/** Small messages that may wait in memory before nothing more is read from the peer, bytes. */
const maxControlBytes = 128 * 1024;
/** Below this the peer is read again. */
const lowControlBytes = 64 * 1024;

/** What an outbox tells its connection. */
interface OutboxListener {
  /** The socket has taken so much that there is room for more small messages. */
  onRoom(): void;
  /** The socket has taken so many bytes of what was written. */
  onTaken(bytes: number): void;
  /** Something failed that the socket is not to blame for. */
  onFault(error: unknown): void;
}

/**
 * What goes to one peer. Small messages are collected and written as one; when too many wait for
 * the socket, the peer, whose messages they answer, is not read until it has taken them.
 */
export class Outbox {
  readonly #socket: Duplex;
  readonly #cipher: Rc4 | null;
  readonly #now: () => number;
  readonly #listener: OutboxListener;
  #messages: Uint8Array[] = [];
  /** Bytes of small messages that the socket has not taken. */
  #controlBytes = 0;
  #pendingWrites = 0;
  /** When bytes were last seen to have left, or began to wait. */
  #lastTakenAt: number;
  #unsent = 0;
  #lastWrittenAt: number;

  /**
   * `cipher` encrypts all that is written; null for plaintext. `now`: milliseconds, on a clock that
   * never goes back.
   */
  constructor(socket: Duplex, cipher: Rc4 | null, now: () => number, listener: OutboxListener) {
    this.#socket = socket;
    this.#cipher = cipher;
    this.#now = now;
    this.#listener = listener;
    this.#lastTakenAt = now();
    this.#lastWrittenAt = this.#lastTakenAt;
    // what was said before there was a handshake, or was one
    const before = writtenBytes(socket);
    if (before > 0) listener.onTaken(before);
  }

  /** Whether a message of some kilobytes may be sent now, and not later. */
  get hasRoom(): boolean {
    return this.#controlBytes < lowControlBytes;
  }

  /** For how long nothing was written, milliseconds. */
  get idleMs(): number {
    return this.#pendingWrites > 0 ? 0 : this.#now() - this.#lastWrittenAt;
  }

  /** For how long no byte of what waits has left, milliseconds, as far as `tick` has seen. */
  get stalledMs(): number {
    return this.#pendingWrites === 0 ? 0 : this.#now() - this.#lastTakenAt;
  }

  /** To be called once a second: sees whether bytes have left. */
  tick(): void {
    const unsent = unsentBytes(this.#socket);
    if (unsent < this.#unsent) this.#lastTakenAt = this.#now();
    this.#unsent = unsent;
  }

  /** Adds a small message; it goes out with the next `flush`. */
  send(message: Uint8Array): void {
    this.#messages.push(message);
  }

  flush(): void {
    if (this.#messages.length === 0) return;
    const bytes = Buffer.concat(this.#messages);
    this.#messages = [];
    this.#controlBytes += bytes.length;
    if (this.#controlBytes > maxControlBytes) this.#socket.pause();
    this.write(bytes, () => {
      this.#controlBytes -= bytes.length;
      if (!this.hasRoom || this.#socket.destroyed) return;
      this.#listener.onRoom();
      if (this.#socket.isPaused()) this.#socket.resume();
    });
  }

  /**
   * Hands bytes to the socket; `done` when it has taken them, or never will. Until then they are
   * the outbox's, which may encrypt them in place.
   */
  write(bytes: Uint8Array, done: (error?: Error | null) => void): void {
    const now = this.#now();
    if (this.#pendingWrites === 0) this.#lastTakenAt = now;
    this.#pendingWrites++;
    this.#lastWrittenAt = now;
    this.#socket.write(this.#cipher?.apply(bytes) ?? bytes, (error) => {
      this.#pendingWrites--;
      this.#lastTakenAt = this.#now();
      if (!error) this.#listener.onTaken(bytes.length);
      try {
        done(error);
      } catch (fault) {
        this.#listener.onFault(fault);
      }
    });
  }
}

function writtenBytes(socket: Duplex & { bytesWritten?: number }): number {
  return socket.bytesWritten ?? 0;
}

/**
 * What the kernel has not taken of the write under way. A slow line takes minutes for one, in
 * small parts, and only the handle knows how far it is: Node's own timeouts look there as well.
 */
function unsentBytes(socket: Duplex & { _handle?: { writeQueueSize?: number } | null }): number {
  return socket._handle?.writeQueueSize ?? socket.writableLength;
}
