import type { Socket } from 'node:net';
import { ByteWriter } from '../byte-writer.ts';

/** Where responses in the room are, and to whom they go. */
interface Waiting {
  socket: Socket;
  at: number;
  end: number;
  then: Then;
}

/**
 * What becomes of the connection: it stays; nothing more is sent, and it is closed with its client;
 * it is closed at once, since its client sends nothing more.
 */
export type Then = 'stay' | 'end' | 'close';

const roomBytes = 64 * 1024;
/** More than this does not wait for the end of the turn. */
const mostWaiting = 256 * 1024;

/**
 * Sends what was answered in one turn of the event loop together, at its end. A client is woken by
 * what it is sent, which takes the sender longer than to answer: a client with many connections is
 * awake by the time that the second response comes.
 */
export class SentTogether {
  #room = new ByteWriter(roomBytes);
  #waiting: Waiting[] = [];

  /** Where responses are to be written, before they are sent from there. */
  get room(): ByteWriter {
    return this.#room;
  }

  /** Sends what was written to the room from `at` on. */
  send(socket: Socket, at: number, then: Then): void {
    if (this.#waiting.length === 0) setImmediate(this.flush);
    this.#waiting.push({ socket, at, end: this.#room.length, then });
    if (this.#room.length > mostWaiting) this.flush();
  }

  /** Sends what waits. */
  readonly flush = (): void => {
    const waiting = this.#waiting;
    this.#waiting = [];
    let isKept = false;
    for (const { socket, at, end, then } of waiting) {
      if (socket.destroyed) continue;
      socket.write(this.#room.slice(at, end));
      const isSent = socket.writableLength === 0;
      if (then === 'close' && isSent) socket.destroy();
      else if (then !== 'stay') socket.end();
      isKept ||= !isSent;
    }
    // What a socket could not send at once is read from there later.
    if (isKept) this.#room = new ByteWriter(roomBytes);
    else this.#room.clear();
  };
}
