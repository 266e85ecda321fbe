import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { type DirectBody, nodeListener } from '../../source/site/node-listener.ts';

const megabyte = 1024 * 1024;
/** More than the system takes from us before the client reads. */
const large = 32 * megabyte;

async function serve(maxUnsentBytes: number, bodyOf: (path: string) => Uint8Array) {
  const fetch = (request: Request, direct: DirectBody) => {
    direct.bytes = bodyOf(new URL(request.url).pathname);
    return new Response(null);
  };
  const faults: unknown[] = [];
  const onFault = (error: unknown) => faults.push(error);
  const server = createServer(nodeListener(fetch, { maxUnsentBytes, onFault }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    expect(faults).toEqual([]);
  });

  /** A client that asks, and reads no more than the beginning of the answer. */
  const begin = async (path: string) => {
    const socket = connect(port, '127.0.0.1');
    onTestFinished(() => {
      socket.destroy();
    });
    socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
    const [first] = (await once(socket, 'data')) as [Buffer];
    socket.pause();
    return { socket, status: Number(first.toString('latin1').split(' ')[1]) };
  };
  const ask = async (path: string, method = 'GET') => {
    const response = await globalThis.fetch(`http://127.0.0.1:${port}${path}`, { method });
    const { byteLength } = await response.arrayBuffer();
    return { status: response.status, headers: response.headers, bytes: byteLength };
  };
  return { begin, ask };
}

test('while too much waits to be read, others are asked to try again later', async () => {
  const { begin, ask } = await serve(2 * large, () => new Uint8Array(large));
  const slow = [await begin('/'), await begin('/')];
  expect(slow.map(({ status }) => status)).toEqual([200, 200]);
  const refused = await ask('/');
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);

  slow[0]?.socket.destroy();
  await expect.poll(async () => (await ask('/')).status, { timeout: 10_000 }).toBe(200);
  // what was sent is no longer counted
  for (let i = 0; i < 3; i++) expect(await ask('/')).toMatchObject({ status: 200, bytes: large });
});

test('the same bytes count once, to however many they are sent', async () => {
  const same = new Uint8Array(large);
  const { begin, ask } = await serve(2 * large, (path) =>
    path === '/same' ? same : new Uint8Array(large),
  );
  const slow = await Promise.all(Array.from({ length: 10 }, () => begin('/same')));
  expect(new Set(slow.map(({ status }) => status))).toEqual(new Set([200]));
  expect(await ask('/same')).toMatchObject({ status: 200, bytes: large });
  for (const { socket } of slow) socket.destroy();
  expect((await begin('/other')).status).toBe(200);
});

test('HEAD sends nothing that could be unsent', async () => {
  const { ask } = await serve(megabyte, () => new Uint8Array(megabyte));
  for (let i = 0; i < 3; i++) {
    const { status, headers, bytes } = await ask('/', 'HEAD');
    expect({ status, bytes }).toEqual({ status: 200, bytes: 0 });
    expect(headers.get('content-length')).toBe(String(megabyte));
  }
});
