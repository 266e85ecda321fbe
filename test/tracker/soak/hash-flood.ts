import { randomFillSync } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { escapeAll } from '../escape-all.ts';

interface FloodOptions {
  udpPort: number;
  /** The one address of loopback that all of it comes from. */
  from: string;
  /** Announces in all, each of an info hash, a peer and a port that nobody used before. */
  announces: number;
  /** Ends it before. */
  signal?: AbortSignal;
  /** Called now and then, to ask something else meanwhile; the flood goes on only after it. */
  meanwhile?: (answered: number) => Promise<void>;
}

const host = '127.0.0.1';
/** Announces that wait for their answers at a time: fewer than a socket's queue takes. */
const window = 256;
/** What is not answered by then was dropped by a queue. */
const lostAfterMs = 500;
const announceLength = 98;
/** Requests that wait for their answers at a time on a connection. */
const httpWindow = 16;

/** Announces random info hashes from one address, as fast as they are answered; returns how many were. */
export async function floodWithHashes(options: FloodOptions): Promise<number> {
  const { udpPort, from, announces, signal, meanwhile } = options;
  const socket = createSocket({ type: 'udp4', recvBufferSize: 2 ** 21 });
  // a tracker that is gone is one that does not answer
  socket.on('error', () => undefined);
  socket.bind(0, from);
  await once(socket, 'listening');
  socket.connect(udpPort, host);
  await once(socket, 'connect');
  try {
    const id = await connectionId(socket);
    let sent = 0;
    let answered = 0;
    let heard = Promise.withResolvers<void>();
    socket.on('message', () => {
      answered++;
      heard.resolve();
    });
    const pauses = 10;
    for (let part = 1; part <= pauses; part++) {
      const goal = Math.round((announces * part) / pauses);
      let waiting = 0;
      while (sent < goal && !signal?.aborted) {
        for (; sent < goal && waiting < window; sent++, waiting++) {
          // a buffer of its own, as it is sent later
          socket.send(announceOf(id, sent));
        }
        const before = answered;
        heard = Promise.withResolvers();
        await Promise.race([heard.promise, sleep(lostAfterMs)]);
        waiting = answered === before ? 0 : Math.max(0, waiting - (answered - before));
      }
      await meanwhile?.(answered);
    }
    while (answered < sent && !signal?.aborted) {
      const before = answered;
      await sleep(lostAfterMs);
      if (answered === before) break;
    }
    return answered;
  } finally {
    socket.close();
  }
}

/**
 * Sends such announces until it is ended, and does not wait for answers: nearly all of them are to be
 * dropped. Others get their turn after each few. Returns how many were sent.
 */
export async function pourHashes({
  udpPort,
  from,
  signal,
}: {
  udpPort: number;
  from: string;
  signal: AbortSignal;
}): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, from);
  await once(socket, 'listening');
  socket.connect(udpPort, host);
  await once(socket, 'connect');
  const id = await connectionId(socket);
  let sent = 0;
  for (; !signal.aborted; sent++) {
    socket.send(announceOf(id, sent));
    if (sent % 64 === 63) await nextTurn();
  }
  socket.close();
  return sent;
}

/** The same flood over HTTP, on one connection that is kept; returns how many were answered. */
export async function floodHttpWithHashes({
  httpPort,
  from,
  announces,
}: {
  httpPort: number;
  from: string;
  announces: number;
}): Promise<number> {
  const socket = connect({ host, port: httpPort, localAddress: from });
  socket.setEncoding('latin1');
  const random = Buffer.alloc(40);
  const request = (n: number): string => {
    randomFillSync(random);
    const [infoHash, peerId] = [random.subarray(0, 20), random.subarray(20)];
    const ids = `info_hash=${escapeAll(infoHash.toString('latin1'))}&peer_id=${escapeAll(peerId.toString('latin1'))}`;
    return `GET /announce?${ids}&port=${1 + (n % 65_535)}&left=1&event=started HTTP/1.1\r\n\r\n`;
  };
  let sent = 0;
  let answered = 0;
  const sendMore = () => {
    let text = '';
    for (; sent < announces && sent - answered < httpWindow; sent++) text += request(sent);
    socket.write(text, 'latin1');
  };
  socket.on('connect', sendMore);
  let unread = '';
  for await (const text of socket) {
    const parts = (unread + String(text)).split('8:interval');
    answered += parts.length - 1;
    if (answered >= announces) break;
    unread = parts.at(-1) ?? '';
    sendMore();
  }
  socket.destroy();
  return answered;
}

async function connectionId(socket: Socket): Promise<Buffer> {
  const request = Buffer.alloc(16);
  request.writeBigUInt64BE(0x41727101980n);
  socket.send(request);
  const [answer] = await once(socket, 'message');
  return (answer as Buffer).subarray(8, 16);
}

function announceOf(id: Buffer, n: number): Buffer {
  const packet = Buffer.alloc(announceLength);
  id.copy(packet);
  packet.writeUInt32BE(1, 8);
  packet.writeUInt32BE(n, 12);
  // info hash and peer id
  randomFillSync(packet, 16, 40);
  packet.writeUInt32BE(1, 68); // left
  packet.writeUInt32BE(2, 80); // started
  packet.writeInt32BE(-1, 92);
  packet.writeUInt16BE(1 + (n % 65_535), 96);
  return packet;
}
