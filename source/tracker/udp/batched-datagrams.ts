import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Libc } from '../linux/libc.ts';
import { encodeSocketAddress, lengthOfSocketAddress, portIn } from '../linux/socket-address.ts';
import { addressesOf, bindAll, bindBeside, isAllAddresses, keepPort } from './bound-descriptors.ts';
import { type DatagramOptions, type Datagrams, mostSent } from './datagrams.ts';
import { MessageRing } from './message-ring.ts';
import { SenderAddresses } from './sender-addresses.ts';
import { answerSingle } from './single-datagram.ts';

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

/** How often it is looked which addresses this machine has. */
const addressCheckMs = 30_000;

/**
 * Answers datagrams many at a time, each from the address it was sent to. Throws the system's error
 * when it cannot bind.
 */
export async function openBatchedDatagrams(
  libc: Libc,
  options: DatagramOptions,
): Promise<Datagrams> {
  const { host, onFault } = options;
  const { descriptors, port } = bindAll(libc, host, options.port);
  const sockets = new Map<string, Served>();
  const serveAt = async (address: string, descriptor: number): Promise<void> => {
    const at = { descriptor, isIpv6: isIPv6(host) };
    sockets.set(address, { descriptor, socket: await serve(libc, { ...options, ...at }) });
  };
  await Promise.all(Array.from(descriptors, (bound) => serveAt(...bound)));

  let isOver = false;
  /** Addresses come and go: so do their sockets. */
  const followAddresses = async (): Promise<void> => {
    const addresses = addressesOf(isIPv6(host) ? 'IPv6' : 'IPv4');
    for (const [address, { socket }] of sockets) {
      if (address === host || addresses.includes(address)) continue;
      sockets.delete(address);
      socket.close();
    }
    for (const address of addresses) {
      if (isOver || sockets.has(address)) continue;
      const beside = Array.from(sockets.values(), ({ descriptor }) => descriptor);
      const bound = bindBeside(libc, address, port, beside);
      if (bound !== null) await serveAt(address, bound);
    }
  };
  let following = Promise.resolve();
  const checking = setInterval(() => {
    following = following.then(followAddresses).catch(onFault);
  }, options.addressCheckMs ?? addressCheckMs);
  checking.unref();
  if (!isAllAddresses(host)) clearInterval(checking);

  return {
    port,
    async close() {
      isOver = true;
      clearInterval(checking);
      await following;
      await Promise.all(Array.from(sockets.values(), ({ socket }) => closed(socket)));
    },
  };
}

/** A socket, and what it is to the system. */
interface Served {
  descriptor: number;
  socket: Socket;
}

async function closed(socket: Socket): Promise<void> {
  await new Promise<void>((resolve) => socket.close(() => resolve()));
}

/**
 * Serves a socket. Node's own is given the descriptor: it tells when there is something to read,
 * by reading the first datagram. That is put where those that wait behind it are received, and
 * answered with them.
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

  /** Answers the first ones of the ring of those received. */
  const answerAll = (count: number): void => {
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
  };

  /** Receives behind the first `filled` of the ring and answers all; returns how many they are. */
  const serveBatch = (filled: number): number => {
    let count = filled;
    try {
      count += libc.receiveMany(descriptor, received.from(filled), atOnce - filled);
    } finally {
      answerAll(count);
    }
    return count;
  };

  let takenInTurn = 0;

  /** Takes what is in the ring and what waits, as far as the turn of the event loop allows. */
  const serveWaiting = (filled: number): void => {
    if (takenInTurn >= mostATurn) {
      answerAll(filled);
      return;
    }
    if (takenInTurn === 0) {
      setImmediate(() => {
        takenInTurn = 0;
      });
    }
    for (let batches = 0; batches < mostBatches; batches++) {
      const count = serveBatch(batches === 0 ? filled : 0);
      takenInTurn += count;
      if (count < atOnce) break;
    }
  };

  socket.on('message', (packet, from) => {
    // A zone, as of an address of one link only, has no place in the ring.
    const isZoned = from.address.includes('%');
    if (isZoned) answerSingle(socket, packet, from, { answer, onFault });
    else received.put(0, encodeSocketAddress(from.address, from.port), packet);
    try {
      serveWaiting(isZoned ? 0 : 1);
    } catch (error) {
      onFault(error);
    }
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ fd: descriptor }, resolve);
  });
  // Node's socket has let other programs share the port, as it does with every descriptor it is given.
  keepPort(libc, descriptor);
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
