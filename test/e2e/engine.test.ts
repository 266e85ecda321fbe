import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { bindHosts } from '../../source/engine/bind-hosts.ts';
import { contentFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';

test('ten commands at once start one engine', async () => {
  const everseed = await Everseed.create();
  const all = await Promise.all(Array.from({ length: 10 }, () => everseed.status()));
  expect(new Set(all.map(({ pid }) => pid)).size).toBe(1);
});

test('a second engine for the same home says that there is one, and changes nothing', async () => {
  const everseed = await Everseed.create();
  const { pid } = await everseed.status();
  const { code, stderr } = await everseed.run('daemon', '--foreground');
  expect(code).toBe(1);
  expect(stderr).toContain('an engine already runs for');
  expect((await everseed.status()).pid).toBe(pid);
});

test('uTP is refused where peers are accepted, at a port that was picked, too', async () => {
  const everseed = await Everseed.create();
  const { peer } = await everseed.status();
  const asking = createSocket('udp4');
  onTestFinished(() => void asking.close());
  const syn = Buffer.alloc(20);
  syn[0] = 0x41;
  asking.send(syn, peer.port, '127.0.0.1');
  const [answer] = await once(asking, 'message');
  expect(answer[0]).toBe(0x31);
});

test('the engine is in a session of its own: neither hang-up nor Ctrl-C of a terminal reaches it', async () => {
  const everseed = await Everseed.create();
  const { pid } = await everseed.status();
  process.kill(pid, 'SIGHUP');
  expect((await everseed.status()).pid).toBe(pid);
  // after the parenthesised name: state, parent, process group, session
  const session = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3];
  expect(Number(session)).toBe(pid);
});

test('SIGTERM ends it in good order', async () => {
  const everseed = await Everseed.create();
  await everseed.publish(await contentFile());
  await everseed.kill('SIGTERM');
  expect(everseed.log()).toContain('"event":"stopping"');
  expect(await everseed.run('stop')).toMatchObject({ code: 0, stderr: 'no engine runs\n' });
  expect(await everseed.run('status', '--json')).toEqual({
    code: 1,
    stdout: '',
    stderr: `everseed: no engine runs for ${everseed.home}: start it with: everseed --home ${everseed.home} daemon\n`,
  });
  expect(await everseed.list()).toHaveLength(1);
});

test("everything it keeps is its user's alone", async () => {
  const everseed = await Everseed.create();
  await everseed.publish(await contentFile());
  for (const name of await readdir(everseed.home)) {
    if (name === 'settings.json') continue;
    expect({ name, others: statSync(join(everseed.home, name)).mode & 0o077 }).toEqual({
      name,
      others: 0,
    });
  }
});

function savedUpload(everseed: Everseed): number {
  const database = new DatabaseSync(join(everseed.home, 'catalog.sqlite'), { readOnly: true });
  const row = database.prepare('SELECT sum(uploaded) AS uploaded FROM totals').get();
  database.close();
  return Number(row?.['uploaded']);
}

test('killed while it seeds: publications and counts are there, and it seeds on', {
  timeout: 60_000,
}, async () => {
  const everseed = await Everseed.create();
  const file = await contentFile(4_000_000);
  const publication = await everseed.publish(file);
  await everseed.download(publication);
  await until(() => savedUpload(everseed) === publication.size);
  const leecher = await everseed.leecher(publication);
  leecher.interested();
  await leecher.next(1);
  await everseed.kill('SIGKILL');
  await leecher.closed;

  expect(await everseed.list()).toMatchObject([
    { id: publication.id, infoHash: publication.infoHash, uploaded: publication.size },
  ]);
  expect(await everseed.download(publication)).toEqual(await readFile(file));
});

test('an orderly stop loses no completion', async () => {
  const everseed = await Everseed.create();
  const { infoHash } = await everseed.publish(await contentFile());
  const { http } = await everseed.status();
  const hash = infoHash.replace(/../g, '%$&');
  const announce = (left: number, event: string) =>
    fetch(
      `http://127.0.0.1:${http.port}/announce?info_hash=${hash}&peer_id=-XX0001-abcdefghijkl&port=7001&uploaded=0&downloaded=0&left=${left}&event=${event}`,
    );
  await announce(1, 'started');
  await announce(0, 'completed');
  await everseed.run('stop');
  expect(await everseed.list()).toMatchObject([{ completed: 1 }]);
});

test('an engine in the foreground goes on when nobody reads what it says', async () => {
  const everseed = await Everseed.create();
  const [command = '', ...args] = everseed.commandLine('daemon', '--foreground');
  const foreground = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => {
    foreground.kill('SIGKILL');
  });
  await new Promise((resolve) => foreground.stderr.once('data', resolve));
  foreground.stderr.destroy();
  for (let count = 0; count < 3; count++) await everseed.publish(await contentFile(1000 + count));
  expect(await everseed.list()).toHaveLength(3);
});

test('data that is gone or changed is told by health, and told again when it is back', async () => {
  const everseed = await Everseed.create();
  const file = await contentFile();
  const publication = await everseed.publish(file);
  const report = () => everseed.json<{ health: string; reasons: { code: string }[] }[]>('health');
  const before = await stat(file);
  const bytes = await readFile(file);
  await rm(file);
  await until(async () => (await report())[0]?.health === 'dead');
  expect((await report())[0]?.reasons[0]?.code).toBe('data-missing');
  await expect(everseed.download(publication)).rejects.toThrow();
  await writeFile(file, bytes);
  await until(async () => (await report())[0]?.reasons[0]?.code === 'data-changed');
  await utimes(file, before.atime, before.mtime);
  await until(async () => (await report())[0]?.reasons.length === 0);
  await everseed.download(publication);
});

test('what happened is told with who asked, and what was read stays read', async () => {
  const everseed = await Everseed.create();
  const { id, infoHash } = await everseed.publish(await contentFile());
  await everseed.run('pause', infoHash);
  const engine = await everseed.connect('test');
  await engine.request('resume', { id: infoHash });
  const events = await engine.request('events', { publication: infoHash, limit: 10 });
  expect(events.map(({ text, askedBy }) => [text.split(' ')[0], askedBy])).toEqual([
    ['published', 'command line'],
    ['paused', 'command line'],
    ['resumed', 'test'],
  ]);
  expect(events.every(({ publication }) => publication === id)).toBe(true);

  const newest = events.at(-1)?.id ?? 0;
  await engine.request('events.read', { upTo: newest });
  await engine.request('events.read', { upTo: 1 });
  await everseed.kill('SIGKILL');
  await everseed.status();
  const again = await everseed.connect();
  const snapshot = await again.request('subscribe', {});
  expect(snapshot.eventsReadTo).toBe(newest);
});

test('requests that are refused are noted, but no errors that somebody has to read', async () => {
  const everseed = await Everseed.create();
  const { infoHash } = await everseed.publish(await contentFile());
  const engine = await everseed.connect('test');
  const missing = '/there/is/nothing/here';
  const refused = { code: 'path-missing' };
  const publish = engine.request('publish', { job: 'a', path: missing, options: {} });
  await expect(publish).rejects.toMatchObject(refused);
  expect((await everseed.run('move', infoHash, missing)).code).toBe(1);
  const events = await engine.request('events', { limit: 20 });
  expect(events.filter(({ text }) => text.includes(missing))).toHaveLength(2);
  expect(events.filter(({ level }) => level === 'error')).toEqual([]);
});

test('files, trackers, histories and problems of a publication are told by the engine', async () => {
  const everseed = await Everseed.create();
  const { infoHash } = await everseed.publish(await contentFile());
  const engine = await everseed.connect();
  const { total, files } = await engine.request('files', { id: infoHash, offset: 0, limit: 5 });
  expect({ total, faults: files.map(({ fault }) => fault) }).toEqual({ total: 1, faults: [null] });
  const [own] = await engine.request('publication.trackers', { id: infoHash });
  expect(own).toMatchObject({ state: 'own', tier: 0, seeds: 1, leechers: 0 });
  for (const range of ['5m', '1h', '24h', '30d'] as const) {
    const history = await engine.request('history', { publication: infoHash, range });
    expect(history.uploadRate).toHaveLength(history.peers.length);
  }
  const { counts } = await engine.request('health.problems', { limit: 10 });
  expect(counts.healthy).toBe(1);
  await expect(engine.request('history', { range: '2h' as '1h' })).rejects.toThrow('one of 5m');
  await expect(engine.request('files', { id: infoHash, offset: -1, limit: 5 })).rejects.toThrow(
    'offset',
  );
});

test('the status has the IPv6 addresses it listens at, where there is IPv6', async () => {
  const everseed = await Everseed.create();
  const { http, udp, peer } = await everseed.status();
  const [, host6] = bindHosts('0.0.0.0', '::');
  const listens = { host: '0.0.0.0', port: expect.any(Number), ...(host6 && { host6 }) };
  expect([http, udp, peer]).toEqual([listens, listens, listens]);
  const narrow = await Everseed.create({ settings: { bind: '127.0.0.1' } });
  const local = { host: '127.0.0.1', port: expect.any(Number) };
  expect(await narrow.status()).toMatchObject({ http: local, udp: local, peer: local });
  expect((await narrow.status()).peer).toEqual(local);
});
