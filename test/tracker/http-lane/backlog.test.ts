import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { finished } from 'node:stream/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseAddressBlocks } from '../../../source/tracker/address-blocks.ts';
import { createHttpAnswers } from '../../../source/tracker/http-answers.ts';
import { Backlog } from '../../../source/tracker/http-lane/backlog.ts';
import { openListeningSocket } from '../../../source/tracker/http-lane/listening-socket.ts';
import { PlainAnswers } from '../../../source/tracker/http-lane/plain-answers.ts';
import { loadLibc } from '../../../source/tracker/linux/libc.ts';
import { RateBudgets } from '../../../source/tracker/rate-budgets.ts';
import { addCrowd, announce, hash, httpServerAt, parseResponse, peersOf } from '../black-box.ts';
import { createTestTracker } from '../test-tracker.ts';

/** Many connections at once, most of which ask one thing and want to be closed. */

const now = () => 0;
const libc = loadLibc();

async function start(options: Partial<Parameters<typeof httpServerAt>[0]> = {}) {
  const tracker = createTestTracker({ now });
  tracker.track(hash, { completed: 0, seeding: false, private: false });
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const http = httpServerAt({ hosts: ['127.0.0.1'], port: 0, tracker, now, onFault, ...options });
  onTestFinished(async () => {
    await http.stop();
    expect(faults).toEqual([]);
  });
  const { port } = await http.start();
  return { tracker, http, port };
}

function requestOf(port: number, headers = 'Connection: close\r\n', version = '1.1'): string {
  const query = `info_hash=${hash}&peer_id=${hash}&port=${port}&left=1`;
  return `GET /announce?${query} HTTP/${version}\r\n${headers}\r\n`;
}

interface Asking {
  socket: Socket;
  /** All that is received until the other side ends; null when the connection was cut instead. */
  answer: Promise<string | null>;
}

/** Connects all at once; each sends its request as soon as it is connected. */
function askAll(port: number, requests: readonly string[], host = '127.0.0.1'): Asking[] {
  return requests.map((request) => {
    const socket = connect({ host, port });
    onTestFinished(() => void socket.destroy());
    socket.write(request);
    return { socket, answer: allFrom(socket) };
  });
}

async function allFrom(socket: Socket): Promise<string | null> {
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  try {
    await finished(socket, { writable: false });
    return text;
  } catch {
    return null;
  }
}

/** What is received by those that are not cut. */
async function textsOf(asking: readonly Asking[]): Promise<string[]> {
  const all = await Promise.all(asking.map(({ answer }) => answer));
  return all.filter((text) => text !== null);
}

const ports = (count: number) => Array.from({ length: count }, (_, n) => 1_000 + n);

describe.each([{ usesLibc: true }, { usesLibc: false }])('with libc: $usesLibc', ({ usesLibc }) => {
  test('all are answered whole, and none is reset', async () => {
    const { tracker, port } = await start({ usesLibc });
    const requests = ports(300).map((one) => requestOf(one));
    const texts = await textsOf(askAll(port, requests));
    expect(texts).toHaveLength(300);
    for (const text of texts) {
      const { status, headers, body } = parseResponse(text);
      expect([status, headers.get('connection')]).toEqual([200, 'close']);
      expect(headers.get('content-length')).toBe(String(body.length));
    }
    expect(tracker.countsOf(hash).leechers).toBe(300);
    expect(tracker.report().protocols.http.announces.none).toBe(300);
  });

  test('each costs its address a part of the budget', async () => {
    const { port } = await start({ usesLibc, budget: 20 });
    const requests = ports(100).map((one) => requestOf(one));
    const texts = await textsOf(askAll(port, requests));
    expect(texts.filter((text) => text.includes('8:interval'))).toHaveLength(20);
    expect(texts.filter((text) => text.includes('failure reason'))).toHaveLength(80);
  });

  test('those of proxies are for whom the proxy speaks', async () => {
    const { port } = await start({ usesLibc, trustedProxies: ['127.0.0.1'] });
    const addresses = Array.from({ length: 20 }, (_, n) => `198.51.100.${n + 1}`);
    const requests = addresses.map((address) =>
      requestOf(7001, `Connection: close\r\nX-Forwarded-For: ${address}\r\n`),
    );
    await textsOf(askAll(port, requests));
    const told = peersOf(await announce(port, { port: 7002 })).sort();
    expect(told).toEqual(addresses.map((address) => `${address}:7001`).sort());
  });

  test('over IPv6 too', async () => {
    const { tracker, port } = await start({ usesLibc, hosts: ['::1'] });
    const requests = ports(20).map((one) => requestOf(one));
    const texts = await textsOf(askAll(port, requests, '::1'));
    const external = `11:external ip16:${'\0'.repeat(15)}\x01`;
    expect(texts.filter((text) => text.includes(external))).toHaveLength(20);
    expect(tracker.report().held).toMatchObject({ peers: 0, peers6: 20 });
  });

  test('those that want something else among them are served as ever', async () => {
    const { port, http } = await start({ usesLibc });
    http.mount((request, response) => response.end(`<${request.url}>`));
    const kept = requestOf(3_000, '');
    const all = askAll(port, [
      ...ports(20).map((one) => requestOf(one)),
      requestOf(2_000, '', '1.0'),
      'GET /page HTTP/1.1\r\nConnection: close\r\n\r\n',
      // more than it said it would
      `${requestOf(2_001)}${requestOf(2_002)}`,
      kept,
      kept.slice(0, 40),
    ]);
    const [staying, half] = all.slice(-2) as [Asking, Asking];
    half.socket.write(kept.slice(40));
    const [old, page, more] = await textsOf(all.slice(20, -2));
    expect(old).toContain('8:interval');
    expect(page).toContain('</page>');
    expect(more?.split('8:interval')).toHaveLength(2);
    for (const { socket, answer } of [staying, half]) {
      socket.end(requestOf(3_000));
      expect((await answer)?.split('8:interval')).toHaveLength(3);
    }
  });

  test('what a client sends behind its last request is ignored, and does not cost it the answer', async () => {
    const { tracker, port } = await start({ usesLibc });
    const [{ socket, answer }] = askAll(port, [`${requestOf(7_000)}\r\n`]) as [Asking];
    await once(socket, 'data');
    socket.end(requestOf(7_001));
    expect((await answer)?.split('8:interval')).toHaveLength(2);
    await announce(port, { port: 7_002 });
    expect(tracker.report().protocols.http.announces.none).toBe(2);
  });

  test('one address cannot hold more connections by opening many at once', async () => {
    const { port } = await start({ usesLibc });
    const half = requestOf(7_000).slice(0, 40);
    const crowd = askAll(port, Array<string>(300).fill(half));
    const open = () => crowd.filter(({ socket }) => !socket.destroyed).length;
    await expect.poll(open).toBe(250);
    expect((await announce(port, { from: '127.0.0.2' })).has('interval')).toBe(true);
  });

  test('it leaves no descriptor open, whatever becomes of the connections', async () => {
    const { http, port } = await start({ usesLibc });
    const count = () => readdirSync('/proc/self/fd').length;
    const before = count();
    for (let round = 0; round < 3; round++) {
      const whole = askAll(
        port,
        ports(40).map((one) => requestOf(one)),
      );
      const gone = askAll(port, Array<string>(40).fill(requestOf(7_000)));
      const silent = askAll(port, Array<string>(20).fill(''));
      for (const { socket } of gone) socket.once('connect', () => socket.resetAndDestroy());
      for (const { socket } of silent) socket.once('connect', () => socket.end());
      await textsOf([...whole, ...silent]);
      await textsOf(gone);
    }
    await expect.poll(count).toBeLessThanOrEqual(before);
    await http.stop();
    const again = await http.start();
    expect((await announce(again.port)).has('interval')).toBe(true);
  });
});

test.runIf(libc)('what the system does not take at once is sent later', async () => {
  if (libc === null) return;
  const tracker = createTestTracker({ now });
  tracker.track(hash, { completed: 0, seeding: false, private: false });
  addCrowd(tracker, 1_000);
  const descriptor = openListeningSocket(libc, '127.0.0.1', 0);
  const slow = {
    ...libc,
    send: (socket: number, bytes: Uint8Array) => libc.send(socket, bytes.subarray(0, 100)),
  };
  const none = parseAddressBlocks([]);
  const served: Socket[] = [];
  const unread: Socket[] = [];
  const backlog = new Backlog({
    ...{ libc: slow, descriptor, isIpv6: false, isTrustedProxy: none },
    answers: new PlainAnswers({
      tracker,
      answers: createHttpAnswers({ tracker, isTrustedClient: none, isOwnAddress: none }),
      budgets: new RateBudgets({ perSecond: 0, burst: 0, now }),
      maxTargetLength: 8 * 1024,
    }),
    serve: (socket) => served.push(socket),
    count: (socket) => unread.push(socket),
    onFault: (error) => {
      throw error;
    },
  });
  const server = createServer((socket) => {
    served.push(socket.end());
    backlog.take();
  });
  onTestFinished(() => void server.close());
  server.listen({ fd: descriptor });
  await once(server, 'listening');
  const { port } = server.address() as { port: number };

  const query = `info_hash=${hash}&peer_id=${hash}&port=7001&left=1&compact=0&numwant=200`;
  const request = `GET /announce?${query} HTTP/1.1\r\nConnection: close\r\n\r\n`;
  const asking = askAll(port, Array<string>(20).fill(request));
  const whole = (await textsOf(asking)).filter((text) => text !== '').map(parseResponse);
  expect(whole.length).toBeGreaterThan(0);
  expect(whole.length).toBe(unread.length);
  for (const { headers, body } of whole) {
    expect(body.toString('latin1').split('7:peer id')).toHaveLength(201);
    expect(headers.get('content-length')).toBe(String(body.length));
  }
});
