import { expect, test } from 'vitest';
import { getBytes, getInteger, getList, getText } from '../../source/bencode/dictionary.ts';
import {
  addCrowd,
  announce,
  dictionaryOf,
  exchange,
  get,
  hash,
  peersOf,
  startTracker,
} from './black-box.ts';
import { peersHeld } from './test-tracker.ts';

/** Announces over HTTP through real sockets, by the numbers of the conformance checklist. */

test('01 06 24 26 a first announce', async () => {
  const { httpPort } = await startTracker();
  const answer = await announce(httpPort, { more: '&event=started', from: '127.0.0.9' });
  expect(answer.get('complete')).toBe(0);
  expect(answer.get('incomplete')).toBe(1);
  expect(answer.get('downloaded')).toBe(0);
  const interval = getInteger(answer, 'interval') ?? 0;
  expect(interval).toBeGreaterThanOrEqual(1_620);
  expect(getInteger(answer, 'min interval')).toBeLessThanOrEqual(interval);
  expect(getBytes(answer, 'peers')).toHaveLength(0);
  expect([...(getBytes(answer, 'external ip') ?? [])]).toEqual([127, 0, 0, 9]);
});

test('02 03 07 peers in compact form, ports big-endian', async () => {
  const { httpPort } = await startTracker();
  await announce(httpPort, { from: '127.0.0.2', port: 258 });
  const answer = await announce(httpPort, { from: '127.0.0.3', more: '&compact=1' });
  expect([...(getBytes(answer, 'peers') ?? [])]).toEqual([127, 0, 0, 2, 1, 2]);
});

test('04 05 peers as dictionaries', async () => {
  const { httpPort } = await startTracker();
  await announce(httpPort, { from: '127.0.0.2', peerId: `\xff\0\x80${'p'.repeat(17)}` });
  const asked = { from: '127.0.0.3', port: 7002, peerId: 'q'.repeat(20) };
  const [peer] = getList(await announce(httpPort, { ...asked, more: '&compact=0' }), 'peers') ?? [];
  if (!(peer instanceof Map)) throw new Error('no dictionary');
  expect([...peer.keys()]).toEqual(['ip', 'peer id', 'port']);
  expect(getText(peer, 'ip')).toBe('127.0.0.2');
  expect(Buffer.from(getBytes(peer, 'peer id') ?? []).toString('latin1')).toBe(
    `\xff\0\x80${'p'.repeat(17)}`,
  );
  const short = await announce(httpPort, { ...asked, more: '&compact=0&no_peer_id=1' });
  const [anonymous] = getList(short, 'peers') ?? [];
  expect(anonymous instanceof Map && [...anonymous.keys()]).toEqual(['ip', 'port']);
});

test('09 requester is never in its own list', async () => {
  const { httpPort } = await startTracker();
  for (let i = 0; i < 3; i++) expect(peersOf(await announce(httpPort))).toEqual([]);
  const other = await announce(httpPort, { port: 7002 });
  expect(peersOf(other)).toEqual(['127.0.0.1:7001']);
});

test('10 a seed is told no seeds', async () => {
  const { httpPort } = await startTracker();
  await announce(httpPort, { port: 7001, left: 0 });
  await announce(httpPort, { port: 7002, left: 5 });
  expect(peersOf(await announce(httpPort, { port: 7003, left: 0 }))).toEqual(['127.0.0.1:7002']);
});

test('11 numwant', async () => {
  const { httpPort, tracker } = await startTracker();
  addCrowd(tracker, 59);
  const told = async (more: string) => peersOf(await announce(httpPort, { port: 1, more })).length;
  expect(await told('')).toBe(50);
  expect(await told('&numwant=0')).toBe(0);
  expect(await told('&numwant=7')).toBe(7);
  expect(await told('&numwant=-1')).toBe(50);
  expect(await told('&numwant=junk')).toBe(50);
  expect(await told('&numwant=1000000000')).toBe(59);
});

test('12 a hundred announces in a swarm of 500 tell of everybody', async () => {
  const { httpPort, tracker } = await startTracker();
  addCrowd(tracker, 500);
  const seen = new Set<string>();
  for (let i = 0; i < 100; i++) for (const one of peersOf(await announce(httpPort))) seen.add(one);
  expect(seen.size).toBe(500);
});

test('13 stopped removes, and is answered also when nobody was there', async () => {
  const { httpPort, tracker } = await startTracker();
  await announce(httpPort);
  await announce(httpPort, { port: 7002 });
  for (let i = 0; i < 2; i++) {
    const answer = await announce(httpPort, { more: '&event=stopped' });
    expect(answer.get('incomplete')).toBe(1);
    expect(peersOf(answer)).toEqual([]);
  }
  const unknown = await announce(httpPort, { more: '&event=stopped', infoHash: 'x'.repeat(20) });
  expect(getText(unknown, 'failure reason')).toBe('not published here');
  expect(peersHeld(tracker)).toBe(1);
});

test('14 15 16 completions', async () => {
  const { httpPort } = await startTracker();
  const completed = { left: 0, more: '&event=completed' };
  await announce(httpPort);
  expect((await announce(httpPort, { more: '&event=completed' })).get('downloaded')).toBe(0);
  for (let i = 0; i < 2; i++) {
    const answer = await announce(httpPort, completed);
    expect(answer.get('downloaded')).toBe(1);
    expect(answer.get('complete')).toBe(1);
    expect(answer.get('incomplete')).toBe(0);
  }
  expect((await announce(httpPort, { left: 1 })).get('incomplete')).toBe(1);
  expect((await announce(httpPort, completed)).get('downloaded')).toBe(1);
  const seed = await announce(httpPort, { port: 7002, left: 0, more: '&event=started' });
  expect(seed.get('complete')).toBe(2);
  expect(seed.get('downloaded')).toBe(1);
});

test('20 21 a peer is its endpoint', async () => {
  const { httpPort } = await startTracker();
  await announce(httpPort, { peerId: 'a'.repeat(20) });
  expect((await announce(httpPort, { peerId: 'b'.repeat(20) })).get('incomplete')).toBe(1);
  const behindSameAddress = await announce(httpPort, { port: 7002 });
  expect(behindSameAddress.get('incomplete')).toBe(2);
  expect(peersOf(behindSameAddress)).toEqual(['127.0.0.1:7001']);
});

test('23 addresses that a request names are not believed', async () => {
  const { httpPort } = await startTracker();
  await announce(httpPort, { more: '&ip=8.8.8.8&ipv4=8.8.8.8&ipv6=2001:db8::1' });
  const headers = 'X-Forwarded-For: 8.8.8.8\r\nForwarded: for=8.8.8.8\r\n';
  await exchange(
    httpPort,
    `GET /announce?info_hash=${hash}&peer_id=${hash}&port=7002&left=1 HTTP/1.1\r\n${headers}Connection: close\r\n\r\n`,
  );
  expect(peersOf(await announce(httpPort, { port: 7003 })).sort()).toEqual([
    '127.0.0.1:7001',
    '127.0.0.1:7002',
  ]);
});

test('one address is listed and counted 32 times at most, and always answered', async () => {
  const { httpPort, tracker } = await startTracker();
  await announce(httpPort, { from: '127.0.0.2', left: 0 });
  for (let port = 1; port <= 40; port++) {
    const answer = await announce(httpPort, { port });
    expect(answer.get('incomplete')).toBe(Math.min(port, 32));
    expect(peersOf(answer)).toContain('127.0.0.2:7001');
  }
  for (let port = 33; port <= 40; port++) {
    await announce(httpPort, { port, left: 0, more: '&event=completed' });
  }
  expect(tracker.countsOf(hash)).toMatchObject({ seeds: 1, leechers: 32, completed: 0 });
  expect((await announce(httpPort, { from: '127.0.0.3' })).get('incomplete')).toBe(33);
});

test('28 announcing again too soon is answered with a warning', async () => {
  const { httpPort, clock } = await startTracker();
  await announce(httpPort, { more: '&event=started' });
  expect(getText(await announce(httpPort), 'warning message')).toContain('60 s');
  clock.ms += 60_000;
  expect((await announce(httpPort)).has('warning message')).toBe(false);
});

test('30 31 36 37 38 39 40 what is wrong fails with a reason, status 200', async () => {
  const { httpPort } = await startTracker();
  const escaped = '%68'.repeat(20);
  const queries = [
    `info_hash=${escaped}&port=1`,
    `info_hash=${'%01'.repeat(32)}&peer_id=${escaped}&port=1`,
    `info_hash=${escaped}&info_hash=${escaped}&peer_id=${escaped}&port=1`,
    `info_hash=%zz&peer_id=${escaped}&port=1`,
    `info_hash=${escaped}&peer_id=${escaped}&port=1.5`,
    `info_hash=${escaped}&peer_id=${escaped}&port=1&event=unknown`,
    `info_hash=${escaped}&peer_id=${escaped}`,
    `info_hash=${escaped}&peer_id=&port=1`,
  ];
  for (const query of ['', ...queries.map((query) => `?${query}`)]) {
    const response = await get(httpPort, `/announce${query}`);
    expect(response.status).toBe(200);
    expect([...dictionaryOf(response.body).keys()]).toEqual(['failure reason']);
  }
  const refused = await announce(httpPort, { infoHash: '\0'.repeat(20) });
  expect(getText(refused, 'failure reason')).toBe('not published here');
  expect(getText(refused, 'retry in')).toBe('never');
});

test('101 a peer that is silent disappears from lists and counts', async () => {
  const { httpPort, clock, tracker } = await startTracker();
  await announce(httpPort);
  clock.ms += 3 * 3_600_000;
  tracker.sweep();
  const answer = await announce(httpPort, { port: 7002 });
  expect(answer.get('incomplete')).toBe(1);
  expect(peersOf(answer)).toEqual([]);
});

test('25 the everseed is told to each at the address where it reaches it', async () => {
  const everseed = { port: 6881, host: null, publicAddress: '203.0.113.7' };
  const { httpPort } = await startTracker({ everseed });
  const answer = await announce(httpPort, { from: '127.0.0.5' });
  expect(peersOf(answer)).toEqual(['127.0.0.1:6881']);
  expect(answer.get('complete')).toBe(1);
});
