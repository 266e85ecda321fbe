import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { resetForSyn } from '../wire/utp-reset.ts';

/**
 * Tells peers at once that there is no uTP here, so that they come by TCP. Silence costs them
 * 20 s; and Transmission 3.00, which tries uTP first, never gives up as long as it hears of nobody
 * by uTP.
 */
export class UtpRefusal {
  #sockets: Socket[] = [];

  /**
   * Listens on the UDP port of the number peers have for TCP, at an address; false when that one is
   * taken.
   */
  async start(host: string, port: number): Promise<boolean> {
    const socket = createSocket({ type: isIPv6(host) ? 'udp6' : 'udp4', ipv6Only: isIPv6(host) });
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
    this.#sockets.push(socket);
    return true;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets = [];
  }
}
