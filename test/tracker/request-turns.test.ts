import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { oneATurn, RequestTurns } from '../../source/tracker/request-turns.ts';

/** A server that answers when the test says so, and a way to send it requests in one write. */
async function setUp(limits: { perConnection?: number; total?: number } = {}) {
  const begun: { url: string; response: ServerResponse }[] = [];
  const turns = new RequestTurns(
    { perConnection: 10, total: 100, ...limits },
    (request, response) => {
      begun.push({ url: request.url ?? '', response });
    },
  );
  let received = 0;
  const server = createServer((request, response) => {
    received++;
    turns.take(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const send = (...urls: string[]) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('error', () => socket.destroy());
    socket.write(urls.map((url) => `GET ${url} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    return { socket, text: () => text };
  };
  const urls = () => begun.map(({ url }) => url);
  const connections = async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    server.getConnections((_, count) => resolve(count));
    return promise;
  };
  return { send, begun, urls, connections, received: () => received };
}

test('a request is begun when the answer before it was sent, and they keep their order', async () => {
  const { send, begun, urls, received } = await setUp();
  const client = send('/1', '/2', '/3');
  await expect.poll(received).toBe(3);
  for (let n = 1; n <= 3; n++) {
    await expect.poll(() => begun.length).toBe(n);
    await nextTurn();
    expect(urls()).toEqual(['/1', '/2', '/3'].slice(0, n));
    begun[n - 1]?.response.end(`<${n}>`);
  }
  await expect.poll(() => client.text().match(/<\d>/g)).toEqual(['<1>', '<2>', '<3>']);
});

test('a connection does not wait for another', async () => {
  const { send, urls } = await setUp();
  send('/1', '/2');
  await expect.poll(urls).toEqual(['/1']);
  send('/3');
  await expect.poll(urls).toEqual(['/1', '/3']);
});

test('who has more waiting than it may is closed, and nothing more of it is begun', async () => {
  const { send, begun, urls, received } = await setUp({ perConnection: 2 });
  const modest = send('/1', '/2', '/3');
  await expect.poll(received).toBe(3);
  const greedy = send('/4', '/5', '/6', '/7', '/8');
  await once(greedy.socket, 'close');
  expect(urls()).toEqual(['/1', '/4']);
  for (let n = 0; n < 4; n++) begun[n]?.response.end();
  expect(modest.socket.destroyed).toBe(false);
  await nextTurn();
  expect(urls().slice(2)).not.toContain('/5');
});

test('all together have so many waiting; those of a closed connection wait no longer', async () => {
  const { send, connections, received } = await setUp({ total: 3 });
  const first = send('/1', '/2', '/3');
  await expect.poll(received).toBe(3);
  await once(send('/4', '/5', '/6').socket, 'close');
  first.socket.destroy();
  await expect.poll(connections).toBe(0);
  const last = send('/7', '/8', '/9', '/10');
  await expect.poll(received).toBe(10);
  await nextTurn();
  expect(last.socket.destroyed).toBe(false);
});

test('of what is done once a turn, no two fall into one turn of the event loop', async () => {
  let turn = 0;
  let isOver = false;
  const countTurns = () => {
    turn++;
    if (!isOver) setImmediate(countTurns);
  };
  const done: { url: string; turn: number }[] = [];
  const listener = oneATurn((request) => {
    done.push({ url: request.url ?? '', turn });
  });
  onTestFinished(() => {
    isOver = true;
  });
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const urls = ['/1', '/2', '/3', '/4'];
  countTurns();
  socket.write(urls.map((url) => `GET ${url} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
  await expect.poll(() => done.map(({ url }) => url)).toEqual(urls);
  expect(new Set(done.map((one) => one.turn)).size).toBe(4);
});
