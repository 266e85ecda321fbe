/**
 * What thousands of idle publications cost the engine, in memory and processor time, and the time
 * until all of them are served: FOLDER COUNT none|dht-lsd|tracker. Since it announces them, it is
 * to be run in a network of its own. Its result is one line of JSON.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { encode } from '../../source/bencode/encode.ts';
import { Catalog } from '../../source/catalog/catalog.ts';
import { memoryOf, usageOf, wakeupsOf } from '../measuring/process-usage.ts';
import { Everseed } from './everseed.ts';
import { freePort, type RunningSeeder } from './program.ts';

export type DiscoveryKind = 'none' | 'dht-lsd' | 'tracker';

export interface ManyMeasured {
  /** Resident bytes of an engine without publications, and with all of them. */
  emptyBytes: number;
  fullBytes: number;
  /** How often its threads woke up in a second, meanwhile. */
  emptyWakeups: number;
  idleWakeups: number;
  /** Seconds from the start of the engine until it says that it serves. */
  readySeconds: number;
  /** Seconds from its start until every publication had answered a handshake. */
  answeredSeconds: number;
  /** Seconds that all those handshakes take of an engine that has long started. */
  handshakesSeconds: number;
  /** Of one core, while nobody asks for anything: without publications, and with them. */
  emptyCpu: number;
  idleCpu: number;
  /** The other tracker's view. */
  tracker: TrackerView | null;
}

interface TrackerView {
  /** Publications it has heard of, and in how many seconds since the start. */
  announced: number;
  seconds: number;
  mostInFlight: number;
  mostInASecond: number;
}

/** Until what starting left behind is gone; the DHT has announced by then. */
const settleSeconds = 20;
const idleSeconds = 30;
/** So long are announces waited for: 25 a second are sent to one tracker, which is no idleness. */
const announcesWithinSeconds = 900;
const atOnce = 40;
const pieceLength = 16_384;
const fileBytes = 1_000;
const handshakeLength = 68;
const protocol = Buffer.from(`\x13BitTorrent protocol${'\0'.repeat(8)}`, 'latin1');

const [folder = '', count = '', discovery = ''] = process.argv.slice(2);
const trackerPort = 21_999;
const dhtPort = 21_998;
const bootstrapPort = 21_997;

const other = discovery === 'dht-lsd' ? await startDhtNode() : null;
const tracker = discovery === 'tracker' ? await startTracker() : null;
const peerPort = await freePort();
const everseed = await Everseed.create(join(folder, discovery), {
  peer: { port: peerPort },
  discovery: {
    dht: discovery === 'dht-lsd',
    lsd: discovery === 'dht-lsd',
    dhtPort,
    dhtBootstrap: [`127.0.0.1:${bootstrapPort}`],
    portMapping: false,
  },
});

const empty = await everseed.startEngine();
await sleep(settleSeconds * 1000);
const emptyBytes = memoryOf(empty.pid).resident;
const emptyIdle = await measureIdle(empty);
await empty.stop();

const infoHashes = await fillCatalog();
const startedAt = performance.now();
const engine = await everseed.startEngine();
const readySeconds = secondsSince(startedAt);
await askAll(peerPort);
const answeredSeconds = secondsSince(startedAt);
const askedAt = performance.now();
await askAll(peerPort);
const handshakesSeconds = secondsSince(askedAt);
await engine.stop();

tracker?.reset();
const idle = await everseed.startEngine();
await tracker?.announced(infoHashes.length);
await sleep(settleSeconds * 1000);
const fullBytes = memoryOf(idle.pid).resident;
const fullIdle = await measureIdle(idle);
const measured: ManyMeasured = {
  ...{ emptyBytes, fullBytes, readySeconds, answeredSeconds, handshakesSeconds },
  ...{ emptyCpu: emptyIdle.cpu, emptyWakeups: emptyIdle.wakeups },
  ...{ idleCpu: fullIdle.cpu, idleWakeups: fullIdle.wakeups },
  tracker: tracker?.view() ?? null,
};
await idle.stop();
await other?.stop();
tracker?.close();
process.stdout.write(`${JSON.stringify(measured)}\n`);

async function measureIdle({ pid }: { pid: number }): Promise<{ cpu: number; wakeups: number }> {
  const [cpuBefore, wakeupsBefore] = [usageOf(pid).cpuSeconds, wakeupsOf(pid)];
  await sleep(idleSeconds * 1000);
  return {
    cpu: (usageOf(pid).cpuSeconds - cpuBefore) / idleSeconds,
    wakeups: (wakeupsOf(pid) - wakeupsBefore) / idleSeconds,
  };
}

/** Publications of a small file each, put into the catalog as the engine does it. */
async function fillCatalog(): Promise<Buffer[]> {
  const catalog = new Catalog(everseed.home.catalogFile);
  const hashes: Buffer[] = [];
  const bytes = Buffer.alloc(fileBytes);
  for (let n = 0; n < Number(count); n++) {
    const name = `${String(n).padStart(6, '0')}.bin`;
    const parent = join(folder, discovery, 'content', String(Math.floor(n / 100)));
    const path = join(parent, name);
    if (n % 100 === 0) await mkdir(parent, { recursive: true });
    bytes.writeUInt32BE(n);
    await writeFile(path, bytes);
    const pieces = createHash('sha1').update(bytes).digest();
    const info = encode({ length: fileBytes, name, 'piece length': pieceLength, pieces });
    const infoHash = createHash('sha1').update(info).digest();
    hashes.push(infoHash);
    const { mtimeMs } = await stat(path);
    catalog.add({
      ...{ infoHash, infoHashV2: null, name, path, info, pieceLayers: null },
      ...{ size: fileBytes, paddedSize: fileBytes, fileCount: 1, pieceLength, pieceCount: 1 },
      ...{ format: 'v1', private: false, superSeeding: false, comment: null, createdBy: null },
      ...{ creationDate: null, nodes: [], webSeeds: [], state: 'seeding', createdAt: Date.now() },
      trackers: tracker ? [[`http://127.0.0.1:${trackerPort}/announce`]] : [],
      files: [{ path, length: fileBytes, modifiedMs: mtimeMs }],
    });
  }
  catalog.close();
  return hashes;
}

/** Has every publication answer a handshake. */
async function askAll(port: number): Promise<void> {
  const waiting = infoHashes.values();
  const askSome = async (asker: number) => {
    for (const infoHash of waiting) await shakeHands(port, `127.0.1.${asker + 1}`, infoHash);
  };
  await Promise.all(Array.from({ length: atOnce }, (_, asker) => askSome(asker)));
}

async function shakeHands(port: number, localAddress: string, infoHash: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const received = Buffer.alloc(handshakeLength);
  let length = 0;
  // lean, as it takes processor time from what is measured
  const onread = {
    buffer: Buffer.alloc(4096),
    callback: (count: number, chunk: Uint8Array) => {
      received.set(chunk.subarray(0, Math.min(count, handshakeLength - length)), length);
      length = Math.min(length + count, handshakeLength);
      if (length === handshakeLength) resolve();
      return true;
    },
  };
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true, onread });
  socket.on('error', reject);
  socket.on('close', resolve);
  socket.write(Buffer.concat([protocol, infoHash, Buffer.from('-BE0001-abcdefghijkl')]));
  await promise;
  socket.destroy();
  if (!received.subarray(28, 48).equals(infoHash)) {
    throw new Error(`no answer for ${infoHash.toString('hex')}`);
  }
}

/** An everseed that publishes nothing: the node of the DHT that ours begins with. */
async function startDhtNode(): Promise<Pick<RunningSeeder, 'stop'>> {
  const settings = {
    discovery: { dht: true, lsd: false, dhtPort: bootstrapPort, dhtBootstrap: [] },
  };
  return (await Everseed.create(join(folder, 'node'), settings)).startEngine();
}

interface StandInTracker {
  reset(): void;
  /** Resolves when it has heard of so many, or after long enough. */
  announced(count: number): Promise<void>;
  view(): TrackerView;
  close(): void;
}

/** A tracker that answers every announce, and keeps count of them. */
async function startTracker(): Promise<StandInTracker> {
  let heard = new Set<string>();
  let begunAt = performance.now();
  let inFlight = 0;
  let mostInFlight = 0;
  let inSecond = new Map<number, number>();
  let lastNewAt = begunAt;
  const server = createServer((request, response) => {
    mostInFlight = Math.max(mostInFlight, ++inFlight);
    const infoHash = /info_hash=([^&]+)/.exec(request.url ?? '')?.[1] ?? '';
    if (!heard.has(infoHash)) lastNewAt = performance.now();
    heard.add(infoHash);
    const second = Math.floor(secondsSince(begunAt));
    inSecond.set(second, (inSecond.get(second) ?? 0) + 1);
    // as far away as trackers are
    setTimeout(() => {
      inFlight--;
      response.end(encode({ interval: 1800, peers: new Uint8Array() }));
    }, 50);
  });
  server.listen(trackerPort, '127.0.0.1');
  await once(server, 'listening');
  return {
    reset() {
      heard = new Set();
      inSecond = new Map();
      begunAt = performance.now();
      lastNewAt = begunAt;
      mostInFlight = inFlight;
    },
    async announced(count) {
      const until = performance.now() + announcesWithinSeconds * 1000;
      while (heard.size < count && performance.now() < until) await sleep(1000);
    },
    view: () => ({
      announced: heard.size,
      seconds: (lastNewAt - begunAt) / 1000,
      mostInFlight,
      mostInASecond: Math.max(0, ...inSecond.values()),
    }),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
