import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { KeyExchange } from '../../../source/seeding/encryption/key-exchange.ts';
import { infoHashProof } from '../../../source/seeding/encryption/stream-keys.ts';
import { Greeting } from '../../../source/seeding/listener/greeting.ts';
import { encodeHandshake } from '../../../source/seeding/wire/handshake.ts';
import { RunningSeeder, stopAll } from '../running-seeder.ts';
import { type TestContent, writeTestContent } from '../test-content.ts';

/** Peers that are connected to by the seeder. */

const k = 1024;
const extended = 20;

afterEach(async () => {
  vi.useRealTimers();
  await stopAll();
});

/** Waits until there is something; far longer than it takes, even on a busy machine. */
const soon = <T>(condition: () => T) => vi.waitUntil(condition, { timeout: 10_000 });

interface Listening {
  port: number;
  /** Connections so far. */
  sockets: Socket[];
  /** The next connection. */
  accepted(): Promise<Socket>;
}

async function listenAt(host = '127.0.0.1', onSocket: (socket: Socket) => void = () => undefined) {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    sockets.push(socket);
    onSocket(socket);
  });
  server.listen(0, host);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const accepted = () => soon(() => sockets[0]);
  return { port, sockets, accepted } satisfies Listening;
}

/** A running seeder whose timers the test advances. */
async function seeding(content: TestContent, options = {}) {
  const running = new RunningSeeder(options);
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  await running.start(content);
  const pass = (ms: number) => {
    running.aheadMs += ms;
    vi.advanceTimersByTime(1_000);
  };
  return { running, pass };
}

/** Reads as much as is asked for, one after the other. */
function reader(socket: Socket) {
  let buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    buffer = Buffer.concat([buffer, chunk]);
  });
  return async (length: number) => {
    await soon(() => buffer.length >= length);
    const taken = buffer.subarray(0, length);
    buffer = buffer.subarray(length);
    return taken;
  };
}

const handshakeOf = (infoHash: string, peerId: Uint8Array = randomBytes(20)) =>
  encodeHandshake({
    infoHash: Buffer.from(infoHash, 'hex'),
    peerId,
    fast: true,
    extended: false,
    v2: false,
    dht: false,
  });

test('a peer that only listens is connected to, and served', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const { running, pass } = await seeding(content);
  const leecher = await listenAt();
  running.seeder.addPeers(content.infoHash.toUpperCase(), 'dht', [
    { host: '127.0.0.1', port: leecher.port },
  ]);
  pass(1_000);
  expect(leecher.sockets).toHaveLength(0);
  pass(5_000);
  const socket = await leecher.accepted();
  const read = reader(socket);
  const handshake = await read(68);
  expect(handshake.subarray(28, 48).toString('hex')).toBe(content.infoHash);
  expect(handshake.subarray(48)).toEqual(Buffer.from(running.peerId));
  socket.write(handshakeOf(content.infoHash));
  socket.write(Buffer.from('0000000102', 'hex'));
  // HAVE_ALL, UNCHOKE
  expect((await read(10)).toString('hex')).toBe('000000010e0000000101');
  socket.write(Buffer.from('0000000d06000000010000000000002000', 'hex'));
  const piece = await read(13 + 8 * k);
  expect(piece.subarray(13).equals(content.bytes.subarray(32 * k))).toBe(true);
  expect(running.seeder.peers(content.content.id)).toMatchObject([
    { address: `127.0.0.1:${leecher.port}`, interested: true },
  ]);
  // it is not connected to twice
  pass(600_000);
  expect(leecher.sockets).toHaveLength(1);
  expect(running.errors).toEqual([]);
});

test('a peer that hangs up on plaintext is met with encryption', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const { running, pass } = await seeding(content);
  const infoHash = Buffer.from(content.infoHash, 'hex');
  const greeted = Promise.withResolvers<boolean>();
  const leecher = await listenAt('127.0.0.1', (socket) => {
    const greeting = new Greeting({
      exchange: () => new KeyExchange(),
      padding: () => new Uint8Array(100),
      infoHashOf: (proof) =>
        Buffer.compare(proof, infoHashProof(infoHash)) === 0 ? infoHash : null,
      encryptionRequired: true,
    });
    let isGreeted = false;
    socket.on('data', (chunk) => {
      if (isGreeted) return;
      try {
        const { reply, done } = greeting.push(chunk);
        if (reply) socket.write(reply);
        if (!done) return;
        isGreeted = true;
        const answer = Buffer.from(handshakeOf(content.infoHash));
        socket.write(done.cipher?.outgoing.apply(answer) ?? answer);
        greeted.resolve(done.cipher !== null);
      } catch {
        socket.destroy();
      }
    });
  });
  running.seeder.addPeers(content.infoHash, 'dht', [{ host: '127.0.0.1', port: leecher.port }]);
  pass(6_000);
  expect(await greeted.promise).toBe(true);
  await soon(() => running.seeder.peers(content.content.id).length === 1);
  expect(running.seeder.peers(content.content.id)).toMatchObject([
    { source: 'dht', encrypted: true },
  ]);
  expect(leecher.sockets).toHaveLength(2);
});

test('one who is connected already, by itself, is not connected to', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const { running, pass } = await seeding(content);
  const listening = await listenAt();
  const leecher = running.leecher(content);
  await leecher.handshake;
  // it says where it listens (BEP 10)
  leecher.send(extended, new Uint8Array(1), `d1:pi${listening.port}ee`);
  await soon(() => running.seeder.peers(content.content.id).length === 1);
  const other = await listenAt();
  running.seeder.addPeers(content.infoHash, 'dht', [
    { host: '127.0.0.1', port: listening.port },
    { host: '127.0.0.1', port: other.port },
  ]);
  pass(6_000);
  await other.accepted();
  expect(listening.sockets).toHaveLength(0);
});

test('ourselves, and one with the id of one who is connected, are hung up on', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const { running, pass } = await seeding(content);
  const incoming = running.leecher({ infoHash: content.infoHash, peerId: '-XX0001-abcdefghijkl' });
  await incoming.handshake;
  incoming.send(extended, new Uint8Array(1), 'd1:pi1ee');
  await soon(() => running.seeder.peers(content.content.id).length === 1);
  const same = await listenAt('127.0.0.1', (socket) => {
    socket.resume();
    socket.write(handshakeOf(content.infoHash, Buffer.from('-XX0001-abcdefghijkl')));
  });
  running.seeder.addPeers(content.infoHash, 'dht', [
    { host: '127.0.0.1', port: running.port },
    { host: '127.0.0.1', port: same.port },
  ]);
  pass(6_000);
  await soon(() => same.sockets[0]?.destroyed || same.sockets[0]?.readableEnded);
  expect(running.seeder.peers(content.content.id)).toHaveLength(1);
  expect(running.errors).toEqual([]);
});

test('peers that answer nonsense, for something else, or not at all cost nothing more', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const { running, pass } = await seeding(content);
  const nonsense = await listenAt('127.0.0.1', (socket) => socket.write(randomBytes(2_000)));
  const other = await listenAt('127.0.0.1', (socket) => {
    socket.resume();
    socket.write(handshakeOf('00'.repeat(20)));
  });
  const silent = await listenAt();
  const gone = await listenAt();
  running.seeder.addPeers(
    content.infoHash,
    'dht',
    [nonsense, other, silent, gone].map(({ port }) => ({ host: '127.0.0.1', port })),
  );
  running.seeder.addPeers('11'.repeat(20), 'dht', [{ host: '127.0.0.1', port: silent.port }]);
  running.seeder.addPeers(content.infoHash, 'dht', [{ host: '', port: 70_000 }]);
  pass(6_000);
  const waiting = await silent.accepted();
  await soon(() => other.sockets[0]?.readableEnded || other.sockets[0]?.destroyed);
  pass(11_000);
  waiting.resume();
  await soon(() => waiting.destroyed || waiting.readableEnded);
  expect(running.seeder.peers(content.content.id)).toEqual([]);
  expect(running.errors).toEqual([]);
});

test('what is no longer seeded connects to nobody', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const { running, pass } = await seeding(content);
  const leecher = await listenAt();
  const other = await listenAt();
  const second = writeTestContent([40 * k], 32 * k);
  running.contents.set(second.content.id, second);
  running.seeder.seed([
    { id: second.content.id, infoHashes: [second.infoHash], uploadLimit: null },
  ]);
  running.seeder.addPeers(content.infoHash, 'dht', [{ host: '127.0.0.1', port: leecher.port }]);
  running.seeder.addPeers(second.infoHash, 'dht', [{ host: '127.0.0.1', port: other.port }]);
  running.seeder.unseed([content.content.id]);
  pass(6_000);
  await other.accepted();
  expect(leecher.sockets).toHaveLength(0);
});

test('peers come by IPv6, and are connected to by IPv6', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const { running, pass } = await seeding(content, { host6: '::1' });
  const leecher = running.leecher({ infoHash: content.infoHash, host: '::1', from: '::1' });
  await leecher.handshake;
  expect(running.seeder.peers(content.content.id)[0]?.address).toMatch(/^\[::1\]:\d+$/);
  const listening = await listenAt('::1');
  running.seeder.addPeers(content.infoHash, 'dht', [{ host: '::1', port: listening.port }]);
  leecher.close();
  await soon(() => running.seeder.peers(content.content.id).length === 0);
  pass(6_000);
  await listening.accepted();
});

test('a peer that another one names by peer exchange is connected to', async () => {
  const content = writeTestContent([40 * k], 32 * k);
  const { running, pass } = await seeding(content);
  const listening = await listenAt();
  const leecher = running.leecher(content);
  await leecher.handshake;
  leecher.send(extended, new Uint8Array(1), 'd1:md11:lt_donthavei7e6:ut_pexi9ee1:pi1ee');
  // our number for ut_pex is 2
  const port = String.fromCharCode(listening.port >> 8, listening.port & 255);
  leecher.send(extended, Uint8Array.of(2), `d5:added6:\x7f\0\0\x01${port}7:added.f1:\0e`);
  await soon(() => running.seeder.peers(content.content.id).length === 1);
  // what it sent has come when what it sent behind it has been answered
  leecher.interested();
  await leecher.next(1);
  pass(6_000);
  const socket = await listening.accepted();
  socket.write(handshakeOf(content.infoHash));
  await soon(() => running.seeder.peers(content.content.id).length === 2);
  expect(running.seeder.peers(content.content.id)).toMatchObject([
    { source: 'incoming', encrypted: false },
    { source: 'pex', encrypted: false },
  ]);
  // and the one that named it is told of nobody but it
  pass(70_000);
  for (;;) {
    const message = await leecher.next(extended);
    if (message[0] !== 9) continue;
    expect(message.toString('latin1')).toContain(`5:added6:\x7f\0\0\x01${port}7:added.f1:\x10`);
    break;
  }
});
