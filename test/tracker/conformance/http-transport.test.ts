import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { decode } from '../../../source/bencode/decode.ts';
import { getBytes } from '../../../source/bencode/dictionary.ts';
import { closed, parseResponse } from '../black-box.ts';
import { escapeAll } from '../escape-all.ts';
import {
  announceHttp,
  announceTarget,
  askHttp,
  countsIn,
  dictionaryIn,
  failureIn,
  getHttp,
  openHttp,
  sendHttp,
} from './clients.ts';
import { newHash, oneTracker, startProgram } from './tracker-under-test.ts';

/** The checklist's section on malformed announces and on HTTP itself, 36 to 54. */

const tracker = oneTracker();

const id = 'p'.repeat(20);
const targetOf = () => announceTarget({ infoHash: newHash() });

/** The reason why a query fails; it does with status 200. */
async function failureOf(query: string): Promise<string> {
  return failureIn(await askHttp(tracker.current, `/announce?${query}`));
}

test('check 36: info_hash missing, of a wrong length, in hex, or twice fails', async () => {
  const rest = `peer_id=${id}&port=1`;
  const hash = escapeAll(newHash());
  expect(await failureOf(rest)).toBe('info_hash is missing');
  expect(await failureOf(`info_hash=${hash}&info_hash=${hash}&${rest}`)).toBe(
    'info_hash is given more than once',
  );
  for (const wrong of ['', '%00'.repeat(19), '%00'.repeat(21), 'ab'.repeat(20)]) {
    expect(await failureOf(`info_hash=${wrong}&${rest}`)).toBe('info_hash is not 20 bytes long');
  }
});

test('check 37: peer_id missing or of a wrong length fails', async () => {
  const rest = `info_hash=${escapeAll(newHash())}&port=1`;
  expect(await failureOf(rest)).toBe('peer_id is missing');
  for (const wrong of ['p'.repeat(19), 'p'.repeat(21)]) {
    expect(await failureOf(`${rest}&peer_id=${wrong}`)).toBe('peer_id is not 20 bytes long');
  }
});

test('check 38: a port that is none fails, but that who stops has none is well', async () => {
  const rest = `info_hash=${escapeAll(newHash())}&peer_id=${id}`;
  const reason = 'port is not a number from 1 to 65535';
  expect(await failureOf(rest)).toBe(reason);
  for (const wrong of ['', '0', '65536', '-1', '1.5', '1e3', '0x1a', '+1', '%2B1', '1%00']) {
    expect(await failureOf(`${rest}&port=${wrong}`)).toBe(reason);
  }
  const stopped = await askHttp(tracker.current, `/announce?${rest}&port=0&event=stopped`);
  expect(stopped.has('interval')).toBe(true);
});

test('check 39: numbers that overflow are no numbers', async () => {
  for (const wrong of ['1e309', 'NaN', '9'.repeat(30), 'Infinity', '-0', '0.0']) {
    const more = `&numwant=${wrong}&uploaded=${wrong}&downloaded=${wrong}`;
    const answer = await announceHttp(tracker.current, { infoHash: newHash(), left: wrong, more });
    expect(countsIn(answer)).toMatchObject({ complete: 0, incomplete: 1 });
  }
});

test('check 40: broken escapes fail; other bytes are what they are', async () => {
  const rest = `peer_id=${id}&port=1`;
  for (const broken of [`${'a'.repeat(17)}%zz`, `${'a'.repeat(18)}%a`, `${'a'.repeat(19)}%`]) {
    expect(await failureOf(`info_hash=${broken}&${rest}`)).toBe(
      'info_hash has a broken percent escape',
    );
  }
  const escaped = `%80%fF${'%00%aB%Ab'.repeat(6)}`;
  expect((await askHttp(tracker.current, `/announce?info_hash=${escaped}&${rest}`)).size).toBe(7);
  const unescaped = `\x80\xff${'h'.repeat(18)}`;
  expect((await askHttp(tracker.current, `/announce?info_hash=${unescaped}&${rest}`)).size).toBe(7);
  // six characters that stand for themselves
  const literal = `%u0141${'a'.repeat(14)}`;
  expect((await askHttp(tracker.current, `/announce?info_hash=${literal}&${rest}`)).size).toBe(7);
});

test('check 40: parameters are decoded, and so are their names', async () => {
  const infoHash = newHash();
  const escaped = `info%5Fhash=${escapeAll(infoHash)}&peer%5fid=${id}&p%6Frt=%37%30%302`;
  const query = `${escaped}&lef%74=%30&event=%73tarted`;
  expect(countsIn(await askHttp(tracker.current, `/announce?${query}`))).toMatchObject({
    complete: 1,
    incomplete: 0,
  });
  const answer = await announceHttp(tracker.current, { infoHash });
  expect([...(getBytes(answer, 'peers') ?? [])]).toEqual([127, 0, 0, 1, 7002 >> 8, 7002 & 255]);
});

test('check 41: + in an info hash is a space', async () => {
  const tail = newHash().slice(1);
  const plus = `/announce?info_hash=+${escapeAll(tail)}&peer_id=${id}&port=1`;
  await askHttp(tracker.current, plus);
  const answer = await announceHttp(tracker.current, { infoHash: ` ${tail}`, port: 2 });
  expect(countsIn(answer).incomplete).toBe(2);
});

test('check 42: of repeated parameters the first counts', async () => {
  const answer = await announceHttp(tracker.current, {
    infoHash: newHash(),
    left: 0,
    more: '&left=5&port=junk&event=started&event=junk',
  });
  expect(countsIn(answer)).toMatchObject({ complete: 1, incomplete: 0 });
});

test('check 43: the forms of an announce URL', async () => {
  expect(failureIn(await askHttp(tracker.current, '/announce'))).toBe('info_hash is missing');
  const target = targetOf();
  const data = `${target}&x=a?b`;
  for (const form of [data, `/${target}`, `http://127.0.0.1:6969${target}`]) {
    expect((await askHttp(tracker.current, form)).has('interval')).toBe(true);
  }
});

test('check 44: any other path is not found; / says what this is', async () => {
  const front = await getHttp(tracker.current, '/');
  expect(front.status).toBe(200);
  expect(front.body.toString()).toContain('BitTorrent tracker');
  for (const path of ['/nothing', '/announcer', '/favicon.ico', '/a/b/announce']) {
    expect((await getHttp(tracker.current, path)).status).toBe(404);
  }
});

test('check 45: HEAD has the headers of GET only; other methods are not allowed', async () => {
  const target = targetOf();
  const head = await sendHttp(
    tracker.current,
    `HEAD ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`,
  );
  expect(head.status).toBe(200);
  expect(Number(head.headers.get('content-length'))).toBeGreaterThan(50);
  expect(head.body).toHaveLength(0);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const request = `${method} ${target} HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nbody`;
    const response = await sendHttp(tracker.current, request);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  }
});

test('check 46: HTTP/1.0 closes after the answer, unless it asks to be kept', async () => {
  const target = targetOf();
  expect((await sendHttp(tracker.current, `GET ${target} HTTP/1.0\r\n\r\n`)).status).toBe(200);
  const { socket, text } = await openHttp(tracker.current);
  for (let answers = 1; answers <= 2; answers++) {
    socket.write(`GET ${target} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`);
    await expect.poll(() => text().split('8:interval').length - 1).toBe(answers);
  }
  expect(socket.destroyed).toBe(false);
});

test('check 47: HTTP/1.1 stays open until it asks to be closed, and needs no Host', async () => {
  const target = targetOf();
  const { socket, text } = await openHttp(tracker.current);
  socket.write(`GET ${target} HTTP/1.1\r\n\r\n`);
  await expect.poll(text).toContain('8:interval');
  expect(socket.destroyed).toBe(false);
  socket.write(`GET ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`);
  await closed(socket);
  expect(text().split('8:interval')).toHaveLength(3);
});

test('check 48: ten requests in one segment get ten answers in their order', async () => {
  const infoHash = newHash();
  const { socket, text } = await openHttp(tracker.current);
  const requests = Array.from({ length: 10 }, (_, n) => {
    const last = n === 9 ? 'Connection: close\r\n' : '';
    return `GET ${announceTarget({ infoHash, port: 7001 + n })} HTTP/1.1\r\n${last}\r\n`;
  });
  socket.write(requests.join(''));
  await closed(socket);
  const counts = [...text().matchAll(/10:incompletei(\d+)e/g)].map((match) => Number(match[1]));
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('check 49: a request that comes byte by byte is answered', async () => {
  const { socket, text } = await openHttp(tracker.current);
  socket.setNoDelay();
  const target = `/announce?info_hash=${'h'.repeat(20)}&peer_id=${id}&port=1`;
  for (const byte of `GET ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`) {
    socket.write(byte);
    await sleep(1);
  }
  await closed(socket);
  expect(parseResponse(text()).status).toBe(200);
});

test('check 50: URLs over 8 KiB and 200 headers are refused, and the connection closed', async () => {
  const long = `/announce?x=${'x'.repeat(9_000)}`;
  expect((await sendHttp(tracker.current, `GET ${long} HTTP/1.1\r\n\r\n`)).status).toBe(414);
  const longer = `/announce?x=${'x'.repeat(17_000)}`;
  expect((await sendHttp(tracker.current, `GET ${longer} HTTP/1.1\r\n\r\n`)).status).toBe(431);
  const headers = Array.from({ length: 200 }, (_, n) => `X-${n}: y\r\n`).join('');
  const many = `GET ${targetOf()} HTTP/1.1\r\n${headers}\r\n`;
  expect((await sendHttp(tracker.current, many)).status).toBe(431);
});

test.each([
  [600, 5_000, 414],
  [20_000, 9_000, 200],
])('check 50: where URLs of %i bytes are allowed', async (maxUrlLength, length, expected) => {
  await using running = await startProgram({ maxUrlLength });
  const asked = { infoHash: newHash(), more: `&x=${'x'.repeat(length)}` };
  expect((await getHttp(running, announceTarget(asked))).status).toBe(expected);
  expect((await getHttp(running, targetOf())).status).toBe(200);
  const longer = `/announce?x=${'x'.repeat(maxUrlLength)}`;
  expect((await sendHttp(running, `GET ${longer} HTTP/1.1\r\n\r\n`)).status).toBe(414);
});

test('connections of a trusted proxy are not held to what one address may have', async () => {
  await using running = await startProgram({
    trustedProxies: ['127.0.0.9'],
    maxConnectionsPerAddress: 20,
  });
  const open = (from: string) =>
    Promise.all(Array.from({ length: 60 }, () => openHttp(running, from)));
  const [proxies, others] = await Promise.all([open('127.0.0.9'), open('127.0.0.2')]);
  const closedOf = (those: typeof others) => those.filter(({ socket }) => socket.destroyed).length;
  await expect.poll(() => closedOf(others), { timeout: 5_000 }).toBe(40);
  expect(closedOf(proxies)).toBe(0);
});

test('check 51: half a request, or none, is closed in the end, and holds nobody up', async () => {
  const silent = await openHttp(tracker.current);
  const half = await openHttp(tracker.current);
  half.socket.write(`GET ${targetOf()} HTTP/1.1\r\nX-Half: `);
  const crowd = await Promise.all(
    Array.from({ length: 1_000 }, () => openHttp(tracker.current, '127.0.0.2')),
  );
  for (const { socket } of crowd) socket.write('GET /announce?');
  for (const from of ['127.0.0.1', '127.0.0.2']) {
    const answer = await announceHttp(tracker.current, { infoHash: newHash(), from });
    expect(answer.has('interval')).toBe(true);
  }
  // who opens too many has the longest waiting closed
  await expect
    .poll(() => crowd.filter(({ socket }) => !socket.destroyed).length)
    .toBeLessThanOrEqual(250);
  await Promise.all([closed(silent.socket), closed(half.socket)]);
});

test('check 52: control characters in the request line are refused, and nothing is reflected', async () => {
  for (const wrong of ['\0', '\r', '\n', '\r\n', '\x01']) {
    const { status, headers, body } = await sendHttp(
      tracker.current,
      `GET /announce?${wrong}Set-Cookie:injected HTTP/1.1\r\n\r\n`,
    );
    expect(status).toBe(400);
    expect(JSON.stringify([...headers]) + body).not.toContain('injected');
  }
  const script = '<script>alert(1)</script>';
  for (const path of ['/announce?event=', '/scrape?info_hash=', '/', '/stats?']) {
    const { body } = await getHttp(tracker.current, path + script);
    expect(body.toString()).not.toContain('<script>');
  }
});

test('check 53: garbage and TLS are closed, and no fault', async () => {
  const tlsHello = Buffer.from('16030100c8010000c40303', 'hex');
  const handshake = Buffer.from(`\x13BitTorrent protocol${'\0'.repeat(48)}`, 'latin1');
  for (const garbage of [tlsHello, handshake, Buffer.from('d-3:'), Buffer.from('\r\n\r\nx\r\n')]) {
    await sendHttp(tracker.current, garbage);
  }
  const answer = await announceHttp(tracker.current, { infoHash: newHash() });
  expect(answer.has('interval')).toBe(true);
  expect(await tracker.current.complaints()).toEqual([]);
});

test('check 54: clients that reset before they are answered do no harm', async () => {
  const target = targetOf();
  for (let i = 0; i < 300; i++) {
    const { socket } = await openHttp(tracker.current);
    socket.write(`GET ${target} HTTP/1.1\r\n\r\n`.repeat(20));
    if (i % 3 === 0) await once(socket, 'data');
    socket.resetAndDestroy();
  }
  const response = await getHttp(tracker.current, target);
  expect(dictionaryIn(decode(response.body)).has('interval')).toBe(true);
});
