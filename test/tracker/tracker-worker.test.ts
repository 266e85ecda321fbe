import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import { getText } from '../../source/bencode/dictionary.ts';
import { Catalog } from '../../source/catalog/catalog.ts';
import type {
  SwarmReport,
  TrackerEvents,
  TrackerService,
  TrackerServiceOptions,
} from '../../source/engine/tracker-service.ts';
import { entryUrl } from '../../source/thread/entries.ts';
import { connectThread } from '../../source/thread/rpc.ts';
import { announce, get, openUdp, peersOf } from './black-box.ts';
import { trackerSettings } from './tracker-settings.ts';
import { encodeAnnounceRequest, parseUdpAnswer } from './udp-client.ts';

/** The tracker as the engine has it: in a thread of its own, with the site behind it. */

const infoHash = 'ab'.repeat(20);
const rawHash = '\xab'.repeat(20);

async function setUp() {
  const home = await mkdtemp(join(tmpdir(), 'everseed-tracker-'));
  const catalogFile = join(home, 'catalog.db');
  new Catalog(catalogFile).close();
  const worker = new Worker(entryUrl('tracker-worker'));
  onTestFinished(async () => {
    await worker.terminate();
    await rm(home, { recursive: true });
  });
  const thread = connectThread<TrackerService, TrackerEvents>(worker);
  worker.on('error', (error: Error) => thread.fail(error));
  const reports: SwarmReport[][] = [];
  thread.on('counts', (counts) => reports.push(counts));
  const options: TrackerServiceOptions = {
    http: { host: '127.0.0.1', port: 0 },
    udp: { host: '127.0.0.1', port: 0 },
    everseed: null,
    bind6: '',
    settings: trackerSettings(),
    site: { catalogFile, publicHost: '127.0.0.1' },
    publications: [{ infoHash, completed: 3, seeding: true, private: false }],
  };
  return { call: thread.call, options, reports };
}

test('what is called while it starts is done once it has', async () => {
  const { call, options } = await setUp();
  const starting = call.start(options);
  const untracked = call.untrack([infoHash]);
  const { http } = await starting;
  await untracked;
  const refused = await announce(http.port, { infoHash: rawHash });
  expect(getText(refused, 'failure reason')).toBe('not published here');
});

test('it serves tracker and site, reports counts once a second, and stops', async () => {
  const { call, options, reports } = await setUp();
  const { http, udp } = await call.start(options);
  expect(await call.start(options)).toEqual({ http, udp });
  expect(await call.unlisted([infoHash])).toEqual([infoHash]);
  await call.setEverseed({ port: 6881, host: null, publicAddress: null });
  expect(await call.unlisted([infoHash])).toEqual([]);

  const began = performance.now();
  expect(peersOf(await announce(http.port, { infoHash: rawHash }))).toEqual(['127.0.0.1:6881']);
  for (let port = 1; port <= 20; port++) await announce(http.port, { infoHash: rawHash, port });
  await announce(http.port, { infoHash: rawHash, left: 0, more: '&event=completed' });
  expect(await (await openUdp(udp.port)).connect()).toHaveLength(8);
  await expect
    .poll(() => reports.flat().at(-1), { timeout: 3_000 })
    .toEqual({ infoHash, seeds: 1, leechers: 20, completed: 4 });
  // whichever ticks the announces fell between: one report a tick, and none without a change
  const ticks = Math.floor((performance.now() - began) / 1_000) + 1;
  expect(reports.length).toBeLessThanOrEqual(ticks);
  expect(new Set(reports.map((report) => JSON.stringify(report))).size).toBe(reports.length);
  expect(reports.every((report) => report.length === 1)).toBe(true);
  const reported = reports.length;
  await sleep(1_200);
  expect(reports).toHaveLength(reported);

  const page = await get(http.port, '/');
  expect(page.status).toBe(200);
  expect(page.body.toString()).toContain('Nothing is published here yet.');

  await call.untrack([infoHash]);
  const refused = await announce(http.port, { infoHash: rawHash });
  expect(getText(refused, 'failure reason')).toBe('not published here');

  await call.stop();
  await call.stop();
  await expect(get(http.port, '/')).rejects.toThrow();
});

test('what a swarm counted is told before it is served no longer, however many others changed', async () => {
  const { call, options, reports } = await setUp();
  const settings = trackerSettings({ open: true, requestsPerSecond: 0 });
  const { udp } = await call.start({ ...options, settings });
  const client = await openUdp(udp.port);
  const connectionId = await client.connect();
  const announceOf = (of: string, transactionId = 1) =>
    encodeAnnounceRequest({
      ...{ connectionId, transactionId, infoHash: of, peerId: rawHash, key: 0, port: 7001 },
      ...{ event: 'completed', downloaded: 1n, left: 0n, uploaded: 0n, numWant: 0 },
    });
  for (let n = 0; n < 5_000; n++) {
    const packet = announceOf(String(n).padStart(20, '0'));
    // not so many at once that some are lost
    if (n % 100 === 0) await client.ask(packet);
    else client.send(packet);
  }
  // not the answer to one of those before
  const askLast = async () => parseUdpAnswer(await client.ask(announceOf(rawHash, 2)));
  while ((await askLast())?.transactionId !== 2);
  await call.untrack([infoHash]);
  expect(reports.flat()).toContainEqual({ infoHash, seeds: 1, leechers: 0, completed: 4 });
});

test('when one port cannot be had, the other is given back, and it can be tried again', async () => {
  const { call, options } = await setUp();
  const first = await setUp();
  const taken = await first.call.start(first.options);
  await expect(call.start({ ...options, http: taken.http })).rejects.toMatchObject({
    code: 'port-in-use',
  });
  await expect(
    call.start({ ...options, site: { catalogFile: '/nowhere/catalog.db', publicHost: '' } }),
  ).rejects.toThrow();
  expect((await call.start(options)).http.port).not.toBe(taken.http.port);
});
