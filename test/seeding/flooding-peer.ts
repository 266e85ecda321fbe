/**
 * flooding-peer.ts PORT INFO-HASH COUNT: opens so many connections from 127.0.0.66, a few hundred at
 * a time, and says `over` when the last was opened. Some say nothing, some nonsense, some their handshake,
 * and of those some that they are interested; none asks for anything or goes by itself.
 */
import { connect, type Socket } from 'node:net';
import { encodeHandshake } from '../../source/seeding/wire/handshake.ts';

const [port = '', infoHash = '', count = ''] = process.argv.slice(2);
const atOnce = 400;
const handshake = encodeHandshake({
  infoHash: Buffer.from(infoHash, 'hex'),
  peerId: Buffer.from('-XX0001-floodingpeer'),
  fast: true,
  extended: true,
  v2: false,
  dht: false,
});
const interested = Buffer.of(0, 0, 0, 1, 2);
const greetings = [
  Buffer.alloc(0),
  Buffer.alloc(300, 'nonsense'),
  handshake,
  Buffer.concat([handshake, interested]),
];

const open = new Set<Socket>();
let opened = 0;

function openMore(): void {
  while (open.size < atOnce && opened < Number(count)) {
    const greeting = greetings[opened % greetings.length] ?? handshake;
    const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: '127.0.0.66' });
    opened++;
    open.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('data', () => undefined);
    socket.on('close', () => {
      open.delete(socket);
      setImmediate(openMore);
    });
    socket.write(greeting);
    // Those that are left alone go at last, or there would never be ten thousand.
    setTimeout(() => socket.destroy(), 2_000).unref();
  }
  if (opened === Number(count)) process.stdout.write('over\n');
}

openMore();
