/**
 * Downloads from a seeder over many connections and throws the data away, and prints what came as
 * one line of JSON. Lean, so that it is not what is measured: the data of all connections goes
 * into one buffer, and of a block only the length is looked at. See the flags below.
 */
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';
import { quantile } from '../measuring/median.ts';
import { usageOf } from '../measuring/process-usage.ts';

export interface Loaded {
  /** Measured for so long. */
  seconds: number;
  /** Of content, over all connections. */
  bytes: number;
  /** From the first connection on, and what came in it. */
  allSeconds: number;
  allBytes: number;
  /** Bytes of single connections: the fewest, a tenth got no more than, the one in the middle. */
  least: number;
  tenth: number;
  middle: number;
  most: number;
  /** Connections that got at least a block. */
  served: number;
  /** Until each of the connections had got its first block, or none was waited for any longer. */
  secondsToServe: number;
  /** Connections that were closed by the seeder. */
  dropped: number;
  rejected: number;
  /** Seconds of processor time that the load itself took. */
  cpuSeconds: number;
}

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'info-hash': { type: 'string', default: '' },
    size: { type: 'string', default: '0' },
    'piece-length': { type: 'string', default: '0' },
    connections: { type: 'string', default: '1' },
    /** Requests of a connection that wait for their blocks. */
    window: { type: 'string', default: '64' },
    /** How long each connection's first block is waited for, at most. */
    patience: { type: 'string', default: '12' },
    /** Not measured, after that. */
    'warm-up': { type: 'string', default: '1' },
    seconds: { type: 'string', default: '4' },
    /** Ask for everything once, from the beginning to the end, instead of for random pieces. */
    once: { type: 'boolean', default: false },
  },
});
const port = Number(values.port);
const infoHash = Buffer.from(values['info-hash'], 'hex');
const size = Number(values.size);
const pieceLength = Number(values['piece-length']);
const connectionCount = Number(values.connections);
const window = Number(values.window);

const blockLength = 16_384;
const requestLength = 17;
const handshakeLength = 68;
const ids = { choke: 0, unchoke: 1, interested: 2, request: 6, piece: 7, reject: 16 } as const;
const pieceCount = Math.ceil(size / pieceLength);

/** What every socket reads into. */
const received = Buffer.allocUnsafeSlow(512 * 1024);

const running = new Set<Connection>();
const finished = Promise.withResolvers<void>();
const allServed = Promise.withResolvers<void>();
let served = 0;

class Connection {
  bytes = 0;
  rejected = 0;
  dropped = false;
  readonly #socket: Socket;
  #welcome = false;
  #unchoked = false;
  #waiting = 0;
  #piece: number;
  #begin = 0;
  /** How many of the bytes that come next are not looked at. */
  #skip = handshakeLength;
  /** How many bytes of content came with the message that is being skipped. */
  #payload = 0;
  /** Length and id of a message, when they come in parts. */
  #head = Buffer.alloc(5);
  #headLength = 0;

  constructor(number: number) {
    this.#piece = values.once ? 0 : Math.floor(Math.random() * pieceCount);
    running.add(this);
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      // seeders take few connections of one address
      localAddress: `127.0.${1 + (number >> 7)}.${1 + (number & 127)}`,
      noDelay: true,
      onread: {
        buffer: received,
        callback: (length) => {
          this.#receive(length);
          return true;
        },
      },
    });
    this.#socket.on('connect', () => {
      const id = `-BE0001-${String(number).padStart(12, '0')}`;
      const start = Buffer.from(`\x13BitTorrent protocol${'\0'.repeat(8)}`, 'latin1');
      this.#socket.write(Buffer.concat([start, infoHash, Buffer.from(id)]));
    });
    this.#socket.on('error', () => undefined);
    this.#socket.on('close', () => {
      this.dropped = true;
      this.#end();
    });
  }

  close(): void {
    this.#socket.removeAllListeners('close');
    this.#socket.destroy();
  }

  #end(): void {
    running.delete(this);
    if (running.size === 0) finished.resolve();
  }

  #receive(length: number): void {
    let at = 0;
    while (at < length) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, length - at);
        at += skipped;
        this.#skip -= skipped;
        if (this.#skip > 0) break;
        if (this.#payload > 0) this.#takeBlock();
        else if (!this.#welcome) this.#takeHandshake();
      } else {
        this.#head[this.#headLength++] = received[at++] as number;
        if (this.#headLength === 4 && this.#head.readUInt32BE(0) === 0) this.#headLength = 0;
        if (this.#headLength === 5) this.#takeHead();
      }
    }
    if (!this.#unchoked) return;
    if (values.once && this.#piece >= pieceCount && this.#waiting === 0) this.#end();
    else if (this.#waiting <= window / 2) this.#ask();
  }

  #takeHandshake(): void {
    this.#welcome = true;
    // not before: some seeders take no message that comes with a handshake
    this.#socket.write(Buffer.from([0, 0, 0, 1, ids.interested]));
  }

  #takeHead(): void {
    this.#headLength = 0;
    const length = this.#head.readUInt32BE(0);
    const id = this.#head[4];
    this.#skip = length - 1;
    this.#payload = id === ids.piece ? length - 9 : 0;
    if (id === ids.unchoke) this.#unchoked = true;
    else if (id === ids.choke) {
      this.#unchoked = false;
      this.#waiting = 0;
    } else if (id === ids.reject) {
      this.#waiting--;
      this.rejected++;
    }
  }

  #takeBlock(): void {
    if (this.bytes === 0 && ++served === connectionCount) allServed.resolve();
    this.bytes += this.#payload;
    this.#payload = 0;
    this.#waiting--;
  }

  #ask(): void {
    const requests = Buffer.allocUnsafe(requestLength * (window - this.#waiting));
    let at = 0;
    while (this.#waiting < window && this.#piece < pieceCount) {
      const left = Math.min(pieceLength, size - this.#piece * pieceLength) - this.#begin;
      requests.writeUInt32BE(13, at);
      requests[at + 4] = ids.request;
      requests.writeUInt32BE(this.#piece, at + 5);
      requests.writeUInt32BE(this.#begin, at + 9);
      requests.writeUInt32BE(Math.min(blockLength, left), at + 13);
      at += requestLength;
      this.#waiting++;
      this.#begin += blockLength;
      if (left > blockLength) continue;
      this.#begin = 0;
      this.#piece = values.once ? this.#piece + 1 : Math.floor(Math.random() * pieceCount);
    }
    if (at > 0) this.#socket.write(requests.subarray(0, at));
  }
}

const connections = Array.from({ length: connectionCount }, (_, number) => new Connection(number));

const connectedAt = performance.now();
if (!values.once) await after(Number(values.patience), allServed.promise);
const secondsToServe = (performance.now() - connectedAt) / 1000;
if (!values.once) await after(Number(values['warm-up']));
const before = connections.map(({ bytes }) => bytes);
const cpuBefore = usageOf(process.pid).cpuSeconds;
const begun = performance.now();
await after(Number(values.seconds));
const ended = performance.now();
const seconds = (ended - begun) / 1000;
const each = connections.map(({ bytes }, number) => bytes - (before[number] ?? 0));
const loaded: Loaded = {
  seconds,
  bytes: each.reduce((sum, bytes) => sum + bytes, 0),
  allSeconds: (ended - connectedAt) / 1000,
  allBytes: connections.reduce((sum, { bytes }) => sum + bytes, 0),
  least: Math.min(...each),
  tenth: quantile(each, 0.1),
  middle: quantile(each, 0.5),
  most: Math.max(...each),
  served: each.filter((bytes) => bytes > 0).length,
  secondsToServe,
  dropped: connections.filter(({ dropped }) => dropped).length,
  rejected: connections.reduce((sum, { rejected }) => sum + rejected, 0),
  cpuSeconds: usageOf(process.pid).cpuSeconds - cpuBefore,
};
for (const connection of connections) connection.close();
process.stdout.write(`${JSON.stringify(loaded)}\n`);

/** Waits for so long, or until every connection has ended, or for `event`. */
async function after(time: number, event?: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeUp = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, time * 1000);
  });
  await Promise.race([timeUp, finished.promise, ...(event ? [event] : [])]);
  clearTimeout(timer);
}
