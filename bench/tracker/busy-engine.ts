import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { connectIfRunning } from '../../source/client/connect.ts';
import type { EngineConnection } from '../../source/client/engine-connection.ts';
import { findHome } from '../../source/home.ts';
import { Leecher } from '../../test/helpers/leecher.ts';

/** How long others wait for an engine, by what they ask of it, in milliseconds. */
export interface Waits {
  /** Answers to the dashboard and commands. */
  control: Percentiles;
  /** Blocks of 16 KiB, asked for one at a time. */
  blocks: Percentiles;
}

interface Percentiles {
  count: number;
  median: number;
  p99: number;
  worst: number;
}

export interface BusyEngineMeasured {
  idle: Waits;
  loaded: Waits;
  announcesPerSecond: number;
}

const run = promisify(execFile);
const root = new URL('../..', import.meta.url).pathname;
const pieceLength = 256 * 1024;
const pieces = 128;
const blockLength = 16 * 1024;
/** Between two questions of one who asks. */
const pauseMs = 5;

/** Where an engine answers announces. */
interface AnnouncePorts {
  udp: number;
  http: number;
}

/**
 * Has a whole engine seed a file and track as many announces as `load` can make in so many seconds, and
 * measures how long others wait for it meanwhile, and before. `folder` is for its files; `load` gives
 * the announces per second that were answered.
 */
export async function measureBusyEngine(
  folder: string,
  seconds: number,
  load: (ports: AnnouncePorts, seconds: number) => Promise<number>,
): Promise<BusyEngineMeasured> {
  const home = await mkdtemp(join(folder, 'busy-home-'));
  const everseed = (...words: string[]) =>
    run(process.execPath, [join(root, 'dist/cli.js'), '--home', home, ...words]);
  const settings = {
    ...{ bind: '127.0.0.1', publicHost: '127.0.0.1' },
    ...{ 'http.port': 0, 'udp.port': 0, 'peer.port': 0 },
    ...{ 'discovery.dht': false, 'discovery.lsd': false, 'discovery.portMapping': false },
    ...{ 'tracker.open': true, 'tracker.requestsPerSecond': 0 },
    'tracker.maxPeersPerAddress': 10_000_000,
  };
  for (const [key, value] of Object.entries(settings)) {
    await everseed('config', 'set', key, String(value));
  }
  const file = join(home, 'seeded');
  await writeFile(file, randomBytes(pieceLength * pieces));
  const published = await everseed(
    ...['publish', file, '--piece-length', String(pieceLength), '--json'],
  );
  const { infoHash } = JSON.parse(published.stdout);
  const connection = await connectIfRunning(findHome(home, {}, root));
  if (connection === null) throw new Error('the engine is not there');
  try {
    const { udp, http, peer } = await connection.request('status', {});
    const waits = () => measureWaits(connection, peer.port, infoHash, seconds);
    const idle = await waits();
    // a second for it to be under way, and one for what is measured last
    const loading = load({ udp: udp.port, http: http.port }, seconds + 2);
    await sleep(1_000);
    const loaded = await waits();
    return { idle, loaded, announcesPerSecond: await loading };
  } finally {
    connection.close();
    await everseed('stop');
  }
}

async function measureWaits(
  connection: EngineConnection,
  peerPort: number,
  infoHash: string,
  seconds: number,
): Promise<Waits> {
  const questions = [
    () => connection.request('status', {}),
    () => connection.request('list', {}),
    () => connection.request('show', { id: infoHash }),
    () => connection.request('tracker.stats', {}),
  ];
  const leecher = new Leecher(peerPort, { infoHash });
  leecher.interested();
  await leecher.next(1);
  const block = (n: number) => {
    const piece = n % pieces;
    const begin = blockLength * (Math.floor(n / pieces) % (pieceLength / blockLength));
    return leecher.fetch({ piece, begin, length: blockLength });
  };
  const endsAt = performance.now() + seconds * 1000;
  const [control, blocks] = await Promise.all([
    timesOf((n) => questions[n % questions.length]?.(), endsAt),
    timesOf(block, endsAt),
  ]);
  leecher.close();
  return { control, blocks };
}

/** Asks, waits for the answer, pauses, and again until it is time. */
async function timesOf(ask: (n: number) => unknown, endsAt: number): Promise<Percentiles> {
  const times: number[] = [];
  while (performance.now() < endsAt) {
    const began = performance.now();
    await ask(times.length);
    times.push(performance.now() - began);
    await sleep(pauseMs);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor(share * (times.length - 1))] ?? Number.NaN;
  return { count: times.length, median: at(0.5), p99: at(0.99), worst: at(1) };
}
