import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createSite } from '../../source/site/site.ts';
import type { SitePublication, SiteSource } from '../../source/site/site-source.ts';

const infoHash = '0123456789abcdef0123456789abcdef01234567';
const has = (one: SitePublication, hash: string) =>
  one.infoHash === hash || one.infoHashV2 === hash;
const torrentBytes = Buffer.from('d4:infod4:name1:xee');

const publication = (changes: Partial<SitePublication> = {}): SitePublication => ({
  infoHash,
  infoHashV2: null,
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
  count: () => publications.length,
  list: ({ offset, limit }) => publications.slice(offset, offset + limit),
  find: (wanted) => publications.find((one) => has(one, wanted)) ?? null,
  torrent: (wanted) => {
    const found = publications.find((one) => has(one, wanted));
    if (!found) return null;
    return { fileName: `${found.name}.torrent`, tag: 'one-tag', bytes: () => torrentBytes };
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

test('a page of a publication for v2 is under its v2 info hash', async () => {
  const infoHashV2 = 'ab'.repeat(32);
  const { ask } = await serve(sourceOf([publication({ infoHash: null, infoHashV2 })]));
  expect((await ask('/')).body).toContain(`<a href="/t/${infoHashV2}.torrent">`);
  expect((await ask(`/t/${infoHashV2.toUpperCase()}`)).body).toContain(
    `<code>${infoHashV2}</code>`,
  );
  expect((await ask(`/t/${infoHashV2}.torrent`)).status).toBe(200);
  expect((await ask(`/t/${infoHashV2.slice(0, 50)}`)).status).toBe(404);
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
  const etag = '"one-tag"';
  expect(headers.etag).toBe(etag);
  for (const known of [etag, `"other", W/${etag}`, '*']) {
    const again = await ask(`/t/${infoHash}.torrent`, { headers: { 'If-None-Match': known } });
    expect(again).toMatchObject({ status: 304, body: '', headers: { etag } });
  }
  const other = await ask(`/t/${infoHash}.torrent`, { headers: { 'If-None-Match': '"other"' } });
  expect(other.status).toBe(200);
});

test('a .torrent is made once while its tag is the same, and not for who has it', async () => {
  const source = sourceOf([publication()]);
  const made: string[] = [];
  let tag = 'first';
  const { ask } = await serve({
    ...source,
    torrent: () => ({
      fileName: 'x.torrent',
      tag,
      bytes() {
        made.push(tag);
        return Buffer.from(`made for ${tag}`);
      },
    }),
  });
  const path = `/t/${infoHash}.torrent`;
  expect((await ask(path, { headers: { 'If-None-Match': '"first"' } })).status).toBe(304);
  expect(made).toEqual([]);
  for (let i = 0; i < 3; i++) expect((await ask(path)).body).toBe('made for first');
  tag = 'second';
  for (let i = 0; i < 3; i++) expect((await ask(path)).body).toBe('made for second');
  expect(made).toEqual(['first', 'second']);
});

test('only what a page shows is asked for', async () => {
  const asked: unknown[] = [];
  const { ask } = await serve({
    ...sourceOf([]),
    count: () => 10_000,
    list(range) {
      asked.push(range);
      return [publication()];
    },
  });
  expect((await ask('/?page=7')).body).toContain('page 7 of 100');
  expect((await ask('/?page=101')).body).toContain('page 100 of 100');
  expect(asked).toEqual([
    { offset: 600, limit: 100 },
    { offset: 9_900, limit: 100 },
  ]);
});

test('names and comments with controls and bidirectional overrides are shown harmless', async () => {
  const name = 'invoice\u202efdp.exe\u0000\u001b[31m\u009b\u200f\u2066\u007f.txt';
  const shown = 'invoice\ufffdfdp.exe\ufffd\ufffd[31m\ufffd\ufffd\ufffd\ufffd.txt';
  const { ask } = await serve(sourceOf([publication({ name, comment: `${name}\r\nmore` })]));
  const list = (await ask('/')).body;
  const page = (await ask(`/t/${infoHash}`)).body;
  expect(list).toContain(`<bdi>${shown}</bdi></a>`);
  expect(page).toContain(`<title>${shown}</title>`);
  expect(page).toContain(`<h1><bdi>${shown}</bdi></h1>`);
  expect(page).toContain(`<dd><bdi>${shown} more</bdi></dd>`);
  for (const body of [list, page]) {
    expect(body).not.toMatch(/[^\n\P{Cc}]|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/u);
  }
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
