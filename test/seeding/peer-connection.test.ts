import { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { BlockReader } from '../../source/seeding/block-reader.ts';
import { ChunkPool } from '../../source/seeding/chunk-pool.ts';
import { Rc4 } from '../../source/seeding/encryption/rc4.ts';
import { FilePool } from '../../source/seeding/file-pool.ts';
import { UploadLimiter } from '../../source/seeding/limits/upload-limiter.ts';
import { LivePublication } from '../../source/seeding/live-publication.ts';
import { PeerConnection } from '../../source/seeding/peer-connection.ts';
import { Turns } from '../../source/seeding/turns.ts';
import { blocksOf } from './../helpers/leecher.ts';
import { hex } from './bytes.ts';
import { dataOf, placesOf, sourceOf, writeTestContent } from './test-content.ts';

const k = 1024;

/** A socket that takes nothing of what it is given. */
class StuckSocket extends Duplex {
  #written: ((error?: Error) => void) | undefined;

  override _read(): void {
    // Tests push what the peer sends.
  }

  override _write(_: unknown, __: unknown, done: (error?: Error) => void): void {
    this.#written = done;
  }

  /** Takes what it was given last. */
  takeLast(): void {
    const written = this.#written;
    this.#written = undefined;
    written?.();
  }

  override _destroy(_: unknown, done: () => void): void {
    this.#written?.(new Error('closed'));
    done();
  }
}

interface Setup {
  socket: StuckSocket;
  connection: PeerConnection;
  publication: LivePublication;
  clock: { ms: number };
  closed: unknown[];
  /** The addresses at which the peer says that it sees us. */
  seenAt: string[];
  chunks: ChunkPool;
}

function connect(
  written = writeTestContent([4 * k * k], 1024 * k),
  { encrypted = false, ...speaks }: { fast?: boolean; encrypted?: boolean } = {},
): Setup {
  const { content } = written;
  const clock = { ms: 0 };
  const now = (): number => clock.ms;
  const chunks = new ChunkPool(1 << 26);
  const limiter = new UploadLimiter(now);
  const closed: unknown[] = [];
  const seenAt: string[] = [];
  const socket = new StuckSocket();
  const cipher = { incoming: new Rc4(hex('01')), outgoing: new Rc4(hex('02')) };
  const publication = new LivePublication(content, dataOf(written), 0);
  const handshake = {
    infoHash: content.infoHash ?? new Uint8Array(20),
    peerId: new Uint8Array(20),
    fast: true,
    extended: true,
    v2: false,
    dht: false,
    ...speaks,
  };
  const connection = new PeerConnection(
    socket,
    {
      handshake,
      address: { host: '192.0.2.1', port: 6881 },
      source: 'incoming',
      connectedAt: 0,
      cipher: encrypted ? cipher : null,
    },
    publication,
    {
      peerId: new Uint8Array(20).fill(1),
      reader: new BlockReader(new FilePool(sourceOf([written]), 8, now), chunks),
      chunks,
      turns: new Turns(now),
      now,
      listenPort: () => 6881,
      dhtPort: () => null,
      addressSeen: (address) => seenAt.push(address),
      dhtNodeNamed: () => undefined,
      peersNamed: () => undefined,
      openGate: (of, _address, wake) => limiter.gateFor(of.id, { wake }),
      interestChanged: () => undefined,
      fileFailed: (_, { span }) => publication.filesFailed([span.file]),
      closed: (_, __, cause) => closed.push(cause),
    },
  );
  publication.peers.add(connection);
  connection.start(new Uint8Array());
  return { socket, connection, publication, clock, closed, chunks, seenAt };
}

function requests(count: number): Buffer {
  const bytes = Buffer.alloc(17 * count);
  for (const [index, { piece, begin, length }] of blocksOf(count * 16 * k, 1024 * k).entries()) {
    bytes.set(hex('0000000d06'), 17 * index);
    bytes.writeUInt32BE(piece, 17 * index + 5);
    bytes.writeUInt32BE(begin, 17 * index + 9);
    bytes.writeUInt32BE(length, 17 * index + 13);
  }
  return bytes;
}

/** Lets the stream deliver, and reads from disk end. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 100));
}

describe('with a socket that takes nothing', () => {
  test('no more than two chunks are read', async () => {
    const { socket, connection, chunks } = connect();
    connection.giveSlot(false);
    socket.push(requests(256));
    await settle();
    expect(socket.writableLength).toBeLessThan(160 * k);
    // The first chunk, and the next: a window of four blocks each.
    expect(chunks.lent).toBeGreaterThan(64 * k);
    expect(chunks.lent).toBeLessThan(150 * k);
    connection.close(null);
    await settle();
    expect(chunks.lent).toBe(0);
  });

  test('the info dictionary is not put into memory whole', async () => {
    const written = writeTestContent([k], k);
    const info = new Uint8Array(4 * k * k);
    const { socket } = connect({
      ...written,
      content: { ...written.content, infoLength: info.length },
      info,
    });
    socket.push(Buffer.from(`\0\0\0\x1a\x14\0d1:md11:ut_metadatai9eee`, 'latin1'));
    for (let piece = 0; piece < 200; piece++) {
      const payload = `\x14\x01d8:msg_typei0e5:piecei${piece}ee`;
      socket.push(Buffer.from(`\0\0\0${String.fromCharCode(payload.length)}${payload}`, 'latin1'));
    }
    await settle();
    expect(socket.writableLength).toBeGreaterThan(64 * k);
    expect(socket.writableLength).toBeLessThan(100 * k);
  });

  test('no more is read from the peer once many answers wait', async () => {
    const { socket } = connect();
    for (let i = 0; i < 40; i++) socket.push(requests(256));
    await settle();
    expect(socket.isPaused()).toBe(true);
    expect(socket.writableLength).toBeLessThan(140 * k);
  });

  test('it is closed in the end', () => {
    const { socket, connection, clock, closed } = connect();
    for (clock.ms = 0; clock.ms <= 180_000; clock.ms += 1_000) {
      socket.emit('data', new Uint8Array(4));
      connection.tick();
    }
    expect(closed).toEqual([]);
    socket.emit('data', new Uint8Array(4));
    connection.tick();
    expect(closed).toMatchObject([{ name: 'WireError' }]);
    expect(socket.destroyed).toBe(true);
  });
});

describe('a peer that has said nothing but its handshake', () => {
  /** How many bytes it is sent after a second, and then after another. */
  const sentLater = (speaks: { fast: boolean; encrypted: boolean }): number[] => {
    const { socket, connection, clock } = connect(undefined, speaks);
    socket.takeLast();
    return [1_000, 2_000].map((ms) => {
      clock.ms = ms;
      connection.tick();
      const sent = socket.writableLength;
      socket.takeLast();
      return sent;
    });
  };

  test('gets a keep-alive, and only one, where it may not have looked at what it has read', () => {
    expect(sentLater({ encrypted: true, fast: false })).toEqual([4, 0]);
  });

  test.each([
    { encrypted: true, fast: true },
    { encrypted: false, fast: false },
  ])('gets none otherwise: %o', (speaks) => {
    expect(sentLater(speaks)).toEqual([0, 0]);
  });
});

test('a fault in a handler closes that connection and is passed on', () => {
  const { socket, connection, closed } = connect();
  const fault = new TypeError('a bug');
  socket.write = () => {
    throw fault;
  };
  connection.giveSlot(false);
  expect(closed).toEqual([fault]);
  expect(socket.destroyed).toBe(true);
});

test('a peer says once at which address it sees us', async () => {
  const { socket, seenAt, closed } = connect();
  const says = (bytes: string) => Buffer.from(`d6:yourip4:${bytes}e`, 'latin1');
  for (const payload of [says('\xc6\x33\x64\x07'), says('\xc6\x33\x64\x08')]) {
    const message = Buffer.concat([hex('00000000 14 00'), payload]);
    message.writeUInt32BE(2 + payload.length);
    socket.push(message);
  }
  await settle();
  expect(seenAt).toEqual(['198.51.100.7']);
  expect(closed).toEqual([]);
});

test('bytes count when the socket has taken them, once, and not those it never took', async () => {
  const { socket, connection, publication } = connect();
  connection.giveSlot(false);
  socket.push(requests(12));
  await settle();
  // The opening and the unchoke are what was written first.
  expect(connection.describe().uploaded).toBe(0);
  const counted: number[] = [];
  for (let taken = 0; taken < 3; taken++) {
    socket.takeLast();
    await settle();
    counted.push(connection.describe().uploaded / k);
  }
  expect(counted.at(-1)).toBeGreaterThan(0);
  expect(counted.at(-1)).toBeLessThan(12 * 16);
  connection.close(null);
  await settle();
  expect(connection.describe().uploaded / k).toBe(counted.at(-1));
  expect(publication.takeTraffic(0)?.sent.payload).toBe(connection.describe().uploaded);
});

test('a long block that lies in very many files is refused, usual ones are not', async () => {
  const written = writeTestContent([k], k);
  const size = 256 * k;
  const content = { ...written.content, size, pieceLength: size, pieceCount: 1 };
  const places = placesOf(Array(size).fill(1));
  const files = Array(size).fill(written.files[0]);
  const { socket, connection } = connect({
    ...written,
    content: { ...content, ...places },
    files,
  });
  const sent: Buffer[] = [];
  socket.write = (bytes: Uint8Array) => sent.push(Buffer.from(bytes)) > 0;
  connection.giveSlot(false);
  socket.push(Buffer.from(hex('0000000d06 00000000 00000000 00020000')));
  await settle();
  expect(Buffer.concat(sent).toString('hex')).toContain('0000000d10000000000000000000020000');
});
