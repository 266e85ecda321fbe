import type { ServerResponse } from 'node:http';

/** The bodies on their way to clients, each counted once however many it is sent to. */
export class UnsentBodies {
  readonly #receivers = new Map<Uint8Array, number>();
  #bytes = 0;

  /** How much memory they hold. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts `body` until `response` is sent or its connection closed. */
  add(body: Uint8Array, response: ServerResponse): void {
    const { socket } = response.req;
    if (socket.destroyed) return;
    const receivers = this.#receivers.get(body) ?? 0;
    if (receivers === 0) this.#bytes += body.length;
    this.#receivers.set(body, receivers + 1);

    const done = (): void => {
      // a response that has not got its turn is not told that its connection was closed
      response.off('close', done);
      socket.off('close', done);
      this.#remove(body);
    };
    response.once('close', done);
    socket.once('close', done);
  }

  #remove(body: Uint8Array): void {
    const receivers = (this.#receivers.get(body) ?? 0) - 1;
    if (receivers > 0) {
      this.#receivers.set(body, receivers);
    } else {
      this.#receivers.delete(body);
      this.#bytes -= body.length;
    }
  }
}
