import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import type { TrackerKey } from '../../../source/control/tracker.ts';
import { until } from '../../helpers/everseed.ts';
import { announceHttp, countsIn, openHttp, openUdpClient, peersIn, scrapeHttp } from './clients.ts';
import {
  newHash,
  oneTracker,
  startEngine,
  startProgram,
  type TrackerUnderTest,
} from './tracker-under-test.ts';

/** The checklist's section on WebSocket, 90 to 100. */

const tracker = oneTracker();

interface ConnectOptions {
  at?: TrackerUnderTest;
  path?: string;
  origin?: string;
  headers?: Record<string, string>;
  /** Where it connects from. */
  localAddress?: string;
  /** Answers pings by itself. */
  autoPong?: boolean;
}

/** A browser's connection; `next` gives the messages in the order they came. */
async function openBrowser({ at = tracker.current, path = '', ...options }: ConnectOptions = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${at.httpPort}${path}`, options);
  onTestFinished(() => socket.terminate());
  const received: Record<string, unknown>[] = [];
  let arrived = Promise.withResolvers<void>();
  socket.on('message', (data) => {
    received.push(JSON.parse(String(data)));
    arrived.resolve();
  });
  await once(socket, 'open');
  const send = (message: unknown) => socket.send(JSON.stringify(message));
  const next = async (): Promise<Record<string, unknown>> => {
    for (;;) {
      const first = received.shift();
      if (first) return first;
      arrived = Promise.withResolvers();
      if (received.length === 0) await arrived.promise;
    }
  };
  return {
    socket,
    send,
    next,
    /** What came up to now; a scrape is answered after everything that was sent before. */
    async all(): Promise<Record<string, unknown>[]> {
      send({ action: 'scrape', info_hash: 'marker'.padEnd(20, '-') });
      const messages = [];
      for (;;) {
        const message = await next();
        if (message['action'] === 'scrape') return messages;
        messages.push(message);
      }
    },
    async ask(message: unknown) {
      send(message);
      return await next();
    },
  };
}

type Browser = Awaited<ReturnType<typeof openBrowser>>;

function announcement(infoHash: string, peerId: string, more: object = {}) {
  return { action: 'announce', info_hash: infoHash, peer_id: peerId, left: 1, ...more };
}

function offers(count: number, name = 'offer') {
  return Array.from({ length: count }, (_, n) => ({
    offer_id: `${name} ${n}`,
    offer: { type: 'offer', sdp: `sdp of ${name} ${n}` },
  }));
}

const idOf = (name: string) => name.padEnd(20, '.');

/** So many browsers in a swarm, each announced once. */
async function joined(infoHash: string, ...names: string[]): Promise<Browser[]> {
  const browsers: Browser[] = [];
  for (const name of names) {
    const browser = await openBrowser();
    await browser.ask(announcement(infoHash, idOf(name)));
    browsers.push(browser);
  }
  return browsers;
}

test('check 90: an announce is answered, and each offer goes to another peer', async () => {
  const infoHash = `\xff\x80${newHash().slice(2)}`;
  const others = await joined(infoHash, 'a', 'b', 'c');
  const browser = await openBrowser();
  const asked = announcement(infoHash, idOf('new'), { numwant: 5, offers: offers(5) });
  const answer = await browser.ask(asked);
  expect(answer).toMatchObject({ action: 'announce', info_hash: infoHash });
  expect(answer).toMatchObject({ complete: 0, incomplete: 4, downloaded: 0 });
  expect(answer['interval']).toBeGreaterThanOrEqual(1_620);
  const handed = (await Promise.all(others.map((other) => other.all()))).flat();
  expect(handed).toHaveLength(3);
  for (const message of handed) {
    expect(Object.keys(message).sort()).toEqual(
      ['action', 'info_hash', 'offer', 'offer_id', 'peer_id'].sort(),
    );
    expect(message).toMatchObject({ info_hash: infoHash, peer_id: idOf('new') });
    const { offer_id, offer } = message;
    expect(offer).toEqual({ type: 'offer', sdp: `sdp of ${offer_id}` });
  }
  expect(new Set(handed.map((message) => message['offer_id'])).size).toBe(3);
  expect(await browser.all()).toEqual([]);
});

test('check 90: no more offers go out than are wanted, ten at most', async () => {
  const infoHash = newHash();
  const others = await joined(infoHash, ...'abcdefghijkl');
  const handedOut = async () =>
    (await Promise.all(others.map((other) => other.all()))).flat().length;
  const browser = await openBrowser();
  for (const [numwant, expected] of [
    [2, 2],
    [0, 0],
    [50, 10],
  ]) {
    const asked = announcement(infoHash, idOf('new'), { numwant, offers: offers(12) });
    await browser.ask(asked);
    expect(await handedOut()).toBe(expected);
  }
});

test('check 91: an answer goes to who made the offer, and only if it did', async () => {
  const infoHash = newHash();
  const [other, third] = await joined(infoHash, 'other', 'third');
  if (!other || !third) throw new Error('not joined');
  const browser = await openBrowser();
  await browser.ask(announcement(infoHash, idOf('new'), { numwant: 2, offers: offers(2) }));
  const offer = await other.next();
  const answer = (from: string, to: string, offerId: unknown) => ({
    ...announcement(infoHash, idOf(from)),
    to_peer_id: idOf(to),
    offer_id: offerId,
    answer: { type: 'answer', sdp: 'the answer' },
  });
  other.send(answer('other', 'nobody', offer['offer_id']));
  other.send(answer('other', 'third', offer['offer_id']));
  other.send(answer('other', 'new', 'no such offer'));
  third.send(answer('third', 'new', offer['offer_id']));
  third.send(answer('other', 'new', offer['offer_id']));
  await third.all();
  other.send(answer('other', 'new', offer['offer_id']));
  other.send(answer('other', 'new', offer['offer_id']));
  expect(await other.all()).toEqual([]);
  expect(await browser.all()).toEqual([
    {
      action: 'announce',
      info_hash: infoHash,
      peer_id: idOf('other'),
      offer_id: offer['offer_id'],
      answer: { type: 'answer', sdp: 'the answer' },
    },
  ]);
});

test('check 92: hashes and ids that are not 20 bytes fail', async () => {
  const browser = await openBrowser();
  for (const wrong of ['h'.repeat(19), 'h'.repeat(40), 'ā'.repeat(20), 5, null]) {
    expect(await browser.ask(announcement(wrong as string, idOf('a')))).toMatchObject({
      action: 'announce',
      'failure reason': 'info_hash is not 20 bytes long',
    });
    expect(await browser.ask(announcement(newHash(), wrong as string))).toMatchObject({
      'failure reason': 'peer_id is not 20 bytes long',
    });
  }
});

test('check 93: scrapes of one, of several, and of none', async () => {
  const [one, two] = [newHash(), newHash()];
  await joined(one, 'a');
  const browser = await openBrowser();
  const counts = { complete: 0, downloaded: 0, downloaders: 1, incomplete: 1 };
  expect(await browser.ask({ action: 'scrape', info_hash: one })).toEqual({
    action: 'scrape',
    files: { [one]: counts },
  });
  expect(await browser.ask({ action: 'scrape', info_hash: [one, two] })).toEqual({
    action: 'scrape',
    files: { [one]: counts, [two]: { ...counts, downloaders: 0, incomplete: 0 } },
  });
  expect(await browser.ask({ action: 'scrape' })).toMatchObject({
    'failure reason': 'info_hash is missing',
  });
});

test('check 94: a peer id belongs to the connection it came by', async () => {
  const infoHash = newHash();
  await joined(infoHash, 'a');
  const thief = await openBrowser({ localAddress: '127.0.0.2' });
  for (const event of ['stopped', 'completed', 'started']) {
    const answer = await thief.ask(announcement(infoHash, idOf('a'), { event, left: 0 }));
    expect(answer['failure reason']).toBe('another connection announces with this peer_id');
  }
  expect(countsOf(await scrapeHttp(tracker.current, [infoHash]), infoHash)).toEqual({
    complete: 0,
    incomplete: 1,
    downloaded: 0,
  });
});

test('check 94: who lost its connection takes its peer id over at once, from the same address', async () => {
  const infoHash = newHash();
  const [lost] = await joined(infoHash, 'a');
  const other = await openBrowser({ localAddress: '127.0.0.2' });
  await other.ask(announcement(infoHash, idOf('b')));
  const again = await openBrowser();
  expect(await again.ask(announcement(infoHash, idOf('a')))).toMatchObject({ incomplete: 2 });
  await other.ask(announcement(infoHash, idOf('b'), { offers: offers(2), numwant: 2 }));
  expect(await again.all()).toHaveLength(1);
  // the old one ends at last, and takes nobody with it
  const closed = once(lost?.socket ?? again.socket, 'close');
  lost?.socket.terminate();
  await closed;
  expect(await other.ask(announcement(infoHash, idOf('b')))).toMatchObject({ incomplete: 2 });
  expect(await again.ask(announcement(infoHash, idOf('c')))).toMatchObject({
    'failure reason': 'this connection announces with another peer_id',
  });
});

test('browsers of one address have a share of a swarm, as others have', async () => {
  const infoHash = newHash();
  const crowd = Array.from({ length: 40 }, (_, n) => `crowd ${n}`);
  await joined(infoHash, ...crowd);
  const other = await openBrowser({ localAddress: '127.0.0.2' });
  expect(await other.ask(announcement(infoHash, idOf('b')))).toMatchObject({ incomplete: 33 });
});

test('browsers behind a trusted proxy are counted by their own addresses', async () => {
  await using running = await startProgram({
    trustedProxies: ['127.0.0.9'],
    maxConnectionsPerAddress: 10,
    maxBrowsersPerAddress: 2,
  });
  const open = (client: string) =>
    openBrowser({
      at: running,
      localAddress: '127.0.0.9',
      headers: { 'X-Forwarded-For': client },
    });
  for (let n = 1; n <= 20; n++) await open(`203.0.113.${n}`);
  await open('203.0.113.1');
  await expect(open('203.0.113.1')).rejects.toThrow('503');
});

test('check 95: with a connection all its peers are gone', async () => {
  const hashes = [newHash(), newHash()];
  const browser = await openBrowser();
  for (const infoHash of hashes) await browser.ask(announcement(infoHash, idOf('a')));
  const incomplete = async () => {
    const files = await scrapeHttp(tracker.current, hashes);
    return hashes.map((infoHash) => countsOf(files, infoHash).incomplete);
  };
  expect(await incomplete()).toEqual([1, 1]);
  browser.socket.close();
  await expect.poll(incomplete).toEqual([0, 0]);
});

test('check 96: the offers of who stops go to nobody', async () => {
  const infoHash = newHash();
  const [other] = await joined(infoHash, 'other', 'new');
  const browser = await openBrowser();
  const stopped = { event: 'stopped', numwant: 2, offers: offers(2) };
  await browser.ask(announcement(infoHash, idOf('third'), stopped));
  expect(await other?.all()).toEqual([]);
});

test('check 97: what is no message fails or closes, and harms nobody', async () => {
  const infoHash = newHash();
  await joined(infoHash, 'other');
  const browser = await openBrowser();
  for (const text of ['', 'no json', 'null', '[]', '5', '{}', '{"action":"junk"}']) {
    browser.socket.send(text);
    expect(await browser.next()).toHaveProperty('failure reason');
  }
  const noSdp = [{ offer_id: 'a', offer: { type: 'offer' } }];
  for (const wrong of ['x', 5, {}, [null], [[]], noSdp]) {
    const answer = await browser.ask(announcement(infoHash, idOf('a'), { offers: wrong }));
    expect(answer['failure reason']).toBe('offers are no list of offers');
  }
  browser.socket.send(Buffer.alloc(1024 * 1024, 'x'));
  const [code] = await once(browser.socket, 'close');
  expect(code).toBe(1009);

  const flood = await openBrowser();
  for (let n = 0; n < 10_000; n++) flood.send({ action: 'scrape', info_hash: infoHash });
  const [floodCode] = await once(flood.socket, 'close');
  expect(floodCode).toBe(1008);
  const { protocols } = await tracker.current.facts();
  expect(protocols.websocket.outcomes.limited).toBeGreaterThan(0);
  const answer = await announceHttp(tracker.current, { infoHash });
  expect(countsIn(answer).incomplete).toBe(2);
});

test('check 98: nothing is compressed', async () => {
  const browser = await openBrowser();
  expect(browser.socket.extensions).toBe('');
});

test('check 98: who does not answer pings is dropped, who does stays', async () => {
  await using running = await startProgram({ pingSeconds: 2 });
  const infoHash = newHash();
  const dead = await openBrowser({ at: running, autoPong: false });
  const closed = once(dead.socket, 'close');
  await dead.ask(announcement(infoHash, idOf('dead')));
  const alive = await openBrowser({ at: running });
  const leechers = async () =>
    (await alive.ask(announcement(infoHash, idOf('alive'))))['incomplete'];
  expect(await leechers()).toBe(2);
  await closed;
  // whose own end is closed before it is told so
  await expect.poll(leechers).toBe(1);
  await once(alive.socket, 'ping');
  expect(await leechers()).toBe(1);
});

test('check 99: browsers are counted with all others, and told to browsers only', async () => {
  const infoHash = newHash();
  const [browser] = await joined(infoHash, 'browser');
  const answer = await announceHttp(tracker.current, { infoHash });
  expect(countsIn(answer).incomplete).toBe(2);
  expect(peersIn(answer)).toEqual([]);
  const udp = await openUdpClient(tracker.current, '127.0.0.2');
  const id = await udp.connectionId();
  const byUdp = await udp.announce(id, { infoHash });
  expect(byUdp).toMatchObject({ leechers: 3, peers: ['127.0.0.1:7001'] });
  await browser?.ask(announcement(infoHash, idOf('browser'), { left: 0, event: 'completed' }));
  expect(countsOf(await scrapeHttp(tracker.current, [infoHash]), infoHash)).toEqual({
    complete: 1,
    incomplete: 2,
    downloaded: 1,
  });
});

test('check 100: pages of other origins are refused; any path will do', async () => {
  await using running = await startProgram({ origins: ['https://example.org'] });
  for (const path of ['', '/announce', '/whatever']) {
    await openBrowser({ at: running, path, origin: 'https://example.org' });
  }
  for (const origin of ['https://evil.example', 'null']) {
    await expect(openBrowser({ at: running, origin })).rejects.toThrow('403');
  }
  await expect(openBrowser({ at: running })).rejects.toThrow('403');
  await openBrowser({ origin: 'https://anybody.example' });
});

test('check 100: pages of origins that are denied are refused, others are not', async () => {
  await using running = await startProgram({ deniedOrigins: ['https://evil.example'] });
  const evil = { at: running, origin: 'https://evil.example' };
  await expect(openBrowser(evil)).rejects.toThrow('403');
  await openBrowser({ at: running, origin: 'https://example.org' });
  await openBrowser({ at: running });
});

test('a connection that is refused and reset does no harm', async () => {
  await using running = await startProgram({ origins: ['https://example.org'] });
  const request = [
    ...['GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Origin: http://x'],
    ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', '', ''],
  ];
  for (let n = 0; n < 50; n++) {
    const { socket } = await openHttp(running);
    socket.write(request.join('\r\n'));
    socket.resetAndDestroy();
  }
  await expect(openBrowser({ at: running })).rejects.toThrow('403');
  expect(await running.complaints()).toEqual([]);
});

test('members announce with the passkey of the path they connected to, and account by it', async () => {
  await using running = await startEngine({ passkeys: true });
  const infoHash = await running.publish('--private');
  const passkey = await running.addMember('alice');
  const member = await openBrowser({ at: running, path: `/${passkey}/announce` });
  expect(await member.ask(announcement(infoHash, idOf('a')))).toMatchObject({ incomplete: 1 });
  const stranger = await openBrowser({ at: running });
  expect(await stranger.ask(announcement(infoHash, idOf('b')))).toMatchObject({
    'failure reason': 'passkey is missing',
  });
  const told = { event: 'started', uploaded: 0, downloaded: 0 };
  await member.ask(announcement(infoHash, idOf('a'), told));
  await member.ask(announcement(infoHash, idOf('a'), { uploaded: 3_000, downloaded: 500 }));
  const accounts = () => running.everseed.json<TrackerKey[]>('tracker', 'keys', 'ls');
  await until(async () => (await accounts())[0]?.uploaded === 3_000);
  expect(await accounts()).toMatchObject([{ name: 'alice', uploaded: 3_000, downloaded: 500 }]);
});

function countsOf(files: Awaited<ReturnType<typeof scrapeHttp>>, infoHash: string) {
  return countsIn(files.get(infoHash) ?? new Map());
}
