import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import {
  announce,
  closed,
  exchange,
  get,
  hash,
  openConnection,
  parseResponse,
  peersOf,
  startTracker,
} from './black-box.ts';

/** What HTTP itself asks for, and what strangers send instead of it. */

const target = `/announce?info_hash=${hash}&peer_id=${hash}&port=7001&left=1`;

test('34 nothing is compressed', async () => {
  const { httpPort } = await startTracker();
  const headers = 'Accept-Encoding: gzip, br\r\nConnection: close';
  const response = await exchange(httpPort, `GET ${target} HTTP/1.1\r\n${headers}\r\n\r\n`);
  expect(response.headers.has('content-encoding')).toBe(false);
});

test('43 two slashes, a slash at the end and the absolute form are the same path', async () => {
  const { httpPort } = await startTracker();
  const query = target.slice(target.indexOf('?'));
  for (const path of ['//announce', '/announce/', `http://127.0.0.1:${httpPort}/announce`]) {
    expect((await get(httpPort, path + query)).body.toString()).toContain('8:interval');
  }
});

test('44 any other path is not found until something is mounted there', async () => {
  const { httpPort, http } = await startTracker();
  expect((await get(httpPort, '/nothing')).status).toBe(404);
  http.mount((request, response) => response.end(`here is ${request.url}`));
  expect((await get(httpPort, '/nothing')).body.toString()).toBe('here is /nothing');
});

test('45 HEAD has the headers only, other methods are not allowed', async () => {
  const { httpPort } = await startTracker();
  const head = await exchange(httpPort, `HEAD ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`);
  expect(head.status).toBe(200);
  expect(Number(head.headers.get('content-length'))).toBeGreaterThan(50);
  expect(head.body).toHaveLength(0);
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
    const request = `${method} ${target} HTTP/1.1\r\nContent-Length: 1000000\r\n\r\nbody`;
    const response = await exchange(httpPort, request);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  }
});

test('46 HTTP/1.0 closes after the answer, unless it asks to be kept', async () => {
  const { httpPort } = await startTracker();
  expect((await exchange(httpPort, `GET ${target} HTTP/1.0\r\n\r\n`)).status).toBe(200);
  const { socket, text } = await openConnection(httpPort);
  for (let answers = 1; answers <= 2; answers++) {
    socket.write(`GET ${target} HTTP/1.0\r\nConnection: keep-alive\r\n\r\n`);
    await expect.poll(() => text().split('8:interval').length - 1).toBe(answers);
  }
  expect(socket.destroyed).toBe(false);
});

test('47 HTTP/1.1 without Host is answered, and its Connection: close is kept', async () => {
  const { httpPort } = await startTracker();
  const request = `GET ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`;
  expect((await exchange(httpPort, request)).status).toBe(200);
});

test('48 ten requests in one segment get ten answers in their order', async () => {
  const { httpPort } = await startTracker();
  const { socket, text } = await openConnection(httpPort);
  const requests = Array.from({ length: 10 }, (_, n) => {
    const last = n === 9 ? 'Connection: close\r\n' : '';
    return `GET ${target.replace('7001', String(7001 + n))} HTTP/1.1\r\n${last}\r\n`;
  });
  socket.write(requests.join(''));
  await closed(socket);
  const counts = [...text().matchAll(/10:incompletei(\d+)e/g)].map((match) => Number(match[1]));
  expect(counts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('49 a request that comes byte by byte is answered', async () => {
  const { httpPort } = await startTracker();
  const { socket, text } = await openConnection(httpPort);
  socket.setNoDelay();
  for (const byte of `GET ${target} HTTP/1.1\r\nConnection: close\r\n\r\n`) {
    socket.write(byte);
    await sleep(1);
  }
  await closed(socket);
  expect(parseResponse(text()).status).toBe(200);
});

test('50 a URL of more than 8 KiB, and 200 headers, are refused and the connection closed', async () => {
  const { httpPort } = await startTracker();
  const long = `/announce?x=${'x'.repeat(9_000)}`;
  expect((await exchange(httpPort, `GET ${long} HTTP/1.1\r\n\r\n`)).status).toBe(414);
  const longer = `/announce?x=${'x'.repeat(17_000)}`;
  expect((await exchange(httpPort, `GET ${longer} HTTP/1.1\r\n\r\n`)).status).toBe(431);
  const headers = Array.from({ length: 200 }, (_, n) => `X-${n}: y\r\n`).join('');
  expect((await exchange(httpPort, `GET ${target} HTTP/1.1\r\n${headers}\r\n`)).status).toBe(431);
});

test('51 half a request, or none, is closed in the end and holds nobody up', async () => {
  const { httpPort } = await startTracker();
  const silent = await openConnection(httpPort);
  const half = await openConnection(httpPort);
  half.socket.write(`GET ${target} HTTP/1.1\r\nX-Half: `);
  const crowd = await Promise.all(
    Array.from({ length: 1_000 }, () => openConnection(httpPort, '127.0.0.2')),
  );
  for (const { socket } of crowd) socket.write('GET /announce?');
  expect((await announce(httpPort)).has('interval')).toBe(true);
  expect((await announce(httpPort, { from: '127.0.0.2' })).has('interval')).toBe(true);
  await Promise.all([closed(silent.socket), closed(half.socket)]);
});

test('52 controls in the request line are refused, and nothing is reflected', async () => {
  const { httpPort } = await startTracker();
  for (const wrong of ['\0', '\r', '\n', '\r\n', '\x01']) {
    const { status, headers, body } = await exchange(
      httpPort,
      `GET /announce?${wrong}Set-Cookie:injected HTTP/1.1\r\n\r\n`,
    );
    expect(status).toBe(400);
    expect(JSON.stringify([...headers]) + body).not.toContain('injected');
  }
});

test('53 garbage is closed', async () => {
  const { httpPort } = await startTracker();
  const tlsHello = Buffer.from('16030100c8010000c40303', 'hex');
  const handshake = Buffer.from(`\x13BitTorrent protocol${'\0'.repeat(48)}`, 'latin1');
  for (const garbage of [tlsHello, handshake, Buffer.from('d-3:'), Buffer.from('\r\n\r\nx\r\n')]) {
    await exchange(httpPort, garbage);
  }
  expect((await announce(httpPort)).has('interval')).toBe(true);
});

test('53 bencode that freezes others is a parameter like any other', async () => {
  const { httpPort } = await startTracker();
  for (const killer of ['d-3:', 'd-3%3A', 'i-0e', `${'l'.repeat(500)}`]) {
    const more = `&event=${killer}&key=${killer}&ip=${killer}`;
    expect((await announce(httpPort, { more })).has('failure reason')).toBe(true);
    expect((await get(httpPort, `/${killer}`)).status).toBe(404);
  }
});

test('53 whatever is sent, the tracker lives', async () => {
  const { httpPort } = await startTracker();
  const piece = fc.oneof(
    fc.constantFrom(
      ...[
        'GET ',
        'HEAD ',
        'POST ',
        '/announce?',
        '/scrape?',
        'info_hash=',
        hash,
        '&',
        '%',
        ' HTTP/1.1',
      ],
      ...[
        '\r\n',
        '\r\n\r\n',
        'Content-Length: 5',
        'Transfer-Encoding: chunked',
        'Upgrade: websocket',
      ],
      ...[
        'Connection: upgrade',
        'Expect: 100-continue',
        'CONNECT ',
        'd-3:',
        'GET /announce HTTP/1.1\r\n\r\n',
      ],
    ),
    fc.string({ unit: 'binary-ascii' }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
      const { socket } = await openConnection(httpPort);
      socket.end(Buffer.from(pieces.join(''), 'latin1'));
      await closed(socket);
    }),
    { numRuns: 100 },
  );
  expect((await announce(httpPort)).has('interval')).toBe(true);
});

test('95 the connection of a browser that is refused is closed, though the client leaves it open', async () => {
  const { httpPort } = await startTracker();
  const socket = connect({ port: httpPort, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  const headers = [
    ...['GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket'],
    ...['Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='],
    'Origin: https://denied.example',
  ];
  socket.write(`${headers.join('\r\n')}\r\n\r\n`);
  socket.on('error', () => undefined);
  socket.resume();
  await once(socket, 'end');
  // what is sent to a closed connection is answered by a reset
  const asking = setInterval(() => socket.write('x'), 50);
  await closed(socket);
  clearInterval(asking);
  expect(socket.errored).toMatchObject({ code: expect.stringMatching(/ECONNRESET|EPIPE/) });
});

test('54 a client that resets before it is answered does no harm', async () => {
  const { httpPort } = await startTracker();
  // more than one address may have open
  for (let i = 0; i < 300; i++) {
    const { socket, text } = await openConnection(httpPort);
    socket.write(`GET ${target} HTTP/1.1\r\n\r\n`);
    await expect.poll(text, { interval: 1 }).toContain('10:incompletei1e');
    socket.write(`GET ${target} HTTP/1.1\r\n\r\n`.repeat(20));
    socket.resetAndDestroy();
  }
  expect(peersOf(await announce(httpPort, { port: 7002 }))).toEqual(['127.0.0.1:7001']);
  const idle = await Promise.all(Array.from({ length: 250 }, () => openConnection(httpPort)));
  await announce(httpPort, { from: '127.0.0.2' });
  expect(idle.filter(({ socket }) => socket.destroyed)).toEqual([]);
});

test('48 a client that ends its side after ten requests gets its ten answers', async () => {
  const { httpPort, http } = await startTracker();
  http.mount((request, response) => response.end(`<${request.url}>`));
  for (const path of [target, '/page']) {
    const { socket, text } = await openConnection(httpPort);
    socket.end(`GET ${path} HTTP/1.1\r\n\r\n`.repeat(10));
    await closed(socket);
    expect(text().split('HTTP/1.1 200 OK')).toHaveLength(11);
  }
});

test('more requests at once than a client can mean close its connection, and no other', async () => {
  const { httpPort, tracker, http } = await startTracker();
  let pages = 0;
  http.mount((_, response) => {
    pages++;
    response.end('page');
  });
  for (const path of [target, '/page']) {
    const some = await openConnection(httpPort);
    some.socket.write(`GET ${path} HTTP/1.1\r\n\r\n`.repeat(65));
    await expect.poll(() => some.text().split('HTTP/1.1 200 OK').length - 1).toBe(65);
    expect(some.socket.destroyed).toBe(false);
  }
  const before = tracker.report().protocols.http.announces.none;
  expect(pages).toBe(65);
  for (const path of [target, '/page']) {
    const { socket } = await openConnection(httpPort);
    socket.write(`GET ${path} HTTP/1.1\r\n\r\n`.repeat(400));
    await closed(socket);
  }
  // plain announces are answered a few at a time
  expect(tracker.report().protocols.http.announces.none - before).toBeLessThanOrEqual(17);
  expect(pages).toBeLessThanOrEqual(66);
  expect((await announce(httpPort)).has('interval')).toBe(true);
});

test('start and stop can be called twice, and stop does not wait for idle connections', async () => {
  const { http, udp, httpPort, udpPort } = await startTracker();
  expect((await http.start()).port).toBe(httpPort);
  expect((await udp.start()).port).toBe(udpPort);
  const idle = await openConnection(httpPort);
  idle.socket.write(`GET ${target} HTTP/1.1\r\n\r\n`);
  await expect.poll(idle.text).toContain('8:interval');
  const half = await openConnection(httpPort);
  half.socket.write('GET /ann');
  http.mount(() => undefined);
  const unanswered = await openConnection(httpPort);
  unanswered.socket.write('GET /never HTTP/1.1\r\n\r\n');
  await sleep(50);
  await Promise.all([http.stop(), udp.stop()]);
  await Promise.all([idle, half, unanswered].map(({ socket }) => closed(socket)));
  await Promise.all([http.stop(), udp.stop()]);
  const again = await http.start();
  expect((await announce(again.port)).has('interval')).toBe(true);
});
