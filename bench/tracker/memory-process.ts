/**
 * Fills a swarm store in a process of its own, so that nothing else is in its memory: neither the rest
 * of the tracker nor of the engine. Then it goes on announcing while silent peers are swept out and
 * changed swarms are taken, as the tracker does. Started by `bench/tracker.ts` with --expose-gc; its
 * result is one line of JSON.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AnnounceInterval } from '../../source/tracker/announce-interval.ts';
import { idWordsOf } from '../../source/tracker/id-words.ts';
import { createMemoryStore } from '../../source/tracker/memory/memory-store.ts';
import type { Announcement } from '../../source/tracker/swarm-store.ts';
import { createRandom } from './random.ts';

export interface StoreMeasured {
  /** Resident bytes of the process before the first peer, and with all of them. */
  emptyBytes: number;
  fullBytes: number;
  peers: number;
  swarms: number;
  /** Milliseconds, while sweeping and with a fifth of the announces from newcomers. */
  announceP99: number;
  announceWorst: number;
  sweepWorst: number;
  /** Longest time between two steps of the event loop that were to be taken at once. */
  worstPause: number;
  announcesPerSecond: number;
}

const [peers = 1_000_000, swarms = 100_000, keepPeerIds = 1] = process.argv.slice(2).map(Number);
const intervalMs = 1_800_000;
const { lifetimeMs } = new AnnounceInterval({
  seconds: intervalMs / 1000,
  minSeconds: 60,
  announcesPerSecond: 1000,
  now: () => 0,
  random: Math.random,
});
/** As the tracker's thread does. */
const takenAtOnce = 2_000;
const random = createRandom(1);
let now = 0;
const store = createMemoryStore({
  lifetimeMs,
  limits: {
    inSwarm: peers,
    inAll: peers * 2,
    ofAddressInSwarm: peers,
    ofAddressInAll: peers,
    ofNetworkInAll: peers,
    emptySwarms: swarms,
  },
  keepPeerIds: keepPeerIds === 1,
  now: () => now,
  random,
});

const bytes = Buffer.alloc(20);
/** The bytes that a number stands for: always the same, and spread. */
function bytesOf(n: number, salt: number, length: number): string {
  const spread = createRandom(n * 16 + salt + 1);
  for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(Math.floor(spread() * 2 ** 32), at);
  return bytes.toString('latin1', 0, length);
}

/** What the peer of a number announces: always from the same endpoint, in the same swarm. */
function announcementOf(n: number): Announcement {
  const spread = createRandom(n + 1);
  return {
    infoHash: idWordsOf(bytesOf(Math.floor(spread() * swarms), 1, 20)),
    address: bytesOf(n, 2, 4),
    port: 1024 + Math.floor(spread() * 60_000),
    peerId: idWordsOf(bytesOf(n, 3, 20)),
    key: n,
    role: spread() < 0.5 ? 'seed' : 'downloader',
    event: null,
    want: 50,
    families: 'own',
    unlisted: false,
  };
}

async function residentBytes(): Promise<number> {
  for (let n = 0; n < 3; n++) {
    globalThis.gc?.();
    // what was collected is freed by another thread
    await sleep(100);
  }
  return process.memoryUsage.rss();
}

// warm, so that what the compiler takes is not counted as the peers'
for (let n = 0; n < 20_000; n++) store.announce({ ...announcementOf(n), event: 'stopped' });
const emptyBytes = await residentBytes();
for (let n = 0; n < peers; n++) {
  now = (n / peers) * intervalMs;
  store.announce(announcementOf(n));
}
while (store.takeChanged(takenAtOnce).length > 0);
const fullBytes = await residentBytes();
const held = store.totals;

const seconds = 20;
/** In milliseconds, the last ones if there are more. */
const announces = new Float64Array(4_000_000);
let announced = 0;
let sweepWorst = 0;
let worstPause = 0;
let newcomers = peers;
const begun = performance.now();
let stepAt = begun;
let sweptAt = begun;
let hasChanged = true;
while (stepAt - begun < seconds * 1000) {
  // a minute goes by in every second, from when the first have been silent for too long
  now = lifetimeMs + (stepAt - begun) * 60;
  for (let n = 0; n < 64; n++) {
    const isNew = random() < 0.2;
    const announcement = announcementOf(isNew ? newcomers++ : Math.floor(random() * peers));
    const start = performance.now();
    store.announce(announcement);
    announces[announced++ % announces.length] = performance.now() - start;
  }
  if (stepAt - sweptAt > 100) {
    const start = performance.now();
    store.sweep();
    sweepWorst = Math.max(sweepWorst, performance.now() - start);
    sweptAt = start;
    hasChanged = true;
  }
  if (hasChanged) hasChanged = store.takeChanged(takenAtOnce).length === takenAtOnce;
  await new Promise((resolve) => setImmediate(resolve));
  const at = performance.now();
  worstPause = Math.max(worstPause, at - stepAt);
  stepAt = at;
}
const sorted = announces.subarray(0, announced).sort();
const measured: StoreMeasured = {
  emptyBytes,
  fullBytes,
  peers: held.peers,
  swarms: held.swarms,
  announceP99: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  announceWorst: sorted.at(-1) ?? 0,
  sweepWorst,
  worstPause,
  announcesPerSecond: announced / seconds,
};
process.stdout.write(`${JSON.stringify(measured)}\n`);
