import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';
import type { FoundPeers } from '../../source/discovery/found-peers.ts';
import type {
  DiscoveryEvents,
  DiscoveryOptions,
  DiscoveryService,
} from '../../source/engine/discovery-service.ts';
import { entryUrl } from '../../source/thread/entries.ts';
import { connectThread } from '../../source/thread/rpc.ts';
import { until } from '../helpers/everseed.ts';
import { addCrowd, hash, startTracker } from '../tracker/black-box.ts';

/** Discovery as the engine has it: in a thread of its own, with everseed's own tracker outside. */

const infoHash = Buffer.from(hash, 'latin1').toString('hex');

function setUp() {
  const worker = new Worker(entryUrl('discovery-worker'));
  onTestFinished(async () => {
    await worker.terminate();
  });
  const thread = connectThread<DiscoveryService, DiscoveryEvents>(worker);
  worker.on('error', (error: Error) => thread.fail(error));
  const found: FoundPeers[] = [];
  const external: DiscoveryEvents['externalAddress'][] = [];
  const errors: string[] = [];
  thread.on('peers', (peers) => found.push(peers));
  thread.on('externalAddress', (told) => external.push(told));
  thread.on('error', ({ text }) => errors.push(text));
  onTestFinished(() => expect(errors).toEqual([]));
  const options: DiscoveryOptions = {
    bind: '0.0.0.0',
    bind6: '::',
    lsd: false,
    mappedPorts: [],
    peer: { host: '0.0.0.0', port: 6881 },
    peerId: randomBytes(20),
    own: { hosts: ['own.example'], httpPort: 6969, udpPort: 6969 },
  };
  return { call: thread.call, options, found, external };
}

test('it announces, passes on what it learns, tells how trackers stand, and says goodbye', async () => {
  const { tracker, httpPort, udpPort } = await startTracker();
  addCrowd(tracker, 2);
  const { call, options, found, external } = setUp();
  await call.start(options);
  const http = `http://127.0.0.1:${httpPort}/announce`;
  const udp = `udp://127.0.0.1:${udpPort}/announce`;
  const own = 'udp://own.example:6969/announce';
  const tiers = [[http], [udp], [own]];
  const one = { id: 1, infoHashes: [infoHash], tiers, private: false, bytesLeft: 0 };
  await call.announce([one], true);
  await until(async () =>
    (await call.trackers([1])).flat().every(({ state }) => state !== 'announcing'),
  );
  expect((await call.trackers([1])).flat()).toMatchObject([
    { url: http, tier: 0, state: 'working', seeds: 1, leechers: 2 },
    { url: udp, tier: 1, state: 'working', seeds: 1, leechers: 2 },
    { url: own, tier: 2, state: 'own' },
  ]);
  expect(tracker.countsOf(hash)).toMatchObject({ seeds: 1, leechers: 2 });
  await until(() => found.length === 2);
  expect(found[0]).toMatchObject({ infoHash, source: 'tracker' });
  expect(found[0]?.addresses).toHaveLength(2);
  expect(external).toEqual([{ address: '127.0.0.1', source: 'tracker', reporter: '127.0.0.1' }]);

  await call.withdraw([1]);
  await until(() => tracker.countsOf(hash).seeds === 0);
  expect(await call.trackers([1])).toEqual([[]]);

  await call.announce([one], true);
  await until(() => tracker.countsOf(hash).seeds === 1);
  await until(async () =>
    (await call.trackers([1])).flat().every(({ state }) => state !== 'announcing'),
  );
  await call.withdraw([1]);
  await until(() => tracker.countsOf(hash).seeds === 0);
  await call.announce([{ ...one, bytesLeft: 5 }], true);
  await until(() => tracker.countsOf(hash).partialSeeds === 1);
  await call.stop();
  await call.stop();
  expect(tracker.countsOf(hash)).toMatchObject({ seeds: 0, leechers: 2 });
});
