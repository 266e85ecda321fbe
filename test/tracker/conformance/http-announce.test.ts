import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { getBytes, getInteger, getList, getText } from '../../../source/bencode/dictionary.ts';
import type { Dictionary } from '../../../source/bencode/value.ts';
import { escapeAll } from '../escape-all.ts';
import {
  addCrowd,
  announceHttp,
  announceTarget,
  askHttp,
  countsIn,
  dictionaryIn,
  failureIn,
  getHttp,
  openUdpClient,
  peersIn,
  scrapeHttp,
} from './clients.ts';
import { newHash, oneTracker, startEngine, startProgram } from './tracker-under-test.ts';

/** The checklist's section on announces over HTTP, 1 to 35. */

/** Where the world reaches the tracker, as if it were behind a router. */
const publicHost = '203.0.113.77';

const tracker = oneTracker(
  { trustedProxies: ['127.0.0.9', '198.51.100.0/24'], trustedClients: ['127.0.0.8'] },
  { publicHost },
);

const announce = (asked: Parameters<typeof announceHttp>[1]) =>
  announceHttp(tracker.current, asked);

/** The dictionaries of peers in an answer. */
function peerDictionaries(answer: Dictionary): Dictionary[] {
  return (getList(answer, 'peers') ?? []).map(dictionaryIn);
}

/** Announces through a proxy that is trusted, as what it says of its client. */
function announceBehindProxy(
  asked: Parameters<typeof announceHttp>[1],
  client: string,
): Promise<Dictionary> {
  return announce({ ...asked, from: '127.0.0.9', headers: [`X-Forwarded-For: ${client}`] });
}

test('check 1: a first announce', async () => {
  const answer = await announce({ infoHash: newHash(), more: '&event=started' });
  expect(countsIn(answer)).toEqual({ complete: 0, incomplete: 1, downloaded: 0 });
  const interval = getInteger(answer, 'interval') ?? 0;
  expect(interval).toBeGreaterThan(0);
  expect(getInteger(answer, 'min interval')).toBeLessThanOrEqual(interval);
  expect(getBytes(answer, 'peers')).toHaveLength(0);
});

test.each(['', '&compact=1'])(
  'check 2, 3: peers are compact (asked for with "%s")',
  async (compact) => {
    const infoHash = newHash();
    await announce({ infoHash, from: '127.0.0.2', port: 258 });
    const answer = await announce({ infoHash, from: '127.0.0.3', more: compact });
    expect([...(getBytes(answer, 'peers') ?? [])]).toEqual([127, 0, 0, 2, 1, 2]);
  },
);

test('check 4: compact=0 is answered with dictionaries, of both families in one list', async () => {
  await using both = await startProgram({ bothFamilies: true });
  const infoHash = newHash();
  const peerId = `\xff\0\x80${'p'.repeat(17)}`;
  await announceHttp(both, { infoHash, peerId, from: '127.0.0.2' });
  await announceHttp(both, { infoHash, peerId: '6'.repeat(20), from: '::1' });
  const asked = { infoHash, port: 7002, peerId: 'q'.repeat(20), more: '&compact=0' };
  for (const from of ['127.0.0.3', '::1']) {
    const peers = peerDictionaries(await announceHttp(both, { ...asked, from }));
    for (const peer of peers) expect([...peer.keys()]).toEqual(['ip', 'peer id', 'port']);
    expect(peers.map((peer) => getText(peer, 'ip'))).toEqual(
      expect.arrayContaining(['127.0.0.2', '::1']),
    );
    const first = peers.find((peer) => getText(peer, 'ip') === '127.0.0.2');
    expect(Buffer.from(getBytes(first ?? new Map(), 'peer id') ?? []).toString('latin1')).toBe(
      peerId,
    );
  }
});

test('check 5: no_peer_id leaves ids out of dictionaries, and does nothing to compact peers', async () => {
  const infoHash = newHash();
  await announce({ infoHash, from: '127.0.0.2' });
  const asked = { infoHash, from: '127.0.0.3', port: 7002 };
  const [peer] = peerDictionaries(await announce({ ...asked, more: '&compact=0&no_peer_id=1' }));
  expect([...(peer?.keys() ?? [])]).toEqual(['ip', 'port']);
  expect(peersIn(await announce({ ...asked, more: '&no_peer_id=1' }))).toEqual(['127.0.0.2:7001']);
});

test('check 6: peers are there when there are none', async () => {
  expect(getBytes(await announce({ infoHash: newHash() }), 'peers')).toHaveLength(0);
  expect(getBytes(await announce({ infoHash: newHash(), from: '::1' }), 'peers')).toHaveLength(0);
  const list = await announce({ infoHash: newHash(), more: '&compact=0' });
  expect(getList(list, 'peers')).toEqual([]);
});

test('check 7: each family is told its own peers, 6 and 18 bytes each', async () => {
  const infoHash = newHash();
  await announce({ infoHash, peerId: 'a'.repeat(20), from: '127.0.0.2', port: 258 });
  await announce({ infoHash, peerId: 'b'.repeat(20), from: '::1', port: 259 });
  const four = await announce({ infoHash, peerId: 'c'.repeat(20), from: '127.0.0.3', port: 1 });
  expect([...(getBytes(four, 'peers') ?? [])]).toEqual([127, 0, 0, 2, 1, 2]);
  expect(four.has('peers6')).toBe(false);
  const six = await announce({ infoHash, peerId: 'd'.repeat(20), from: '::1', port: 1 });
  expect([...(getBytes(six, 'peers6') ?? [])]).toEqual([...Array(15).fill(0), 1, 1, 3]);
  expect(getBytes(six, 'peers')).toHaveLength(0);
});

test('check 7: where it is so set, both families are told', async () => {
  await using both = await startProgram({ bothFamilies: true });
  const infoHash = newHash();
  await announceHttp(both, { infoHash, from: '127.0.0.2' });
  await announceHttp(both, { infoHash, peerId: 'b'.repeat(20), from: '::1' });
  const asked = { infoHash, peerId: 'c'.repeat(20), from: '127.0.0.3' };
  expect(peersIn(await announceHttp(both, asked))).toEqual(['127.0.0.2:7001', '[::1]:7001']);
});

test('check 8: an IPv4 address in IPv6’s clothes counts as IPv4', async () => {
  const infoHash = newHash();
  const answer = await announceBehindProxy({ infoHash }, '::ffff:203.0.113.5');
  expect([...(getBytes(answer, 'external ip') ?? [])]).toEqual([203, 0, 113, 5]);
  const other = await announceBehindProxy({ infoHash, port: 2 }, '203.0.113.6');
  expect(peersIn(other)).toEqual(['203.0.113.5:7001']);
});

test('check 9: nobody is told of itself', async () => {
  const infoHash = newHash();
  for (let i = 0; i < 3; i++) expect(peersIn(await announce({ infoHash }))).toEqual([]);
  expect(peersIn(await announce({ infoHash, port: 7002 }))).toEqual(['127.0.0.1:7001']);
});

test('check 10: who has all is told of those who download only', async () => {
  const infoHash = newHash();
  await announce({ infoHash, port: 1, left: 0 });
  await announce({ infoHash, port: 2, left: 5 });
  await announce({ infoHash, port: 3, left: 5, more: '&event=paused' });
  expect(peersIn(await announce({ infoHash, port: 4, left: 0 }))).toEqual(['127.0.0.1:2']);
  const partial = await announce({ infoHash, port: 5, left: 5, more: '&event=paused' });
  expect(peersIn(partial)).toEqual(['127.0.0.1:2']);
});

test('check 11: numwant', async () => {
  const infoHash = newHash();
  await addCrowd(tracker.current, infoHash, 240);
  const told = async (more: string) => peersIn(await announce({ infoHash, more })).length;
  expect(await told('')).toBe(50);
  expect(await told('&numwant=0')).toBe(0);
  expect(await told('&numwant=7')).toBe(7);
  for (const junk of ['-1', 'junk', '', '1.5']) expect(await told(`&numwant=${junk}`)).toBe(50);
  expect(await told('&numwant=1000000000')).toBe(200);
});

// Of independent draws of the usual 50 a hundred leave somebody of 500 out in one of 75 runs, and of
// 100 in one of ten million.
test.for([
  ['&numwant=100', 100, 500],
  ['', 50, 490],
] as const)(
  'check 12: a hundred announces in a swarm of 500 tell of everybody, evenly ("%s")',
  async ([more, wanted, least]) => {
    const infoHash = newHash();
    await addCrowd(tracker.current, infoHash, 500);
    const times = new Map<string, number>();
    for (let i = 0; i < 100; i++) {
      const peers = peersIn(await announce({ infoHash, more }));
      expect(new Set(peers).size).toBe(wanted);
      for (const peer of peers) times.set(peer, (times.get(peer) ?? 0) + 1);
    }
    expect(times.size).toBeGreaterThanOrEqual(least);
    // more than six standard deviations above the average
    const share = wanted / 500;
    const most = 100 * share + 6.5 * Math.sqrt(100 * share * (1 - share));
    expect(Math.max(...times.values())).toBeLessThanOrEqual(most);
  },
);

test('check 13: stopped removes, is answered always, and makes no swarm', async () => {
  const infoHash = newHash();
  await announce({ infoHash });
  await announce({ infoHash, port: 7002 });
  for (let i = 0; i < 2; i++) {
    const answer = await announce({ infoHash, more: '&event=stopped' });
    expect(countsIn(answer).incomplete).toBe(1);
    expect(peersIn(answer)).toEqual([]);
  }
  const { activeTorrents } = await tracker.current.facts();
  await announce({ infoHash: newHash(), more: '&event=stopped' });
  expect((await tracker.current.facts()).activeTorrents).toBe(activeTorrents);
});

test('check 14: completions count once, and only of who has all', async () => {
  const infoHash = newHash();
  const completed = { infoHash, left: 0, more: '&event=completed' };
  await announce({ infoHash });
  expect(countsIn(await announce({ infoHash, more: '&event=completed' })).downloaded).toBe(0);
  for (let i = 0; i < 2; i++) {
    expect(countsIn(await announce(completed))).toEqual({
      complete: 1,
      incomplete: 0,
      downloaded: 1,
    });
  }
  await announce({ infoHash, left: 1 });
  expect(countsIn(await announce(completed)).downloaded).toBe(1);
});

test('check 15: who starts with all is a seed that downloaded nothing', async () => {
  const answer = await announce({ infoHash: newHash(), left: 0, more: '&event=started' });
  expect(countsIn(answer)).toEqual({ complete: 1, incomplete: 0, downloaded: 0 });
});

test('check 16: a seed that lacks something again is a leecher', async () => {
  const infoHash = newHash();
  await announce({ infoHash, left: 0 });
  expect(countsIn(await announce({ infoHash, left: 5 }))).toMatchObject({
    complete: 0,
    incomplete: 1,
  });
});

test('check 17: event= and event=empty are no event', async () => {
  for (const event of ['', '&event=', '&event=empty']) {
    const answer = await announce({ infoHash: newHash(), more: event });
    expect(countsIn(answer).incomplete).toBe(1);
  }
});

test('check 18: who is paused is incomplete, and no downloader', async () => {
  const infoHash = newHash();
  const downloaders = async () =>
    getInteger(
      (await scrapeHttp(tracker.current, [infoHash])).get(infoHash) ?? new Map(),
      'downloaders',
    );
  const paused = { infoHash, more: '&event=paused' };
  expect(countsIn(await announce(paused)).incomplete).toBe(1);
  expect(await downloaders()).toBe(0);
  await announce(paused);
  expect(await downloaders()).toBe(0);
  await announce({ infoHash });
  expect(await downloaders()).toBe(1);
});

test('check 19: an unknown event fails', async () => {
  for (const event of ['finished', 'Started', '1']) {
    const answer = await announce({ infoHash: newHash(), more: `&event=${event}` });
    expect(failureIn(answer)).toBe('event is not known');
  }
});

test('check 20: one endpoint is one peer, whatever its id', async () => {
  const infoHash = newHash();
  await announce({ infoHash, peerId: 'a'.repeat(20) });
  expect(countsIn(await announce({ infoHash, peerId: 'b'.repeat(20) })).incomplete).toBe(1);
});

test('check 21: two peers behind one address are told of each other', async () => {
  const infoHash = newHash();
  await announce({ infoHash, peerId: 'a'.repeat(20), port: 1 });
  const second = await announce({ infoHash, peerId: 'b'.repeat(20), port: 2 });
  expect(peersIn(second)).toEqual(['127.0.0.1:1']);
  expect(peersIn(await announce({ infoHash, peerId: 'a'.repeat(20), port: 1 }))).toEqual([
    '127.0.0.1:2',
  ]);
});

test('check 22: who comes with the same id and key from elsewhere has moved', async () => {
  const infoHash = newHash();
  const mover = { infoHash, peerId: 'm'.repeat(20), more: '&key=0000abcd' };
  await announce({ ...mover, from: '127.0.0.2' });
  expect(countsIn(await announce({ ...mover, from: '127.0.0.3' })).incomplete).toBe(1);
  const asks = { infoHash, peerId: 'a'.repeat(20), from: '127.0.0.4', more: '&numwant=9' };
  expect(peersIn(await announce(asks))).toEqual(['127.0.0.3:7001']);
});

test('check 22: of the other family it is the same peer, counted once, listed in both', async () => {
  const infoHash = newHash();
  const both = { infoHash, peerId: 'm'.repeat(20), more: '&key=0000abcd' };
  await announce({ ...both, from: '127.0.0.2' });
  expect(countsIn(await announce({ ...both, from: '::1' })).incomplete).toBe(1);
  const four = await announce({ infoHash, peerId: 'a'.repeat(20), from: '127.0.0.4' });
  expect(peersIn(four)).toEqual(['127.0.0.2:7001']);
  const six = await announce({ infoHash, peerId: 'b'.repeat(20), from: '::1', port: 9 });
  expect(peersIn(six)).toEqual(['[::1]:7001']);
});

test('check 22: an id without the key moves nobody', async () => {
  const infoHash = newHash();
  const mover = { infoHash, peerId: 'm'.repeat(20) };
  await announce({ ...mover, from: '127.0.0.2', more: '&key=0000abcd' });
  await announce({ ...mover, from: '127.0.0.3', more: '&key=0000abce' });
  expect(countsIn(await announce({ ...mover, from: '127.0.0.4' })).incomplete).toBe(3);
});

test('check 23: addresses that a request names are believed of trusted clients only', async () => {
  const infoHash = newHash();
  const claim = '&ip=203.0.113.9&ipv4=203.0.113.9&ipv6=2001:db8::1';
  await announce({ infoHash, from: '127.0.0.2', more: claim });
  const trusted = { infoHash, from: '127.0.0.8', peerId: 't'.repeat(20) };
  await announce({ ...trusted, port: 2, more: '&ip=203.0.113.9' });
  await announce({ ...trusted, port: 5, more: '&ipv4=203.0.113.10' });
  await announce({ ...trusted, port: 6, more: '&ipv6=2001:470::9' });
  for (const special of ['0.1.2.3', '127.0.0.5', '224.0.0.1', '255.255.255.255', '%00', 'x', '']) {
    await announce({ ...trusted, port: 3, more: `&ip=${special}` });
  }
  const answer = await announce({ infoHash, from: '127.0.0.4', port: 4 });
  expect(peersIn(answer).sort()).toEqual([
    ...['127.0.0.2:7001', '127.0.0.8:3', '127.0.0.8:6', '203.0.113.10:5', '203.0.113.9:2'],
  ]);
  const six = await announce({ infoHash, from: '::1', port: 4, peerId: '6'.repeat(20) });
  expect(peersIn(six)).toEqual(['[2001:470::9]:6']);
});

test('check 23: who is trusted may say where it is in both families, and is one peer', async () => {
  const infoHash = newHash();
  const trusted = { infoHash, from: '127.0.0.8', peerId: 't'.repeat(20) };
  const claim = '&ipv4=203.0.113.9:9001&ipv6=%5B2001:470::9%5D:9002';
  const listed = async () => {
    const asker = { infoHash, peerId: 'a'.repeat(20), port: 4, more: '&event=started' };
    const four = await announce({ ...asker, from: '127.0.0.4' });
    const six = await announce({ ...asker, peerId: 'b'.repeat(20), from: '::1' });
    for (const from of ['127.0.0.4', '::1']) {
      await announce({ ...asker, from, more: '&event=stopped' });
    }
    // but for the askers
    const { complete = 0, incomplete = 0, downloaded } = countsIn(six);
    const counts = { complete, incomplete: incomplete - 2, downloaded };
    return { peers: [...peersIn(four), ...peersIn(six)], counts };
  };
  const both = ['203.0.113.9:9001', '[2001:470::9]:9002'];
  await announce({ ...trusted, more: claim });
  expect(await listed()).toEqual({
    peers: both,
    counts: { complete: 0, incomplete: 1, downloaded: 0 },
  });
  await announce({ ...trusted, left: 0, more: `${claim}&event=completed` });
  expect(await listed()).toEqual({
    peers: both,
    counts: { complete: 1, incomplete: 0, downloaded: 1 },
  });
  await announce({ ...trusted, left: 0, more: `${claim}&event=stopped` });
  expect(await listed()).toEqual({
    peers: [],
    counts: { complete: 0, incomplete: 0, downloaded: 1 },
  });
  // of one that cannot be, only the other is believed
  await announce({ ...trusted, more: '&ipv4=127.0.0.1&ipv6=%5B2001:470::9%5D:70000' });
  expect((await listed()).peers).toEqual(['127.0.0.8:7001']);
});

test('check 23: a trusted client cannot claim to be where the tracker is; a proxy can say so', async () => {
  const [localAddress] = Object.values(networkInterfaces())
    .flatMap((infos) => infos ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  for (const claim of [publicHost, ...(localAddress === undefined ? [] : [localAddress])]) {
    const infoHash = newHash();
    await announce({ infoHash, from: '127.0.0.8', port: 2, more: `&ip=${claim}` });
    const answer = await announce({ infoHash, from: '127.0.0.4', peerId: 'a'.repeat(20) });
    expect(peersIn(answer)).toEqual(['127.0.0.8:2']);
  }
  // it has seen the connection: who goes out by the same router comes from there
  const infoHash = newHash();
  const answer = await announceBehindProxy({ infoHash, port: 3 }, publicHost);
  expect([...(getBytes(answer, 'external ip') ?? [])]).toEqual([203, 0, 113, 77]);
  const other = await announceBehindProxy({ infoHash, peerId: 'b'.repeat(20) }, '198.18.0.1');
  expect(peersIn(other)).toEqual(['203.0.113.77:3']);
});

test('check 24: forwarding headers are believed of trusted proxies only, from the right', async () => {
  const external = async (from: string, ...headers: string[]) => {
    const answer = await announce({ infoHash: newHash(), from, headers });
    return [...(getBytes(answer, 'external ip') ?? [])].join('.');
  };
  expect(await external('127.0.0.2', 'X-Forwarded-For: 203.0.113.5')).toBe('127.0.0.2');
  expect(await external('127.0.0.2', 'Forwarded: for=203.0.113.5')).toBe('127.0.0.2');
  expect(await external('127.0.0.9')).toBe('127.0.0.9');
  const chain = 'X-Forwarded-For: 8.8.8.8, 203.0.113.5, 198.51.100.7';
  expect(await external('127.0.0.9', chain)).toBe('203.0.113.5');
  expect(await external('127.0.0.9', 'Forwarded: for="203.0.113.5:80";proto=http')).toBe(
    '203.0.113.5',
  );
  for (const malformed of ['1.2.3.4.5.6', 'unknown', '', ',', '\'"<script>']) {
    expect(await external('127.0.0.9', `X-Forwarded-For: ${malformed}`)).toBe('127.0.0.9');
  }
  // which a proxy that adds to the other header passes on as the client wrote it
  const own = 'Forwarded: for=8.8.8.8';
  expect(await external('127.0.0.9', 'X-Forwarded-For: 203.0.113.5', own)).toBe('203.0.113.5');
});

test('check 24: of a proxy that adds Forwarded, only that is believed where it is so set', async () => {
  await using running = await startProgram({
    trustedProxies: ['127.0.0.9'],
    proxyHeader: 'Forwarded',
  });
  const headers = ['X-Forwarded-For: 8.8.8.8', 'Forwarded: for=203.0.113.5'];
  const asked = { infoHash: newHash(), from: '127.0.0.9', headers };
  const answer = await announceHttp(running, asked);
  expect([...(getBytes(answer, 'external ip') ?? [])]).toEqual([203, 0, 113, 5]);
});

test.for([
  ['127.0.0.2', '198.51.100.1', '203.0.113.7', '203.0.113.7'],
  ['::1', '2001:470::1', '2001:db8::7', '[2001:db8::7]'],
] as const)(
  'check 25: the everseed nearby (%s) is told to the world (%s) at its public address',
  async ([near, far, publicHost, told]) => {
    await using running = await startEngine({ trustedProxies: ['127.0.0.9'] }, { publicHost });
    const infoHash = await running.publish();
    const { peer } = await running.everseed.status();
    const here = near === '::1' ? '[::1]' : '127.0.0.1';
    const asked = { infoHash, peerId: 'f'.repeat(20) };
    const answer = await announceHttp(running, { ...asked, from: near });
    expect(peersIn(answer)).toEqual([`${here}:${peer.port}`]);
    expect(countsIn(answer)).toMatchObject({ complete: 1, incomplete: 1 });
    const headers = [`X-Forwarded-For: ${far}`];
    const away = await announceHttp(running, { ...asked, from: '127.0.0.9', headers });
    expect(peersIn(away)).toEqual([`${told}:${peer.port}`]);
  },
);

test('check 26: external ip is the 4 or 16 bytes of the address', async () => {
  const four = await announce({ infoHash: newHash(), from: '127.0.0.5' });
  expect([...(getBytes(four, 'external ip') ?? [])]).toEqual([127, 0, 0, 5]);
  const six = await announce({ infoHash: newHash(), from: '::1' });
  expect([...(getBytes(six, 'external ip') ?? [])]).toEqual([...Array(15).fill(0), 1]);
});

// that who keeps to it does not expire is in announce-interval.test.ts, by a clock of its own
test('check 27: the interval varies, around what is set', async () => {
  const infoHash = newHash();
  const intervals = new Set<number>();
  for (let i = 0; i < 40; i++) {
    intervals.add(getInteger(await announce({ infoHash }), 'interval') ?? 0);
  }
  expect(intervals.size).toBeGreaterThan(5);
  expect(Math.min(...intervals)).toBeGreaterThanOrEqual(1_620);
  expect(Math.max(...intervals)).toBeLessThanOrEqual(1_980);
});

test('check 28: announcing again too soon is answered, with a warning', async () => {
  const infoHash = newHash();
  const first = await announce({ infoHash, more: '&event=started' });
  expect(first.has('warning message')).toBe(false);
  const again = await announce({ infoHash });
  expect(getText(again, 'warning message')).toContain('min interval');
  expect(again.has('failure reason')).toBe(false);
  const event = await announce({ infoHash, left: 0, more: '&event=completed' });
  expect(event.has('warning message')).toBe(false);
});

test('check 29: a tracker id may come back, or be left out, or be another', async () => {
  const infoHash = newHash();
  expect((await announce({ infoHash })).has('tracker id')).toBe(false);
  for (const id of ['', 'everseed', 'somebody%20else']) {
    const answer = await announce({ infoHash, more: `&trackerid=${id}` });
    expect(getText(answer, 'tracker id')).toBe('everseed');
  }
});

test('check 30: what is not tracked fails for good', async () => {
  await using running = await startEngine();
  const published = await running.publish();
  const answer = await announceHttp(running, { infoHash: newHash() });
  expect(failureIn(answer)).toBe('not published here');
  expect(getText(answer, 'retry in')).toBe('never');
  expect((await announceHttp(running, { infoHash: published })).has('interval')).toBe(true);
});

test('check 30: who asks too often is told when to come back', async () => {
  await using running = await startProgram({ requestsPerSecond: 1 });
  const infoHash = newHash();
  let answer = await announceHttp(running, { infoHash });
  for (let i = 0; i < 30 && !answer.has('failure reason'); i++) {
    answer = await announceHttp(running, { infoHash });
  }
  expect(failureIn(answer)).toBe('asked too often');
  expect(getInteger(answer, 'retry in')).toBe(1);
  const other = await announceHttp(running, { infoHash, from: '127.0.0.2' });
  expect(other.has('interval')).toBe(true);
});

test('check 31: v1 and truncated v2 hashes are two swarms, a whole v2 hash fails', async () => {
  const [v1, v2] = [newHash(), newHash()];
  await announce({ infoHash: v1 });
  expect(countsIn(await announce({ infoHash: v2, port: 7002 })).incomplete).toBe(1);
  const whole = await announce({ infoHash: v2 + newHash().slice(8) });
  expect(failureIn(whole)).toBe('info_hash is not 20 bytes long');
});

test('check 32: without left, or with too much of it, somebody is a leecher', async () => {
  const infoHash = newHash();
  for (const left of [null, '18446744073709551615', '-1', 'all', '']) {
    expect(countsIn(await announce({ infoHash, left }))).toMatchObject({
      complete: 0,
      incomplete: 1,
    });
  }
});

test('check 33: parameters that say nothing to a tracker are ignored', async () => {
  const more =
    '&key=&supportcrypto=1&requirecrypto=0&cryptoport=1&corrupt=0&redundant=0&x&=&&y=%zz';
  expect((await announce({ infoHash: newHash(), more })).has('interval')).toBe(true);
});

test('check 34: nothing is ever compressed', async () => {
  for (const headers of [[], ['Accept-Encoding: gzip, br']]) {
    const target = announceTarget({ infoHash: newHash() });
    const response = await getHttp(tracker.current, target, { headers });
    expect(response.headers.has('content-encoding')).toBe(false);
    expect(response.body.toString('latin1')).toMatch(/^d8:complete/);
  }
});

test('check 35: members announce with their passkeys, others touch no swarm', async () => {
  await using running = await startEngine({ passkeys: true });
  const [secret, open] = [await running.publish('--private'), await running.publish()];
  const passkey = await running.addMember('alice');
  for (const path of [`/${passkey}/announce`, `/announce/${passkey}`]) {
    const answer = await announceHttp(running, { infoHash: secret, path });
    expect(countsIn(answer).incomplete).toBe(1);
    expect((await announceHttp(running, { infoHash: open, path })).has('interval')).toBe(true);
  }
  const wrong = `/${'f'.repeat(32)}/announce`;
  for (const infoHash of [secret, open]) {
    const bad = await announceHttp(running, { infoHash, path: wrong, port: 9 });
    expect(failureIn(bad)).toBe('passkey is not known');
    expect(getText(bad, 'retry in')).toBe('never');
  }
  const none = await announceHttp(running, { infoHash: secret, port: 9 });
  expect(failureIn(none)).toBe('passkey is missing');
  expect((await announceHttp(running, { infoHash: open })).has('interval')).toBe(true);

  const udp = await openUdpClient(running);
  const id = await udp.connectionId();
  const path = `/announce/${passkey}`;
  const tail = `\x02${String.fromCharCode(path.length)}${path}`;
  const member = await udp.announce(id, { infoHash: secret, port: 7002, tail });
  expect(member.leechers).toBe(2);
  const stranger = udp.announceRequest(id, { infoHash: secret, port: 9 });
  expect((await udp.error(stranger)).reason).toBe('passkey is missing');

  const hashes = `info_hash=${escapeAll(secret)}`;
  const told = await askHttp(running, `/${passkey}/scrape?${hashes}`);
  expect(countsIn(filesOf(told, secret)).incomplete).toBe(2);
  const hidden = await askHttp(running, `/scrape?${hashes}`);
  expect(countsIn(filesOf(hidden, secret)).incomplete).toBe(0);
});

function filesOf(answer: Dictionary, infoHash: string): Dictionary {
  return dictionaryIn(dictionaryIn(answer.get('files')).get(infoHash));
}
