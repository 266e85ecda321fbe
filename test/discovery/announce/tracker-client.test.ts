import { execFileSync } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { encode } from '../../../source/bencode/encode.ts';
import type { AnnounceRequest } from '../../../source/discovery/announce/announce.ts';
import type { Resolver } from '../../../source/discovery/announce/host-resolver.ts';
import { TrackerClient } from '../../../source/discovery/announce/tracker-client.ts';
import { parseTrackerUrl } from '../../../source/discovery/announce/tracker-url.ts';
import { canMakeNamespaces, createNetworkNamespace } from '../../helpers/network-namespace.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { addCrowd, hash, startTracker } from '../../tracker/black-box.ts';

/** Announces over real sockets: to everseed's own tracker, and to servers that behave badly. */

const request: AnnounceRequest = {
  infoHash: Buffer.from(hash, 'latin1'),
  peerId: Buffer.alloc(20, 's'),
  port: 6881,
  uploaded: 0,
  left: 0,
  event: 'started',
  key: 1,
  numWant: 50,
  trackerId: null,
};

function createClient(timeouts = { udpFirstMs: 5_000, httpMs: 10_000 }, resolver?: Resolver) {
  const client = new TrackerClient({
    userAgent: 'everseed/test',
    bind: { 4: '0.0.0.0', 6: '::' },
    now: () => performance.now(),
    timeouts,
    ...(resolver && { resolver }),
  });
  onTestFinished(() => client.close());
  return (url: string, changes: Partial<AnnounceRequest> = {}) => {
    const tracker = parseTrackerUrl(url);
    if (!tracker) throw new Error(`no tracker URL: ${url}`);
    return client.announce(tracker, { ...request, ...changes });
  };
}

/** An HTTP server on a free port of loopback; returns its port. */
async function serveHttp(listener: RequestListener): Promise<number> {
  return await listenOn(http.createServer(listener));
}

async function listenOn(server: http.Server | https.Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** A UDP socket on a free port of loopback, and what it does with each datagram. */
async function serveUdp(
  receive: (packet: Buffer, reply: (bytes: Uint8Array) => void, socket: Socket) => void,
): Promise<number> {
  const socket = createSocket('udp4');
  socket.on('message', (packet, { port, address }) =>
    receive(packet, (bytes) => socket.send(bytes, port, address), socket),
  );
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  onTestFinished(() => {
    socket.close();
  });
  return socket.address().port;
}

const goodAnswer = encode({ interval: 900, complete: 1, incomplete: 0, peers: '' });

test.for(['http', 'udp'] as const)(
  "it is a seed in the swarm of everseed's own tracker by %s, until it says stopped",
  async (protocol) => {
    const { tracker, httpPort, udpPort } = await startTracker();
    addCrowd(tracker, 3);
    const announce = createClient();
    const url = `${protocol}://127.0.0.1:${protocol === 'http' ? httpPort : udpPort}/announce`;
    const answer = await announce(url);
    expect(answer).toMatchObject({ seeds: 1, leechers: 3 });
    expect(answer.peers.map(({ port }) => port)).toEqual([7000, 7000, 7000]);
    expect(answer.externalAddresses).toEqual(protocol === 'http' ? ['127.0.0.1'] : []);
    await announce(url, { event: 'none' });
    expect(tracker.countsOf(hash)).toMatchObject({ seeds: 1, leechers: 3 });
    await announce(url, { event: 'stopped' });
    expect(tracker.countsOf(hash)).toMatchObject({ seeds: 0, leechers: 3 });
    await expect(announce(url, { infoHash: Buffer.alloc(20) })).rejects.toMatchObject({
      kind: 'refused',
      message: 'not published here',
    });
  },
);

test('a kept connection that the tracker closed meanwhile is no failure', async () => {
  let requests = 0;
  const server = http.createServer((_, response) => {
    requests++;
    response.end(goodAnswer);
    // the next request goes out on a connection that is closed under it
    response.on('close', () => setImmediate(() => response.socket?.resetAndDestroy()));
  });
  const port = await listenOn(server);
  const announce = createClient();
  for (let n = 0; n < 20; n++) await announce(`http://127.0.0.1:${port}/announce`);
  expect(requests).toBeGreaterThanOrEqual(20);
});

test('redirects are followed, but not round and round, nor to elsewhere than a tracker', async () => {
  const asked: string[] = [];
  const port = await serveHttp((incoming, response) => {
    asked.push(incoming.url ?? '');
    const [, where = ''] = /^\/to\/(\w+)/.exec(incoming.url ?? '') ?? [];
    const targets: Record<string, string> = {
      good: `/final?${incoming.url?.split('?')[1]}`,
      loop: '/to/loop',
      file: 'file:///etc/passwd',
      broken: 'http://[',
    };
    if (where) response.writeHead(302, { location: targets[where] }).end();
    else response.end(goodAnswer);
  });
  const announce = createClient();
  const base = `http://127.0.0.1:${port}`;
  expect(await announce(`${base}/to/good`)).toMatchObject({ interval: 900 });
  expect(asked.at(-1)).toMatch(/^\/final\?info_hash=h{20}&/);
  asked.length = 0;
  await expect(announce(`${base}/to/loop`)).rejects.toMatchObject({
    kind: 'unreachable',
    message: 'redirected more than 5 times',
  });
  expect(asked).toHaveLength(6);
  for (const where of ['file', 'broken']) {
    await expect(announce(`${base}/to/${where}`)).rejects.toMatchObject({
      message: 'redirected to where announces cannot go',
    });
  }
});

test.skipIf(!canMakeNamespaces)(
  'a tracker outside cannot send us to what only this machine reaches; one in here can',
  () => {
    const { prefix } = createNetworkNamespace();
    const inside = (...words: string[]) =>
      execFileSync(prefix[0] ?? '', [...prefix.slice(1), ...words], { encoding: 'utf8' });
    inside('ip', 'addr', 'add', '203.0.113.9/32', 'dev', 'lo');
    const program = fileURLToPath(new URL('follow-redirect.ts', import.meta.url));
    const outcomes = inside(process.execPath, program, '203.0.113.9', '127.0.0.1');
    expect(JSON.parse(outcomes)).toEqual(['redirected to where announces cannot go', 'answered']);
  },
);

const badServers: { what: string; listener: RequestListener; says: string | RegExp }[] = [
  {
    what: 'answers without end',
    listener: (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'd')));
      };
      response.on('drain', more);
      more();
    },
    says: 'the answer is longer than any tracker gives',
  },
  {
    what: 'drips its answer',
    listener: (_, response) => {
      const timer = setInterval(() => response.write('d'), 50);
      response.on('close', () => clearInterval(timer));
    },
    says: 'no answer in time',
  },
  { what: 'never answers', listener: () => undefined, says: 'no answer in time' },
  {
    what: 'sends the bytes that npm bencode hangs on',
    listener: (_, response) => response.end('d-3:'),
    says: "what answers is no tracker's answer",
  },
  {
    what: 'has a page for humans',
    listener: (_, response) => response.writeHead(404).end('<html>'),
    says: 'HTTP status 404',
  },
  {
    what: 'refuses with status 400',
    listener: (_, response) => response.writeHead(400).end(encode({ 'failure reason': 'no' })),
    says: 'no',
  },
  {
    what: 'hangs up',
    listener: (incoming) => incoming.socket.destroy(),
    says: /connection closed without an answer|socket hang up/,
  },
  {
    what: 'has headers without end',
    listener: (incoming) => incoming.socket.write(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(1 << 20)}`),
    says: /Header overflow/,
  },
];

test.for(badServers)('a server that $what is an AnnounceError', async ({ listener, says }) => {
  const port = await serveHttp(listener);
  const announce = createClient({ udpFirstMs: 1_000, httpMs: 500 });
  await expect(announce(`http://127.0.0.1:${port}/announce`)).rejects.toMatchObject({
    name: 'AnnounceError',
    message: expect.stringMatching(says),
  });
});

test('a port where nobody listens, and a host that is none', async () => {
  const server = createTcpServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const announce = createClient();
  await expect(announce(`http://127.0.0.1:${port}/a`)).rejects.toMatchObject({
    kind: 'unreachable',
    message: 'connection refused',
  });
  for (const protocol of ['http', 'udp']) {
    await expect(announce(`${protocol}://nowhere.invalid:80/a`)).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('nowhere.invalid'),
    });
  }
});

test('HTTPS, with a certificate that is trusted and one that is not', async () => {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-keyout', key, '-out', cert, '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost'],
  ]);
  const port = await listenOn(
    https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) =>
      response.end(goodAnswer),
    ),
  );
  const url = `https://localhost:${port}/announce`;
  await expect(createClient()(url)).rejects.toMatchObject({
    kind: 'unreachable',
    message: expect.stringContaining('certificate'),
  });
  const before = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(before));
  setDefaultCACertificates([...before, readFileSync(cert, 'utf8')]);
  expect(await createClient()(url)).toMatchObject({ interval: 900 });
});

test('a datagram that is lost is sent again', async () => {
  let connects = 0;
  let announces = 0;
  const port = await serveUdp((packet, reply) => {
    const isConnect = packet.length === 16;
    const number = isConnect ? ++connects : ++announces;
    if (number === 1) return;
    const head = Buffer.from([0, 0, 0, isConnect ? 0 : 1, ...packet.subarray(12, 16)]);
    reply(Buffer.concat([head, Buffer.alloc(isConnect ? 8 : 12, 1)]));
  });
  const announce = createClient({ udpFirstMs: 500, httpMs: 1_000 });
  expect(await announce(`udp://127.0.0.1:${port}`)).toMatchObject({ interval: 0x01010101 });
  // more often where an answer takes longer than these 500 ms
  expect(connects).toBeGreaterThanOrEqual(2);
  expect(announces).toBeGreaterThanOrEqual(2);
});

test('many announces to a tracker share one connection id', async () => {
  const { tracker, udpPort } = await startTracker();
  let connects = 0;
  const proxy = await serveUdp((packet, reply) => {
    if (packet.length === 16) connects++;
    const upstream = createSocket('udp4');
    upstream.once('message', (answer) => {
      reply(answer);
      upstream.close();
    });
    upstream.send(packet, udpPort, '127.0.0.1');
  });
  const announce = createClient();
  // the tracker gives connection ids by address, and all come from one
  await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      announce(`udp://127.0.0.1:${proxy}`, { peerId: Buffer.alloc(20, n) }),
    ),
  );
  expect(connects).toBe(1);
  expect(tracker.countsOf(hash).seeds).toBeGreaterThan(0);
});

test('a tracker that forgot the connection is asked for another', async () => {
  let connects = 0;
  const port = await serveUdp((packet, reply) => {
    const transaction = packet.subarray(12, 16);
    if (packet.length === 16) {
      connects++;
      reply(Buffer.concat([Buffer.alloc(4), transaction, Buffer.alloc(8, connects)]));
    } else if (packet[0] !== connects || connects === 1) {
      reply(Buffer.concat([Buffer.from([0, 0, 0, 3]), transaction, Buffer.from('bad id')]));
    } else {
      reply(Buffer.concat([Buffer.from([0, 0, 0, 1]), transaction, Buffer.alloc(12)]));
    }
  });
  const announce = createClient();
  // with a fresh id it is the announce that is refused
  await expect(announce(`udp://127.0.0.1:${port}`)).rejects.toMatchObject({
    kind: 'refused',
    message: 'bad id',
  });
  expect(await announce(`udp://127.0.0.1:${port}`)).toMatchObject({ seeds: 0 });
  expect(connects).toBe(2);
});

test('answers from elsewhere, with another transaction id or of no kind are not taken', async () => {
  const port = await serveUdp((packet, reply) => {
    const forged = createSocket('udp4');
    onTestFinished(() => {
      forged.close();
    });
    reply(Buffer.from('d-3:'));
    reply(Buffer.concat([Buffer.alloc(4), Buffer.from([0, 0, 0, 0]), Buffer.alloc(8)]));
    reply(Buffer.concat([Buffer.from([0, 0, 0, 9]), packet.subarray(12, 16), Buffer.alloc(8)]));
    reply(Buffer.concat([Buffer.alloc(4), packet.subarray(12, 16)]));
  });
  const announce = createClient({ udpFirstMs: 50, httpMs: 1_000 });
  await expect(announce(`udp://127.0.0.1:${port}`)).rejects.toMatchObject({
    kind: 'unreachable',
    message: `no answer from 127.0.0.1 port ${port}`,
  });
});

test('by both families, where a host has both; one that fails is left alone while the other works', async () => {
  const families: (string | undefined)[] = [];
  const serve = async (host: string, port: number) => {
    const server = http.createServer((incoming, response) => {
      families.push(incoming.socket.remoteFamily);
      response.end(goodAnswer);
    });
    server.listen({ host, port, ipv6Only: true });
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    return (server.address() as AddressInfo).port;
  };
  const port = await serve('127.0.0.1', 0);
  const both = { resolve: async () => ({ 4: '127.0.0.1', 6: '::1' }) };
  const announce = createClient(undefined, both);
  const url = `http://both.example:${port}/announce`;
  expect(await announce(url)).toMatchObject({ interval: 900 });
  await serve('::1', port);
  await announce(url);
  expect(families).toEqual(['IPv4', 'IPv4']);

  families.length = 0;
  await createClient(undefined, both)(url);
  expect(families.toSorted()).toEqual(['IPv4', 'IPv6']);
});

test('closing ends what is under way as failed', async () => {
  const port = await serveHttp(() => undefined);
  const silent = await serveUdp(() => undefined);
  const client = new TrackerClient({
    userAgent: 'everseed/test',
    bind: { 4: '0.0.0.0' },
    now: () => performance.now(),
  });
  const urls = [`http://127.0.0.1:${port}/`, `udp://127.0.0.1:${silent}`, 'http://[::1]:1/'];
  const results = urls.map(async (url) => {
    const tracker = parseTrackerUrl(url);
    if (!tracker) throw new Error(url);
    await client.announce(tracker, request);
  });
  const settled = Promise.allSettled(results);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await client.close();
  const reasons = (await settled).map((one) => one.status === 'rejected' && one.reason.message);
  expect(reasons).toEqual([
    'everseed is stopping',
    'everseed is stopping',
    '::1 has no address that IPv4 reaches',
  ]);
});
