import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Libc } from '../linux/libc.ts';
import {
  encodeSocketAddress,
  families,
  lengthOfSocketAddress,
  portIn,
} from '../linux/socket-address.ts';
import { type DatagramOptions, type Datagrams, mostSent, receiveBufferBytes } from './datagrams.ts';
import { MessageRing } from './message-ring.ts';
import { SenderAddresses } from './sender-addresses.ts';
import { answerSingle } from './single-datagram.ts';

/** Linux's numbers. */
const datagramSocket = 2 | 0o4000 | 0o2000000; // that does not block, and that no child inherits
const levels = { socket: 1, ipv6: 41 } as const;
const reuseAddress = 2;
const receiveBuffer = 8;
const ipv6Only = 26;

/** What is received, and answered, by one call. */
const atOnce = 64;
/**
 * How often that is done before anything else has its turn: what Node's socket reads itself takes
 * many times as long.
 */
const mostBatches = 4;
/**
 * How many are taken so in one turn of the event loop: Node's socket reads up to 32 by itself in one,
 * and whoever else asks of the thread waits that long.
 */
const mostATurn = 1024;
/** No request is longer: an announce with the options of BEP 41. */
const mostReceived = 2048;

/** Rooms for what comes and goes, used by one call at a time, whichever socket it is of. */
interface Rings {
  received: MessageRing;
  sent: MessageRing;
}

let shared: Rings | null = null;

/**
 * Answers datagrams many at a time, each from the address it was sent to. Throws the system's error
 * when it cannot bind.
 */
export async function openBatchedDatagrams(
  libc: Libc,
  { host, port, answer, onFault }: DatagramOptions,
): Promise<Datagrams> {
  const bound = bindAll(libc, host, port);
  const sockets = await Promise.all(
    bound.descriptors.map((descriptor) =>
      serve(libc, { descriptor, isIpv6: isIPv6(host), answer, onFault }),
    ),
  );
  const close = (socket: Socket) => new Promise<void>((resolve) => socket.close(() => resolve()));
  return {
    port: bound.port,
    async close() {
      await Promise.all(sockets.map(close));
    },
  };
}

/**
 * Sockets that take what is sent to `host`. Where that is all addresses, those there are now have
 * one of their own, for answers to leave from there, before one that takes the rest.
 */
function bindAll(libc: Libc, host: string, port: number): { descriptors: number[]; port: number } {
  const descriptors: number[] = [];
  const open = (at: string, atPort: number, isShared: boolean): number => {
    const isIpv6 = isIPv6(at);
    const descriptor = libc.socket(isIpv6 ? families.ipv6 : families.ipv4, datagramSocket, 0);
    descriptors.push(descriptor);
    libc.setOption(descriptor, levels.socket, receiveBuffer, receiveBufferBytes);
    if (isIpv6) libc.setOption(descriptor, levels.ipv6, ipv6Only, 1);
    const name = encodeSocketAddress(at, atPort);
    if (isShared) libc.setOption(descriptor, levels.socket, reuseAddress, 1);
    libc.bind(descriptor, name);
    libc.nameOf(descriptor, name);
    return portIn(name, 0);
  };
  try {
    // First the one that only binds where no other program has the port; then it is shared, until
    // all of them are served.
    const chosen = open(host, port, false);
    const isAll = host === '0.0.0.0' || host === '::';
    const addresses = isAll ? addressesOf(isIPv6(host) ? 'IPv6' : 'IPv4') : [];
    for (const one of descriptors) libc.setOption(one, levels.socket, reuseAddress, 1);
    for (const address of addresses) open(address, chosen, true);
    return { descriptors, port: chosen };
  } catch (error) {
    for (const descriptor of descriptors) libc.close(descriptor);
    throw error;
  }
}

/** This machine's addresses of a family, but for those that mean something on one link only. */
function addressesOf(family: 'IPv4' | 'IPv6'): string[] {
  const infos = Object.values(networkInterfaces()).flatMap((some) => some ?? []);
  const addresses = infos.filter(
    (info) => info.family === family && !/^fe[89ab]/i.test(info.address),
  );
  return [...new Set(addresses.map(({ address }) => address))];
}

/**
 * Serves a socket. Node's own is given the descriptor: it tells when there is something to read,
 * by reading the first datagram, and what waits behind that is taken here.
 */
async function serve(
  libc: Libc,
  {
    descriptor,
    isIpv6,
    answer,
    onFault,
  }: { descriptor: number; isIpv6: boolean } & Pick<DatagramOptions, 'answer' | 'onFault'>,
): Promise<Socket> {
  const socket = createSocket(isIpv6 ? 'udp6' : 'udp4');
  const nameLength = lengthOfSocketAddress(isIpv6);
  shared ??= createRings(libc);
  const { received, sent } = shared;
  const senders = new SenderAddresses(isIpv6);

  /** Puts the answer to a datagram into the ring as its next; true when there is one. */
  const take = (n: number, next: number): boolean => {
    const name = received.nameAt(n);
    // Nobody listens at port 0.
    if (portIn(received.bytes, name) === 0) return false;
    const start = received.dataAt(n);
    const end = start + received.receivedLength(n);
    const from = senders.at(received.bytes, name);
    const length = answer(received.bytes, start, end, from, sent.bytes, sent.dataAt(next));
    if (length === 0) return false;
    sent.address(next, received, n, nameLength);
    sent.setLength(next, length);
    return true;
  };

  /** Sends the first ones of the ring. */
  const send = (count: number): void => {
    let done = 0;
    while (done < count) {
      try {
        const taken = libc.sendMany(descriptor, sent.from(done), count - done);
        // The send buffer is full: clients that get no answer ask again.
        if (taken === 0) return;
        done += taken;
      } catch (error) {
        // It concerns the first of those left, such as one to where no route leads.
        onFault(error);
        done++;
      }
    }
  };

  /** Receives and answers once; returns how many were received. */
  const serveBatch = (): number => {
    const count = libc.receiveMany(descriptor, received.pointer, atOnce);
    let answers = 0;
    for (let n = 0; n < count; n++) {
      try {
        if (take(n, answers)) answers++;
      } catch (error) {
        onFault(error);
      }
      received.offer(n);
    }
    if (answers > 0) send(answers);
    return count;
  };

  let takenInTurn = 0;

  /** Takes what waits, as far as the turn of the event loop allows. */
  const serveWaiting = (): void => {
    if (takenInTurn >= mostATurn) return;
    if (takenInTurn === 0) {
      setImmediate(() => {
        takenInTurn = 0;
      });
    }
    for (let batches = 0; batches < mostBatches; batches++) {
      const count = serveBatch();
      takenInTurn += count;
      if (count < atOnce) break;
    }
  };

  socket.on('message', (packet, from) => {
    answerSingle(socket, packet, from, { answer, onFault });
    try {
      serveWaiting();
    } catch (error) {
      onFault(error);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ fd: descriptor }, resolve);
  });
  // Node's socket has let other programs share the port, as it does with every descriptor it is given.
  libc.setOption(descriptor, levels.socket, reuseAddress, 0);
  socket.removeAllListeners('error');
  socket.on('error', onFault);
  return socket;
}

function createRings(libc: Libc): Rings {
  return {
    received: new MessageRing(libc, atOnce, mostReceived),
    sent: new MessageRing(libc, atOnce, mostSent),
  };
}
