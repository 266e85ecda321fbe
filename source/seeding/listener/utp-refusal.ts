import { createSocket, type Socket } from 'node:dgram';
import { resetForSyn } from '../wire/utp-reset.ts';

/**
 * Tells peers at once that there is no uTP here, so that they come by TCP. Silence costs them
 * 20 s; and Transmission 3.00, which tries uTP first, never gives up as long as it hears of nobody
 * by uTP.
 */
export class UtpRefusal {
  #socket: Socket | null = null;

  /** Listens on the UDP port of the number peers have for TCP; false when that one is taken. */
  async start(host: string, port: number): Promise<boolean> {
    const socket = createSocket('udp4');
    socket.on('message', (packet, { address, port: peerPort }) => {
      const reset = resetForSyn(packet);
      // it is lost if it cannot be sent, as datagrams are
      if (reset) socket.send(reset, peerPort, address, () => undefined);
    });
    const { promise, resolve } = Promise.withResolvers<boolean>();
    socket.once('error', () => resolve(false));
    socket.once('listening', () => resolve(true));
    socket.bind(port, host);
    const listens = await promise;
    if (!listens) {
      socket.close();
      return false;
    }
    // errors of single datagrams, such as the port of a peer being closed
    socket.on('error', () => undefined);
    this.#socket = socket;
    return true;
  }

  stop(): void {
    this.#socket?.close();
    this.#socket = null;
  }
}
