import type { RemoteInfo, Socket } from 'node:dgram';
import { parseIpAddress } from '../ip-address.ts';
import { type DatagramOptions, mostSent } from './datagrams.ts';

/** Answers a datagram that Node's socket has read, by that socket. */
export function answerSingle(
  socket: Socket,
  packet: Buffer,
  from: RemoteInfo,
  { answer, onFault }: Pick<DatagramOptions, 'answer' | 'onFault'>,
): void {
  const address = parseIpAddress(from.address);
  // Nobody listens at port 0, and sending there throws.
  if (address === null || from.port === 0) return;
  try {
    // one of its own: the socket may send it later
    const room = Buffer.allocUnsafe(mostSent);
    const length = answer(packet, 0, packet.length, address, room, 0);
    if (length === 0) return;
    socket.send(room, 0, length, from.port, from.address, (error) => error && onFault(error));
  } catch (error) {
    onFault(error);
  }
}
