import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { type DatagramOptions, type Datagrams, receiveBufferBytes } from './datagrams.ts';
import { answerSingle } from './single-datagram.ts';

/**
 * Answers datagrams one by one, as Node offers it. Throws the system's error when it cannot bind.
 */
export async function openPlainDatagrams({
  host,
  port,
  answer,
  onFault,
}: DatagramOptions): Promise<Datagrams> {
  const family = isIPv6(host)
    ? ({ type: 'udp6', ipv6Only: true } as const)
    : ({ type: 'udp4' } as const);
  const socket = createSocket({ ...family, recvBufferSize: receiveBufferBytes });
  socket.on('message', (packet, from) => answerSingle(socket, packet, from, { answer, onFault }));
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address: host, port, exclusive: true }, resolve);
    });
  } catch (error) {
    socket.close();
    throw error;
  }
  socket.removeAllListeners('error');
  socket.on('error', onFault);
  return {
    port: socket.address().port,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  };
}
