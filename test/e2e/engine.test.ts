import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { readdir, readFile, rename, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { connectIfRunning } from '../../source/client/connect.ts';
import type { EngineStatus } from '../../source/control/engine.ts';
import { messageOf } from '../../source/errors.ts';
import { findHome } from '../../source/home.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, isRunning, type PublishedV1, until } from '../helpers/everseed.ts';
import { Leecher } from '../helpers/leecher.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function contentFile(size = 1_000_000): Promise<string> {
  const file = join(await temporaryFolder(), 'content.bin');
  await writeRandomFile(file, size);
  return file;
}

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
    stderr: `everseed: no engine runs for ${everseed.home}: start it with: everseed daemon\n`,
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

/** A file that is as slow to hash as it is large, and takes no room. */
async function sparseFile(): Promise<string> {
  const file = join(await temporaryFolder(), 'large.bin');
  await writeFile(file, '');
  await truncate(file, 200 * 1024 ** 3);
  return file;
}

function startPublishing(everseed: Everseed, file: string) {
  const [command = '', ...args] = everseed.commandLine('publish', file, '--json');
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (data: Buffer) => {
      said[name] += data;
    });
  }
  return { child, said, ended: new Promise((resolve) => child.once('close', resolve)) };
}

async function untilHashing(everseed: Everseed): Promise<void> {
  const engine = await connectIfRunning(findHome(everseed.home, {}, '/'));
  if (!engine) throw new Error('no engine runs');
  await until(async () => {
    const { jobs } = await engine.request('subscribe', {});
    return jobs.some(({ hashedBytes }) => hashedBytes > 0);
  });
  engine.close();
}

test('killed while it hashes: the half-made publication is gone, the others are there', async () => {
  const everseed = await Everseed.create();
  const published = await everseed.publish(await contentFile());
  const publishing = startPublishing(everseed, await sparseFile());
  await untilHashing(everseed);
  await everseed.kill('SIGKILL');
  expect(await publishing.ended).toBe(1);
  expect(publishing.said.stdout).toBe('');
  expect(publishing.said.stderr).toContain('the engine ended before it answered');
  expect((await everseed.list()).map(({ infoHash }) => infoHash)).toEqual([published.infoHash]);
});

test('Ctrl-C while it hashes leaves nothing, and the engine goes on', async () => {
  const everseed = await Everseed.create();
  const { pid } = await everseed.status();
  const publishing = startPublishing(everseed, await sparseFile());
  await untilHashing(everseed);
  publishing.child.kill('SIGINT');
  expect(await publishing.ended).toBe(1);
  expect(publishing.said.stderr).toContain('was cancelled: nothing was published');
  expect(await everseed.list()).toEqual([]);
  expect(isRunning(pid)).toBe(true);
});

test('the hang-up of the terminal it was begun in does not end a publishing', async () => {
  const everseed = await Everseed.create();
  await everseed.status();
  const publishing = startPublishing(everseed, await sparseFile());
  await untilHashing(everseed);
  publishing.child.kill('SIGHUP');
  await publishing.ended;
  await untilHashing(everseed);
});

function connectLeecher({ peer }: EngineStatus, { infoHash }: PublishedV1): Leecher {
  const leecher = new Leecher(peer.port, { infoHash });
  onTestFinished(() => leecher.close());
  return leecher;
}

async function download(everseed: Everseed, publication: PublishedV1): Promise<Buffer> {
  const leecher = connectLeecher(await everseed.status(), publication);
  return leecher.download(publication.size, publication.pieceLength);
}

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
  await download(everseed, publication);
  await until(() => savedUpload(everseed) === publication.size);
  const leecher = connectLeecher(await everseed.status(), publication);
  leecher.interested();
  await leecher.next(1);
  await everseed.kill('SIGKILL');
  await leecher.closed;

  expect(await everseed.list()).toMatchObject([
    { id: publication.id, infoHash: publication.infoHash, uploaded: publication.size },
  ]);
  expect(await download(everseed, publication)).toEqual(await readFile(file));
});

test('pause, resume, remove', async () => {
  const everseed = await Everseed.create();
  const file = await contentFile();
  const publication = await everseed.publish(file);
  expect(await everseed.run('pause', 'content.bin')).toMatchObject({ code: 0 });
  expect(await everseed.list()).toMatchObject([{ state: 'paused', health: 'paused' }]);
  await expect(download(everseed, publication)).rejects.toThrow('closed');
  await everseed.kill('SIGKILL');
  expect(await everseed.list()).toMatchObject([{ state: 'paused' }]);
  expect(await everseed.run('resume', String(publication.id))).toMatchObject({ code: 0 });
  await download(everseed, publication);
  expect(await everseed.run('remove', '1')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('add --yes'),
  });
  expect(await everseed.run('remove', publication.infoHash.slice(0, 8), '--yes')).toMatchObject({
    code: 0,
  });
  expect(await everseed.list()).toEqual([]);
  expect((await stat(file)).size).toBe(1_000_000);
});

test('remove --delete-data deletes what was published, and keeps what was changed since', async () => {
  const everseed = await Everseed.create();
  const folder = join(await temporaryFolder(), 'album');
  await writeRandomFile(join(folder, 'one'), 10_000);
  await writeRandomFile(join(folder, 'sub', 'two'), 10_000);
  await writeRandomFile(join(folder, 'sub', 'three'), 10_000);
  await everseed.publish(folder);
  await writeFile(join(folder, 'sub', 'three'), 'mine now');
  const { code, stderr } = await everseed.run('remove', 'album', '--delete-data', '--yes');
  expect(code).toBe(0);
  expect(stderr).toContain(join(folder, 'sub', 'three'));
  expect((await readdir(folder, { recursive: true })).sort()).toEqual(['sub', 'sub/three']);
});

test('remove --delete-data keeps what is published a second time, and says as what', async () => {
  const everseed = await Everseed.create();
  const folder = join(await temporaryFolder(), 'album');
  const file = join(folder, 'one');
  await writeRandomFile(file, 10_000);
  await everseed.publish(folder);
  const single = await everseed.publish(file);
  expect(await everseed.run('remove', '1', '--delete-data', '--yes')).toMatchObject({
    code: 0,
    stderr: `kept, as it is still published as ${single.id}: ${file}\n`,
  });
  expect(await readdir(folder)).toEqual(['one']);
});

test('what a command shows is what it acts on, whatever another one is called', async () => {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  for (const name of ['foo', '1']) {
    await writeRandomFile(join(folder, name), 1000);
    await everseed.publish(join(folder, name));
  }
  const { stdout } = await everseed.run('remove', 'foo', '--delete-data', '--yes');
  expect(stdout).toBe('removed 1  foo\n');
  expect(await readdir(folder)).toEqual(['1']);
  expect((await everseed.list()).map(({ name }) => name)).toEqual(['1']);
});

test('pause and resume at once end in one state, for the catalog and for peers', async () => {
  const everseed = await Everseed.create();
  const publication = await everseed.publish(await contentFile());
  const engine = await connectIfRunning(findHome(everseed.home, {}, '/'));
  if (!engine) throw new Error('no engine runs');
  onTestFinished(() => engine.close());
  const id = publication.infoHash;
  for (let round = 0; round < 5; round++) {
    await Promise.all([engine.request('pause', { id }), engine.request('resume', { id })]);
    expect(await everseed.list()).toMatchObject([{ state: 'seeding' }]);
    await download(everseed, publication);
  }
});

test('content that was moved is served from its new place when it is published again', async () => {
  const everseed = await Everseed.create();
  const file = await contentFile();
  const publication = await everseed.publish(file);
  const moved = join(await temporaryFolder(), 'content.bin');
  await rename(file, moved);
  const { stdout } = await everseed.run('publish', moved, '--json');
  expect(JSON.parse(stdout)).toEqual({ ...publication, path: moved });
  expect(await download(everseed, publication)).toEqual(await readFile(moved));
  expect(await everseed.json('health')).toMatchObject([{ health: 'healthy' }]);
});

test('the same content by two at once is one publication', async () => {
  const everseed = await Everseed.create();
  await everseed.status();
  const file = await contentFile();
  const results = await Promise.all([1, 2, 3].map(() => everseed.run('publish', file, '--json')));
  expect(results.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(new Set(results.map(({ stdout }) => stdout)).size).toBe(1);
  expect(await everseed.list()).toHaveLength(1);
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
  await expect(download(everseed, publication)).rejects.toThrow();
  await writeFile(file, bytes);
  await until(async () => (await report())[0]?.reasons[0]?.code === 'data-changed');
  await utimes(file, before.atime, before.mtime);
  await until(async () => (await report())[0]?.reasons.length === 0);
  await download(everseed, publication);
});

test('a removal is taken back, though the engine was ended meanwhile: it is served as before', async () => {
  const everseed = await Everseed.create();
  const file = await contentFile();
  const published = await everseed.publish(file);
  expect(await everseed.run('remove', '1', '--yes')).toMatchObject({ code: 0 });
  expect(await everseed.list()).toEqual([]);
  await everseed.kill('SIGKILL');
  expect(await everseed.run('undo')).toMatchObject({
    code: 0,
    stdout: 'published again 1  content.bin\n',
  });
  expect(await everseed.list()).toMatchObject([{ id: 1, infoHash: published.infoHash }]);
  const { torrentUrl } = await everseed.json<PublishedV1>('show', '1');
  expect((await fetch(torrentUrl)).status).toBe(200);
  const { peer } = await everseed.status();
  const leecher = new Leecher(peer.port, { infoHash: published.infoHash });
  expect((await leecher.handshake).subarray(28, 48).toString('hex')).toBe(published.infoHash);
  leecher.socket.destroy();

  const { code, stderr } = await everseed.run('undo');
  expect(code).toBe(1);
  expect(stderr).toContain('there is nothing to undo');
});

test('a limit is taken back to what it was', async () => {
  const everseed = await Everseed.create();
  await everseed.publish(await contentFile());
  await everseed.run('limit', '1', '--up', '100K');
  await everseed.run('limit', '1', '--up', '200K');
  expect(await everseed.run('undo')).toMatchObject({
    stdout: 'limited as before 1  content.bin\n',
  });
  expect(await everseed.json('show', '1')).toMatchObject({ uploadLimit: 100 * 1024 });
  await everseed.run('undo');
  expect(await everseed.json('show', '1')).toMatchObject({ uploadLimit: null });

  await everseed.run('limit', '--overall', '--up', '300K');
  expect(await everseed.status()).toMatchObject({ limit: { now: 307_200, usual: 307_200 } });
  expect(await everseed.run('undo')).toMatchObject({ stdout: 'limited as before: all together\n' });
  expect(await everseed.status()).toMatchObject({ limit: { now: null, usual: null } });
});

test('pausing is taken back; data that was deleted does not come back', async () => {
  const everseed = await Everseed.create();
  await everseed.publish(await contentFile());
  await everseed.run('pause', '1');
  expect(await everseed.run('undo')).toMatchObject({ stdout: 'resumed 1  content.bin\n' });
  expect(await everseed.list()).toMatchObject([{ state: 'seeding' }]);
  await everseed.run('remove', '1', '--delete-data', '--yes');
  expect((await everseed.run('undo')).code).toBe(1);
});

test('what happened is told with who asked, and what was read stays read', async () => {
  const everseed = await Everseed.create();
  const { id, infoHash } = await everseed.publish(await contentFile());
  await everseed.run('pause', infoHash);
  const engine = await connectIfRunning(findHome(everseed.home, {}, '/'), 'test');
  if (!engine) throw new Error('no engine runs');
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
  engine.close();
  await everseed.kill('SIGKILL');
  await everseed.status();
  const again = await connectIfRunning(findHome(everseed.home, {}, '/'));
  const snapshot = await again?.request('subscribe', {});
  again?.close();
  expect(snapshot?.eventsReadTo).toBe(newest);
});

test('files, trackers, histories and problems of a publication are told by the engine', async () => {
  const everseed = await Everseed.create();
  const { infoHash } = await everseed.publish(await contentFile());
  const engine = await connectIfRunning(findHome(everseed.home, {}, '/'));
  if (!engine) throw new Error('no engine runs');
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
  engine.close();
});

test('the limit of a publication is kept, and taken away', async () => {
  const everseed = await Everseed.create();
  const publication = await everseed.publish(await contentFile());
  const shown = () => everseed.json<{ uploadLimit: number | null }>('show', '1');
  expect(await shown()).toMatchObject({ uploadLimit: null });
  expect(await everseed.run('limit', '1', '--up', '2M')).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^at most 2\.0 MiB\/s: 1 {2}/),
  });
  await everseed.run('stop');
  expect(await shown()).toMatchObject({ uploadLimit: 2 * 1024 * 1024 });
  await everseed.run('limit', '1', '--up', 'none');
  expect(await shown()).toMatchObject({ uploadLimit: null });
  expect(await download(everseed, publication)).toHaveLength(publication.size);
});

test('large contents are hashed one after the other; small ones do not wait, and who waits can be cancelled', async () => {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  await everseed.status();
  const engine = await connectIfRunning(findHome(everseed.home, {}, '/'));
  if (!engine) throw new Error('no engine runs');
  const phases = new Map<string, string>();
  engine.on('publish.progress', ({ job, phase }) => phases.set(job, phase));
  const publish = async (job: string) => {
    const path = join(folder, job);
    await writeFile(path, '');
    // as slow to hash as it is large, and takes no room
    await truncate(path, 200 * 1024 ** 3);
    return engine.request('publish', { job, path, options: {} }).catch(messageOf);
  };
  const first = publish('first');
  await until(() => phases.get('first') === 'hashing');
  const second = publish('second');
  await until(() => phases.get('second') === 'waiting');
  await everseed.publish(await contentFile());
  expect(phases.get('second')).toBe('waiting');
  expect(await engine.request('publish.cancel', { job: 'second' })).toEqual({ cancelled: true });
  expect(await second).toContain('was cancelled');
  const third = publish('third');
  await until(() => phases.get('third') === 'waiting');
  await engine.request('publish.cancel', { job: 'first' });
  expect(await first).toContain('was cancelled');
  await until(() => phases.get('third') === 'hashing');
  await engine.request('publish.cancel', { job: 'third' });
  expect(await third).toContain('was cancelled');
  engine.close();
});
