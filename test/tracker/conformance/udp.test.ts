import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createConnectionIds } from '../../../source/tracker/connection-id.ts';
import {
  addAddresses,
  canMakeNamespaces,
  createNetworkNamespace,
} from '../../helpers/network-namespace.ts';
import { StandaloneTracker } from '../../helpers/standalone-tracker.ts';
import { addCrowd, announceHttp, openUdpClient, peersIn } from './clients.ts';
import { newHash, oneTracker, startEngine, startProgram } from './tracker-under-test.ts';

/** The checklist's section on UDP, 66 to 89. */

const tracker = oneTracker();

async function connected(from?: string) {
  const client = await openUdpClient(tracker.current, from);
  return { client, id: await client.connectionId() };
}

/** Asks the tracker at each of these addresses; returns where the answers came from. */
function answeringAddresses(
  prefix: readonly string[],
  port: number,
  addresses: readonly string[],
): string[] {
  const program = fileURLToPath(new URL('answering-addresses.ts', import.meta.url));
  const [command = '', ...words] = [...prefix, process.execPath, program, String(port)];
  return JSON.parse(execFileSync(command, [...words, ...addresses], { encoding: 'utf8' }));
}

test('check 66: a connect is answered with an id of this address', async () => {
  const client = await openUdpClient(tracker.current);
  const answer = await client.ask(client.connectRequest(0x89abcdef));
  expect(answer).toHaveLength(16);
  expect(answer.readUInt32BE(0)).toBe(0);
  expect(answer.readUInt32BE(4)).toBe(0x89abcdef);
  const id = answer.subarray(8);
  expect(id.readBigUInt64BE()).not.toBe(0x41727101980n);
  const longer = Buffer.concat([client.connectRequest(), Buffer.from('more')]);
  expect(await client.ask(longer)).toHaveLength(16);
  const ids = new Set([id.toString('hex')]);
  for (const from of ['127.0.0.2', '127.0.0.3', '::1']) {
    ids.add((await connected(from)).id.toString('hex'));
  }
  expect(ids.size).toBe(4);
});

test('check 67: another protocol id gets nothing', async () => {
  const client = await openUdpClient(tracker.current);
  const wrong = client.connectRequest();
  wrong[7] = 0x81;
  expect(await client.isSilentAbout(wrong, Buffer.alloc(16))).toBe(true);
});

test('check 68: fewer than 16 bytes get nothing', async () => {
  const client = await openUdpClient(tracker.current);
  const short = Array.from({ length: 16 }, (_, n) => client.connectRequest().subarray(0, n));
  expect(await client.isSilentAbout(...short)).toBe(true);
});

test('check 69: an id is good at its address, whatever the port, and nowhere else', async () => {
  const infoHash = newHash();
  const { client, id } = await connected();
  const samePlace = await openUdpClient(tracker.current);
  expect((await samePlace.announce(id, { infoHash })).leechers).toBe(1);
  const elsewhere = await openUdpClient(tracker.current, '127.0.0.2');
  const magic = client.connectRequest().subarray(0, 8);
  for (const wrong of [id, magic, Buffer.alloc(8), randomBytes(8)]) {
    const packets = [
      elsewhere.announceRequest(wrong, { infoHash, port: 7002 }),
      elsewhere.scrapeRequest(wrong, [infoHash]),
    ];
    expect(await elsewhere.isSilentAbout(...packets)).toBe(true);
  }
  expect((await client.announce(id, { infoHash })).leechers).toBe(1);
});

test('check 69: an id is good for two minutes at least, and some minutes at most', async () => {
  await using running = await startProgram();
  const reader = new DatabaseSync(join(running.home, 'tracker.sqlite'));
  const { bytes } = reader.prepare('SELECT bytes FROM secrets').get() ?? {};
  reader.close();
  if (!(bytes instanceof Uint8Array)) throw new Error('there is no secret');
  /** As the tracker issued it so many seconds ago. */
  const idOfAge = (seconds: number) => {
    const now = () => Date.now() - seconds * 1000;
    return createConnectionIds({ secret: bytes, now }).issue('\x7f\0\0\x01');
  };
  const infoHash = newHash();
  const client = await openUdpClient(running);
  for (const seconds of [0, 60, 120]) {
    expect((await client.announce(idOfAge(seconds), { infoHash })).leechers).toBe(1);
  }
  for (const seconds of [-60, 15 * 60, 24 * 3600]) {
    const id = idOfAge(seconds);
    const packets = [
      client.announceRequest(id, { infoHash, port: 7002 }),
      client.scrapeRequest(id, [infoHash]),
    ];
    expect(await client.isSilentAbout(...packets)).toBe(true);
  }
  expect((await client.announce(idOfAge(0), { infoHash })).leechers).toBe(1);
});

test('check 71: the answer to an announce, and how long it may be', async () => {
  const infoHash = newHash();
  await addCrowd(tracker.current, infoHash, 240);
  const { client, id } = await connected();
  await client.announce(id, { infoHash, left: 0n, port: 1 });
  const answer = await client.announce(id, { infoHash, port: 2, numWant: 5 });
  expect(answer).toMatchObject({ leechers: 241, seeders: 1, length: 20 + 6 * 5 });
  expect(answer.interval).toBeGreaterThanOrEqual(1_620);
  const most = await client.announce(id, { infoHash, port: 2, numWant: 10_000 });
  expect(most.peers).toHaveLength(200);
  expect(most.length).toBeLessThanOrEqual(1_400);
});

test('check 71: over IPv6 records are of 18 bytes, and the datagram fits everywhere', async () => {
  const infoHash = newHash();
  const { client, id } = await connected('::1');
  for (let port = 1; port <= 5; port++) {
    await client.announce(id, { infoHash, peerId: String(port).padStart(20), port });
  }
  const answer = await client.announce(id, { infoHash, port: 9, numWant: 3 });
  expect(answer.length).toBe(20 + 18 * 3);
  for (const peer of answer.peers) expect(peer).toMatch(/^\[::1\]:[1-5]$/);
});

test('check 71: over IPv6 no more are told of than fit into 1,232 bytes, each once', async () => {
  await using running = await startProgram({ trustedProxies: ['::1'] });
  const infoHash = newHash();
  const peers = Array.from({ length: 100 }, (_, n) => `2001:470:${(n + 1).toString(16)}::9`);
  for (const [n, client] of peers.entries()) {
    const peerId = String(n).padStart(20, '0');
    const headers = [`X-Forwarded-For: ${client}`];
    await announceHttp(running, { infoHash, peerId, from: '::1', headers });
  }
  const client = await openUdpClient(running, '::1');
  const id = await client.connectionId();
  const answer = await client.announce(id, { infoHash, numWant: 10_000 });
  expect(answer.leechers).toBe(101);
  expect(answer.length).toBe(20 + 18 * 67);
  expect(answer.length).toBeLessThanOrEqual(1_232);
  expect(new Set(answer.peers).size).toBe(67);
  const all = new Set(peers.map((peer) => `[${peer}]:7001`));
  expect(answer.peers.filter((peer) => !all.has(peer))).toEqual([]);
});

test('check 72: IPv4 and IPv6 have sockets of their own, so no IPv4 comes in IPv6’s clothes', async () => {
  const infoHash = newHash();
  const four = await connected();
  await four.client.announce(four.id, { infoHash, peerId: 'a'.repeat(20) });
  const other = await connected('127.0.0.2');
  const answer = await other.client.announce(other.id, { infoHash, peerId: 'b'.repeat(20) });
  expect(answer.peers).toEqual(['127.0.0.1:7001']);
  const six = await connected('::1');
  const answer6 = await six.client.announce(six.id, { infoHash, peerId: 'c'.repeat(20) });
  expect(answer6).toMatchObject({ peers: [], leechers: 3 });
});

test('check 73: an announce of 97 bytes gets nothing', async () => {
  const { client, id } = await connected();
  const short = client.announceRequest(id, { infoHash: newHash() }).subarray(0, 97);
  expect(await client.isSilentAbout(short)).toBe(true);
});

test('check 74: the IP field is not believed', async () => {
  const infoHash = newHash();
  const { client, id } = await connected();
  await client.announce(id, { infoHash, ip: 0x08080808 });
  const other = await client.announce(id, { infoHash, port: 7002, peerId: 'o'.repeat(20) });
  expect(other.peers).toEqual(['127.0.0.1:7001']);
});

test('check 75: num_want', async () => {
  const infoHash = newHash();
  await addCrowd(tracker.current, infoHash, 240);
  const { client, id } = await connected();
  const told = async (numWant: number) =>
    (await client.announce(id, { infoHash, numWant })).peers.length;
  expect(await told(-1)).toBe(50);
  expect(await told(0)).toBe(0);
  expect(await told(9)).toBe(9);
  expect(await told(2 ** 31 - 1)).toBe(200);
});

test('check 76: port 0 is an error, but when stopped', async () => {
  const { client, id } = await connected();
  const asked = { infoHash: newHash(), port: 0 };
  expect((await client.error(client.announceRequest(id, asked))).reason).toBe('port is 0');
  expect((await client.announce(id, { ...asked, event: 3 })).peers).toEqual([]);
});

test('check 77: left of 2^64-1 is a leecher’s', async () => {
  const { client, id } = await connected();
  const answer = await client.announce(id, { infoHash: newHash(), left: 2n ** 64n - 1n });
  expect(answer).toMatchObject({ leechers: 1, seeders: 0 });
});

test('check 78: event 4 is paused, others above are none', async () => {
  const { client, id } = await connected();
  const infoHash = newHash();
  for (const event of [4, 5, 100, 2 ** 32 - 1]) {
    expect(await client.announce(id, { infoHash, event })).toMatchObject({ leechers: 1 });
  }
});

test('check 79: options behind an announce', async () => {
  await using running = await startEngine({ passkeys: true });
  const infoHash = await running.publish('--private');
  const passkey = await running.addMember('alice');
  const client = await openUdpClient(running);
  const id = await client.connectionId();
  const url = (data: string) => `\x02${String.fromCharCode(data.length)}${data}`;
  const good = [
    url(`/announce/${passkey}`),
    `${url(`/${passkey}/announce?a=b`)}\0`,
    `\x01${url('/announce/')}\x01${url('')}${url(passkey)}\0garbage`,
    `\x09\x03abc${url(`/announce/${passkey}`)}`,
  ];
  for (const tail of good) {
    expect((await client.announce(id, { infoHash, tail })).leechers).toBe(1);
  }
  for (const tail of ['', '\x02', '\x02\xff/announce', '\x01', '\0', '\x07\xffab']) {
    const packet = client.announceRequest(id, { infoHash, tail });
    expect((await client.error(packet)).reason).toBe('passkey is missing');
  }
});

test('check 79: truncated options do not keep an announce from its answer', async () => {
  const { client, id } = await connected();
  for (const tail of ['\x02', '\x02\xff/announce', '\x01', '\0', '\x07\xffab', '\x05']) {
    expect((await client.announce(id, { infoHash: newHash(), tail })).leechers).toBe(1);
  }
});

test('check 80: scrapes are answered in the order asked, what is repeated twice', async () => {
  const [known, unknown] = [newHash(), newHash()];
  const { client, id } = await connected();
  await client.announce(id, { infoHash: known });
  await client.announce(id, { infoHash: known, event: 1, left: 0n });
  await client.announce(id, { infoHash: known, port: 7002, peerId: 'o'.repeat(20) });
  expect(await client.scrape(id, [known, unknown, known])).toEqual([
    [1, 1, 1],
    [0, 0, 0],
    [1, 1, 1],
  ]);
  for (const count of [1, 2, 73, 74]) {
    expect(await client.scrape(id, Array.from({ length: count }, newHash))).toHaveLength(count);
  }
});

test('check 81: a scrape of nothing is an error', async () => {
  const { client, id } = await connected();
  const { reason } = await client.error(client.scrapeRequest(id, []));
  expect(reason).toBe('info_hash is missing');
});

test('check 82: of more than 74 hashes the first 74 are answered', async () => {
  const { client, id } = await connected();
  for (const count of [75, 100]) {
    expect(await client.scrape(id, Array.from({ length: count }, newHash))).toHaveLength(74);
  }
});

test('check 83: bytes after the last whole hash are ignored', async () => {
  const { client, id } = await connected();
  const uneven = Buffer.concat([client.scrapeRequest(id, [newHash()]), Buffer.alloc(19)]);
  expect(await client.ask(uneven)).toHaveLength(20);
});

test('check 84: an unknown action is an error with a good id, silence with a bad one', async () => {
  const { client, id } = await connected();
  for (const action of [3, 4, 2 ** 32 - 1]) {
    const transactionId = (0x80000000 | action) >>> 0;
    const packet = client.scrapeRequest(id, [newHash()], transactionId);
    packet.writeUInt32BE(action, 8);
    expect(await client.error(packet)).toEqual({
      transactionId,
      reason: 'action is not known',
    });
    packet.set(randomBytes(8));
    expect(await client.isSilentAbout(packet)).toBe(true);
  }
});

test('check 85, 86: what is not tracked is an error with a reason in plain text', async () => {
  await using running = await startProgram({ open: false });
  const client = await openUdpClient(running);
  const id = await client.connectionId();
  const packet = client.announceRequest(id, { infoHash: newHash(), transactionId: 9 });
  expect(await client.error(packet)).toEqual({
    transactionId: 9,
    reason: 'not published here',
  });
});

test.skipIf(!canMakeNamespaces)(
  'check 87: answers come from the address that was asked, of a machine with several',
  async () => {
    const { prefix, address, address6 } = createNetworkNamespace();
    const [second, second6] = ['10.9.0.2', 'fd09::2'];
    addAddresses(prefix, second, second6);
    await using running = await StandaloneTracker.start(
      {},
      { bind: '0.0.0.0', bind6: '::', publicHost: address },
      prefix,
    );
    // from the first of each family, which is what the system would choose to answer from
    const asked = [address, second, '127.0.0.1', address6, second6, '::1'];
    expect(answeringAddresses(prefix, running.udpPort, asked)).toEqual(asked);
  },
);

test('check 88: transaction ids come back bit by bit', async () => {
  const { client, id } = await connected();
  for (const transactionId of [0, 0x80000000, 0xffffffff, 0x7fffffff]) {
    const answer = await client.announce(id, { infoHash: newHash(), transactionId });
    expect(answer.transactionId).toBe(transactionId);
  }
});

test('check 89: what is sent again changes nothing', async () => {
  const infoHash = newHash();
  const { client, id } = await connected();
  await client.announce(id, { infoHash });
  for (let i = 0; i < 3; i++) {
    const answer = await client.announce(id, { infoHash, event: 1, left: 0n });
    expect(answer).toMatchObject({ seeders: 1, leechers: 0 });
  }
  expect(await client.scrape(id, [infoHash])).toEqual([[1, 1, 0]]);
});

test('swarms are the same over HTTP and UDP', async () => {
  const infoHash = newHash();
  const { client, id } = await connected();
  await client.announce(id, { infoHash });
  const asked = { infoHash, port: 7002, peerId: 'h'.repeat(20) };
  expect(peersIn(await announceHttp(tracker.current, asked))).toEqual(['127.0.0.1:7001']);
  expect((await client.announce(id, { infoHash })).peers).toEqual(['127.0.0.1:7002']);
});

test('an address that asks too often gets nothing, others are answered', async () => {
  await using running = await startProgram({ requestsPerSecond: 1 });
  const client = await openUdpClient(running);
  const id = await client.connectionId();
  for (let i = 0; i < 30; i++) client.send(client.announceRequest(id, { infoHash: newHash() }));
  const other = await openUdpClient(running, '127.0.0.2');
  expect(await other.connectionId()).toHaveLength(8);
  const { outcomes } = (await running.facts()).protocols.udp;
  expect(outcomes.limited).toBeGreaterThanOrEqual(15);
  expect(outcomes.answered).toBeLessThanOrEqual(15);
});

test('this machine has IPv6 on loopback, or the tests above were of IPv4 only', () => {
  const addresses = Object.values(networkInterfaces()).flatMap((infos) => infos ?? []);
  expect(addresses.some(({ address }) => address === '::1')).toBe(true);
});
