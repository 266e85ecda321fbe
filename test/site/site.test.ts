import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createSite } from '../../source/site/site.ts';
import type { SitePublication, SiteSource } from '../../source/site/site-source.ts';

const infoHash = '0123456789abcdef0123456789abcdef01234567';
const torrentBytes = Buffer.from('d4:infod4:name1:xee');

const publication = (changes: Partial<SitePublication> = {}): SitePublication => ({
  infoHash,
  name: 'Big Buck Bunny',
  size: 1_288_490_189,
  files: 3,
  createdAt: Date.UTC(2030, 0, 2),
  magnet: `magnet:?xt=urn:btih:${infoHash}&dn=Big%20Buck%20Bunny`,
  comment: null,
  seeds: 4,
  leechers: 5,
  completed: 6,
  ...changes,
});

const sourceOf = (publications: SitePublication[]): SiteSource => ({
  list: () => publications,
  find: (wanted) => publications.find((one) => one.infoHash === wanted) ?? null,
  torrent: (wanted) => {
    const found = publications.find((one) => one.infoHash === wanted);
    return found ? { fileName: `${found.name}.torrent`, bytes: torrentBytes } : null;
  },
});

interface Answer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** Serves the site, and gives the function that asks it. */
async function serve(source: SiteSource) {
  const faults: unknown[] = [];
  const server = createServer(createSite(source, (error) => faults.push(error)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  const ask = async (path: string, options: { method?: string; headers?: object } = {}) => {
    const { method = 'GET', headers = {} } = options;
    const request = httpRequest({
      port,
      path,
      method,
      headers: { ...headers },
      agent: false,
    }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = await response.toArray();
    const answer: Answer = {
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: Buffer.concat(chunks).toString(),
    };
    return answer;
  };
  return { ask, faults };
}

test('the list shows each publication with its facts and links', async () => {
  const { ask } = await serve(sourceOf([publication()]));
  const { status, headers, body } = await ask('/');
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=UTF-8');
  expect(headers['content-length']).toBe(String(Buffer.byteLength(body)));
  expect(body).toContain(`<a href="/t/${infoHash}"><bdi>Big Buck Bunny</bdi></a>`);
  expect(body).toContain('>1.2 GiB</td>');
  expect(body).toContain(`href="magnet:?xt=urn:btih:${infoHash}&amp;dn=Big%20Buck%20Bunny"`);
  expect(body).toContain(`href="/t/${infoHash}.torrent"`);
  const cells = [...body.matchAll(/<td class="number[^>]*>([^<]*)</g)].map((match) => match[1]);
  expect(cells).toEqual(['1.2 GiB', '3', '4', '5', '6']);
});

test('an empty list says so', async () => {
  const { ask } = await serve(sourceOf([]));
  expect((await ask('/')).body).toContain('Nothing is published here yet.');
});

test('a long list comes in pages', async () => {
  const many = Array.from({ length: 250 }, (_, n) =>
    publication({ infoHash: String(n).padStart(40, '0'), name: `number ${n}.` }),
  );
  const { ask } = await serve(sourceOf(many));
  const first = (await ask('/')).body;
  expect(first).toContain('number 99.');
  expect(first).not.toContain('number 100.');
  expect(first).toContain('page 1 of 3 <a rel="next" href="/?page=2">');
  const last = (await ask('/?page=3')).body;
  expect(last.match(/<bdi>/g)).toHaveLength(50);
  expect(last).toContain('<a rel="prev" href="/?page=2">');
  expect(last).not.toContain('rel="next"');
  for (const page of ['0', '-1', 'x', '1e9']) {
    expect((await ask(`/?page=${page}`)).body).toContain('page 1 of 3');
  }
  for (const page of ['4', '9'.repeat(400)]) {
    expect((await ask(`/?page=${page}`)).body).toContain('page 3 of 3');
  }
});

test('nothing of a publication is taken for HTML', async () => {
  const hostile = `<script>alert("x")</script>'"&\u202e`;
  const { ask } = await serve(
    sourceOf([publication({ name: hostile, comment: hostile, magnet: `magnet:?x="><b>` })]),
  );
  for (const path of ['/', `/t/${infoHash}`]) {
    const { body } = await ask(path);
    expect(body).not.toContain('<script');
    expect(body).not.toContain('<b>');
    expect(body).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&quot;&amp;');
  }
});

test('a page of one publication', async () => {
  const { ask } = await serve(sourceOf([publication({ comment: 'A film' })]));
  const { status, body } = await ask(`/t/${infoHash.toUpperCase()}`);
  expect(status).toBe(200);
  expect(body).toContain('<title>Big Buck Bunny</title>');
  expect(body).toContain('<dd>1.2 GiB (1288490189 bytes)</dd>');
  expect(body).toContain('<time datetime="2030-01-02T00:00:00.000Z">2030-01-02</time>');
  expect(body).toContain('<dt>Comment</dt><dd><bdi>A film</bdi></dd>');
  expect(body).toContain(`<code>${infoHash}</code>`);
});

test('the .torrent is saved under its name, and not sent again while it is the same', async () => {
  const { ask } = await serve(sourceOf([publication({ name: 'Café' })]));
  const { status, headers, body } = await ask(`/t/${infoHash}.torrent`);
  expect(status).toBe(200);
  expect(body).toBe(torrentBytes.toString());
  expect(headers).toMatchObject({
    'content-type': 'application/x-bittorrent',
    'content-disposition': `attachment; filename="Caf_.torrent"; filename*=UTF-8''Caf%C3%A9.torrent`,
    'content-length': String(torrentBytes.length),
    'x-content-type-options': 'nosniff',
  });
  const etag = headers.etag ?? '';
  expect(etag).toMatch(/^"[\w-]+"$/);
  for (const known of [etag, `"other", W/${etag}`, '*']) {
    const again = await ask(`/t/${infoHash}.torrent`, { headers: { 'If-None-Match': known } });
    expect(again).toMatchObject({ status: 304, body: '', headers: { etag } });
  }
  const other = await ask(`/t/${infoHash}.torrent`, { headers: { 'If-None-Match': '"other"' } });
  expect(other.status).toBe(200);
});

test('HEAD has the same headers and no body; other methods are not allowed', async () => {
  const { ask } = await serve(sourceOf([publication()]));
  for (const path of ['/', `/t/${infoHash}`, `/t/${infoHash}.torrent`]) {
    const got = await ask(path);
    const head = await ask(path, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 200, body: '' });
    expect({ ...head.headers, date: '' }).toEqual({ ...got.headers, date: '' });
    const posted = await ask(path, { method: 'POST' });
    expect(posted).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  }
});

test('what is not published is not found', async () => {
  const { ask, faults } = await serve(sourceOf([publication()]));
  const unknown = 'f'.repeat(40);
  const paths = ['/x', `/t/${unknown}`, `/t/${unknown}.torrent`, '/t/', `/t/${infoHash}.torrents`];
  const odd = ['/t/..%2f..%2fetc%2fpasswd', '/%zz', `/t/${infoHash}/x`, '//evil.example/', '/%00'];
  for (const path of [...paths, ...odd]) {
    const { status, body } = await ask(path);
    expect(status).toBe(404);
    expect(body).toContain('This is not published here.');
    expect(body).not.toContain('evil');
  }
  expect(faults).toEqual([]);
});

test('a page may load and run nothing but its own style', async () => {
  const { ask } = await serve(sourceOf([publication()]));
  for (const path of ['/', `/t/${infoHash}`, '/x']) {
    const { headers, body } = await ask(path);
    const style = /<style>([^<]*)<\/style>/.exec(body)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    const policy = headers['content-security-policy'];
    expect(policy).toContain(`default-src 'none'; style-src 'sha256-${hash}'`);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).not.toMatch(/ style=| on\w+=|<script/);
  }
});

test('a fault is reported, and its reader learns nothing of it', async () => {
  const source = sourceOf([]);
  const { ask, faults } = await serve({
    ...source,
    list() {
      throw new Error('secret path');
    },
  });
  const { status, body } = await ask('/');
  expect(status).toBe(500);
  expect(body).not.toContain('secret');
  expect(faults).toMatchObject([{ message: 'secret path' }]);
});
