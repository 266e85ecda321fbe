import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { resetForSyn } from '../wire/utp-reset.ts';

/**
 * Tells peers at once that there is no uTP here, so that they come by TCP. Silence costs them
 * 20 s; and Transmission 3.00, which tries uTP first, never gives up as long as it hears of nobody
 * by uTP.
 */
export class UtpRefusal {
  #sockets: Socket[] = [];

  /**
   * Listens on the UDP port of the number peers have for TCP, at an address or all of them; false
   * when that port is taken.
   */
  async start(host: string, port: number): Promise<boolean> {
    const socket = await bound(host, port);
    if (!socket) return false;
    this.#sockets.push(socket);
    // a socket of all addresses answers from one of them, and peers know only that they asked
    for (const address of isWildcard(host) ? ownAddresses(isIPv6(host) ? 'IPv6' : 'IPv4') : []) {
      const another = await bound(address, port);
      if (another) this.#sockets.push(another);
    }
    return true;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets = [];
  }
}

/** A socket that refuses at an address, or null when it cannot be had. */
async function bound(host: string, port: number): Promise<Socket | null> {
  const isV6 = isIPv6(host);
  // those of single addresses share the port with that of all
  const socket = createSocket({ type: isV6 ? 'udp6' : 'udp4', ipv6Only: isV6, reuseAddr: true });
  socket.on('message', (packet, { address, port: peerPort }) => {
    const reset = resetForSyn(packet);
    // it is lost if it cannot be sent, as datagrams are
    if (reset) socket.send(reset, peerPort, address, () => undefined);
  });
  const { promise, resolve } = Promise.withResolvers<boolean>();
  socket.once('error', () => resolve(false));
  socket.once('listening', () => resolve(true));
  socket.bind({ address: host, port, exclusive: true });
  if (!(await promise)) {
    socket.close();
    return null;
  }
  // errors of single datagrams, such as the port of a peer being closed
  socket.on('error', () => undefined);
  return socket;
}

function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** The addresses of this machine now. */
function ownAddresses(family: 'IPv4' | 'IPv6'): string[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses
      .filter((one) => one.family === family)
      .map(({ address, scopeid }) => (scopeid ? `${address}%${name}` : address)),
  );
}
