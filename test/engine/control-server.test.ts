import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { LineDecoder } from '../../source/control/lines.ts';
import { socketAddress } from '../../source/control/socket-address.ts';
import {
  ControlServer,
  RequestError,
  type RequestHandler,
} from '../../source/engine/control-server.ts';
import { EverseedError } from '../../source/errors.ts';
import { createLog } from '../../source/log/log.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const handler: RequestHandler = async (method, params, peer) => {
  if (method === 'echo') return params;
  if (method === 'known') throw new EverseedError('path-missing', 'there is no /x');
  if (method === 'shaped') throw new RequestError(-32602, 'x must be a string');
  if (method === 'notify') {
    peer.notify('delta', { removed: [1] });
    return {};
  }
  throw new TypeError('a fault of ours');
};

async function serve(folder?: string) {
  const file = join(folder ?? (await temporaryFolder()), 'engine.sock');
  const logged: string[] = [];
  const server = new ControlServer(
    file,
    handler,
    createLog((line) => logged.push(line)),
  );
  await server.start();
  onTestFinished(() => server.stop());
  return { file, server, logged };
}

class Client {
  readonly #socket: Socket;
  readonly #decoder = new LineDecoder(1 << 20);
  readonly received: unknown[] = [];
  readonly closed: Promise<void>;
  #wake: () => void = () => undefined;

  constructor(file: string) {
    const address = socketAddress(file);
    this.#socket = connect(address.path);
    this.#socket.on('connect', () => address.release());
    this.#socket.on('data', (chunk) => {
      this.received.push(...this.#decoder.push(chunk).map((line) => JSON.parse(line)));
      this.#wake();
    });
    // the server may close while we still write
    this.#socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => this.#socket.on('close', () => resolve()));
    onTestFinished(() => {
      this.#socket.destroy();
    });
  }

  send(text: string | Uint8Array): void {
    this.#socket.write(text);
  }

  async next(): Promise<unknown> {
    while (this.received.length === 0) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.received.shift();
  }
}

test("requests are answered by their id, and the socket is its owner's alone", async () => {
  const { file } = await serve();
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const client = new Client(file);
  client.send('{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":"ü"}}\n');
  expect(await client.next()).toEqual({ jsonrpc: '2.0', id: 1, result: { a: 'ü' } });
});

test('notifications go to the client they are for', async () => {
  const { file } = await serve();
  const client = new Client(file);
  client.send('{"jsonrpc":"2.0","id":1,"method":"notify"}\n');
  expect(await client.next()).toMatchObject({ method: 'delta', params: { removed: [1] } });
  expect(await client.next()).toMatchObject({ id: 1, result: {} });
});

test('errors for the user keep their code; faults of ours are logged', async () => {
  const { file, logged } = await serve();
  const client = new Client(file);
  client.send(
    '{"id":1,"method":"known"}\n{"id":2,"method":"shaped"}\n{"id":3,"method":"broken"}\n',
  );
  expect(await client.next()).toMatchObject({
    id: 1,
    error: { code: -32000, message: 'there is no /x', data: { code: 'path-missing' } },
  });
  expect(await client.next()).toMatchObject({ id: 2, error: { code: -32602 } });
  expect(await client.next()).toMatchObject({ id: 3, error: { code: -32603 } });
  expect(logged.join('')).toContain('a fault of ours');
});

test.each([
  'nonsense',
  'null',
  '[1]',
  '{"id":"1","method":"echo"}',
  '{"id":1}',
  '\u0000\ufffd',
  'd-3:',
])('%j gets an error, and the connection lives', async (line) => {
  const { file } = await serve();
  const client = new Client(file);
  client.send(`${line}\n{"id":9,"method":"echo","params":{}}\n`);
  expect(await client.next()).toMatchObject({ error: { message: expect.any(String) } });
  expect(await client.next()).toMatchObject({ id: 9, result: {} });
});

test('a line without an end closes that connection only', async () => {
  const { file } = await serve();
  const flooding = new Client(file);
  const other = new Client(file);
  flooding.send(Buffer.alloc(2 * 1024 * 1024, 0x61));
  await flooding.closed;
  other.send('{"id":1,"method":"echo"}\n');
  expect(await other.next()).toMatchObject({ id: 1 });
});

test('a socket left behind by a killed engine is replaced', async () => {
  const folder = await temporaryFolder();
  writeFileSync(join(folder, 'engine.sock'), 'stale');
  const { file } = await serve(folder);
  expect(() => readFileSync(file)).toThrow();
  const client = new Client(file);
  client.send('{"id":1,"method":"echo"}\n');
  expect(await client.next()).toMatchObject({ id: 1 });
});

test('a home too deep for a socket path works all the same', async () => {
  const folder = join(await temporaryFolder(), 'x'.repeat(100), 'y'.repeat(100));
  await mkdir(folder, { recursive: true });
  const { file } = await serve(folder);
  const client = new Client(file);
  client.send('{"id":1,"method":"echo"}\n');
  expect(await client.next()).toMatchObject({ id: 1 });
});

test('a client that reads nothing does not keep it from stopping', async () => {
  const { file, server } = await serve();
  const address = socketAddress(file);
  const socket = connect(address.path);
  onTestFinished(() => {
    socket.destroy();
  });
  // more than the system takes from us before the client reads
  const params = 'x'.repeat(900_000);
  socket.write(`${JSON.stringify({ id: 1, method: 'echo', params })}\n`);
  await once(socket, 'readable');
  await expect(server.stop()).resolves.toBeUndefined();
});

test('stopping ends connections, and may be done twice', async () => {
  const { file, server } = await serve();
  const client = new Client(file);
  client.send('{"id":1,"method":"echo"}\n');
  await client.next();
  await server.stop();
  await client.closed;
  await server.stop();
});
