/**
 * Announces over UDP from many addresses of loopback, as fast as they are answered, and prints what
 * came back as one line of JSON. Its datagrams go many to a call, so that it is not what is
 * measured: udp-load.ts PORT SECONDS HASHES-FILE.
 */
import { readFileSync } from 'node:fs';
import { type Libc, loadLibc } from '../../source/tracker/linux/libc.ts';
import { encodeSocketAddress } from '../../source/tracker/linux/socket-address.ts';
import { MessageRing } from '../../source/tracker/udp/message-ring.ts';
import { createRandom } from './random.ts';

export interface UdpLoaded {
  announcesPerSecond: number;
  /** Of an answer, on average. */
  bytes: number;
  errors: number;
  lost: number;
}

const sockets = 48;
/** Requests of one socket that wait for their answers. */
const window = 24;
const atOnce = 24;
const peersWanted = 50;
const announceLength = 98;
const lostAfterMs = 100;
const ipv4Datagram = { family: 2, type: 2 | 0o4000 };
const actions = { announce: 1 } as const;

const [port = 0, seconds = 0] = process.argv.slice(2, 4).map(Number);
const hashes = readFileSync(process.argv[4] ?? '', 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => Buffer.from(line, 'hex'));

const libc = loadLibc();
if (libc === null) throw new Error('this needs Linux, and the package koffi');
process.stdout.write(`${JSON.stringify(load(libc))}\n`);

function load(libc: Libc): UdpLoaded {
  const random = createRandom(process.pid);
  const sent = new MessageRing(libc, atOnce, 128);
  const received = new MessageRing(libc, atOnce, 4096);
  const tracker = encodeSocketAddress('127.0.0.1', port);
  for (let n = 0; n < atOnce; n++) {
    sent.bytes.set(tracker, sent.nameAt(n));
    sent.address(n, sent, n, tracker.length);
  }
  const receive = (descriptor: number): number => {
    for (let n = 0; n < atOnce; n++) received.offer(n);
    return libc.receiveMany(descriptor, received.pointer, atOnce);
  };

  const connect = (n: number) => {
    const descriptor = libc.socket(ipv4Datagram.family, ipv4Datagram.type, 0);
    libc.bind(descriptor, encodeSocketAddress(`127.0.1.${n + 1}`, 0));
    const giveUpAt = performance.now() + 5_000;
    while (performance.now() < giveUpAt) {
      const at = sent.dataAt(0);
      sent.bytes.fill(0, at, at + 16);
      sent.bytes.writeBigUInt64BE(0x41727101980n, at);
      sent.setLength(0, 16);
      libc.sendMany(descriptor, sent.pointer, 1);
      const askAgainAt = performance.now() + 100;
      while (performance.now() < askAgainAt) {
        if (receive(descriptor) === 0) continue;
        const answer = received.dataAt(0);
        const id = Buffer.from(received.bytes.subarray(answer + 8, answer + 16));
        return { descriptor, id, waiting: 0, heardAt: 0 };
      }
    }
    throw new Error('the tracker does not answer');
  };
  const clients = Array.from({ length: sockets }, (_, n) => connect(n));

  /** Writes an announce of any peer into the ring. */
  const write = (n: number, id: Buffer): void => {
    const { bytes } = sent;
    const at = sent.dataAt(n);
    bytes.fill(0, at, at + announceLength);
    id.copy(bytes, at);
    bytes[at + 11] = actions.announce;
    bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), at + 12);
    (hashes[Math.floor(random() * hashes.length)] as Buffer).copy(bytes, at + 16);
    bytes.write('-BE0001-', at + 36, 'latin1');
    bytes.writeDoubleLE(random(), at + 44);
    bytes[at + 71] = random() < 0.5 ? 0 : 1; // left
    bytes[at + 83] = 2; // started
    bytes.writeUInt32BE(peersWanted, at + 92);
    bytes.writeUInt16BE(1024 + Math.floor(random() * 60_000), at + 96);
    sent.setLength(n, announceLength);
  };

  const result: UdpLoaded = { announcesPerSecond: 0, bytes: 0, errors: 0, lost: 0 };
  let answers = 0;
  let bytes = 0;
  const begun = performance.now();
  let now = begun;
  while (now - begun < seconds * 1000) {
    for (const client of clients) {
      while (client.waiting < window) {
        const count = Math.min(atOnce, window - client.waiting);
        for (let n = 0; n < count; n++) write(n, client.id);
        const taken = libc.sendMany(client.descriptor, sent.pointer, count);
        client.waiting += taken;
        if (taken < count) break;
      }
      const count = receive(client.descriptor);
      now = performance.now();
      for (let n = 0; n < count; n++) {
        if (received.bytes[received.dataAt(n) + 3] === actions.announce) answers++;
        else result.errors++;
        bytes += received.receivedLength(n);
      }
      client.waiting = Math.max(0, client.waiting - count);
      if (count > 0 || client.heardAt === 0) client.heardAt = now;
      else if (now - client.heardAt > lostAfterMs) {
        result.lost += client.waiting;
        client.waiting = 0;
        client.heardAt = now;
      }
    }
  }
  result.announcesPerSecond = answers / ((now - begun) / 1000);
  result.bytes = bytes / Math.max(1, answers + result.errors);
  return result;
}
