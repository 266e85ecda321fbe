import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { type Encodable, encode } from '../../source/bencode/encode.ts';
import type { DiscoveryStatus, TrackerSummary } from '../../source/control/discovery.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test("a publication is announced to another everseed's tracker, and is gone from it when paused", async () => {
  const path = join(await temporaryFolder(), 'content');
  await writeRandomFile(path, 100_000);
  const other = await Everseed.create();
  await other.publish(path);
  const { http, udp } = await other.status();
  const urls = [`http://127.0.0.1:${http.port}/announce`, `udp://127.0.0.1:${udp.port}/announce`];

  const everseed = await Everseed.create();
  const { infoHash } = await everseed.publish(path, ...urls.flatMap((url) => ['--tracker', url]));
  const trackers = () => everseed.json<TrackerSummary[]>('trackers', infoHash);
  await until(async () => (await trackers()).every(({ state }) => state !== 'announcing'));
  const rows = await trackers();
  expect(rows.map(({ tier, state }) => [tier, state])).toEqual([
    [0, 'own'],
    [0, 'own'],
    [1, 'working'],
    [2, 'working'],
  ]);
  // this one and the other
  expect(rows[2]).toMatchObject({ url: urls[0], seeds: 2, leechers: 0 });
  expect(rows[2]?.nextAnnounce).toBeGreaterThan(Date.now());
  const seedsThere = async () => (await other.list())[0]?.seeds;
  await until(async () => (await seedsThere()) === 1);

  const { stdout } = await everseed.run('trackers', infoHash);
  expect(stdout).toMatch(/^TIER {2}TRACKER/);
  expect(stdout).toContain(`${urls[1]}`);

  await everseed.run('pause', infoHash);
  await until(async () => (await seedsThere()) === 0);
  expect((await trackers()).map(({ state }) => state)).toEqual(['own', 'own', 'paused', 'paused']);
  await everseed.run('resume', infoHash);
  await until(async () => (await seedsThere()) === 1);
  await everseed.run('stop');
  await until(async () => (await seedsThere()) === 0);
});

test('no bytes sent to the port of the DHT harm it, and it goes on to answer', async () => {
  const everseed = await Everseed.create({
    settings: { discovery: { dht: true, dhtPort: 0, dhtBootstrap: [] } },
  });
  await everseed.status();
  const dht = async () =>
    (await everseed.json<{ discovery: DiscoveryStatus }>('status')).discovery.dht;
  const port = (await dht())?.port ?? 0;
  const socket = createSocket('udp4');
  onTestFinished(() => {
    socket.close();
  });
  const send = (packet: Uint8Array | string) => socket.send(packet, port, '127.0.0.1');
  const id = Buffer.alloc(20, 'i');
  const query = (q: Encodable, a: Encodable) => encode({ t: 'aa', y: 'q', q, a });
  send('d-3:');
  send('l-3:e');
  send(query('get_peers', { id, info_hash: 5 }));
  send(query('find_node', { id, target: [] }));
  send(query('announce_peer', { id, info_hash: id, port: 1, token: 7 }));
  send(query('ping', 'x'));
  send(query(['ping'], { id }));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      send(bytes);
    }),
  );
  const answered = once(socket, 'message', { signal: AbortSignal.timeout(20_000) });
  // loopback keeps the order, so that all before has been read when this is answered
  send(query('ping', { id }));
  const [answer] = await answered;
  expect(answer.toString('latin1')).toMatch(/^d1:rd2:id20:.{20}e1:t2:aa1:y1:re$/s);
  expect(everseed.log()).not.toMatch(/crashed|uncaught/);
  expect((await dht())?.port).toBe(port);
});

test('without its port there is no DHT, and the rest goes on', async () => {
  const taken = createSocket('udp4');
  taken.bind(0, '0.0.0.0');
  await once(taken, 'listening');
  onTestFinished(() => {
    taken.close();
  });
  const { port } = taken.address();
  const everseed = await Everseed.create({
    settings: { discovery: { dht: true, dhtPort: port, dhtBootstrap: [] } },
  });
  const problem = `port ${port} (discovery.dhtPort) on 0.0.0.0 is used by another program: stop that program or choose another with: everseed --home ${everseed.home} config set discovery.dhtPort PORT`;
  expect(await everseed.run('daemon')).toMatchObject({
    code: 0,
    stderr: `the DHT is off: ${problem}\n`,
  });
  const { discovery } = await everseed.json<{ discovery: DiscoveryStatus }>('status');
  expect(discovery).toMatchObject({ dht: null, dhtProblem: problem });
  expect((await everseed.run('status')).stdout).toContain(`off: ${problem}`);
  expect(everseed.log()).toContain(`the DHT is off: port ${port} (discovery.dhtPort)`);
  const path = join(await temporaryFolder(), 'content');
  await writeRandomFile(path, 1_000);
  await everseed.publish(path);
  expect((await everseed.run('health')).stdout).toContain(
    `it is not announced in the DHT: ${problem}`,
  );
});
