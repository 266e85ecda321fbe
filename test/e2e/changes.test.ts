import { link, mkdir, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contentFile, writeRandomFile } from '../helpers/content.ts';
import { Everseed, type PublishedV1 } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

test('pause, resume, remove', async () => {
  const everseed = await Everseed.create();
  const file = await contentFile();
  const publication = await everseed.publish(file);
  expect(await everseed.run('pause', 'content.bin')).toMatchObject({ code: 0 });
  expect(await everseed.list()).toMatchObject([{ state: 'paused', health: 'paused' }]);
  await expect(everseed.download(publication)).rejects.toThrow('closed');
  await everseed.kill('SIGKILL');
  expect(await everseed.list()).toMatchObject([{ state: 'paused' }]);
  expect(await everseed.run('resume', String(publication.id))).toMatchObject({ code: 0 });
  await everseed.download(publication);
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

test('so it does by whatever path; another name of a file is not needed', async () => {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  const [data, other] = [join(folder, 'data'), join(folder, 'other')];
  for (const name of ['shared', 'linked']) await writeRandomFile(join(data, name), 10_000);
  await symlink(data, join(folder, 'link'));
  await mkdir(other);
  await link(join(data, 'linked'), join(other, 'linked'));
  await everseed.publish(data);
  const single = await everseed.publish(join(folder, 'link', 'shared'));
  await everseed.publish(join(other, 'linked'));
  expect(await everseed.run('remove', 'data', '--delete-data', '--yes')).toMatchObject({
    code: 0,
    stderr: `kept, as it is still published as ${single.id}: ${join(data, 'shared')}\n`,
  });
  expect(await readdir(data)).toEqual(['shared']);
  expect(await everseed.download(single)).toHaveLength(10_000);
  expect(await readdir(other)).toEqual(['linked']);
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
  const engine = await everseed.connect();
  const id = publication.infoHash;
  for (let round = 0; round < 5; round++) {
    await Promise.all([engine.request('pause', { id }), engine.request('resume', { id })]);
    expect(await everseed.list()).toMatchObject([{ state: 'seeding' }]);
    await everseed.download(publication);
  }
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
  const leecher = await everseed.leecher(published);
  expect((await leecher.handshake).subarray(28, 48).toString('hex')).toBe(published.infoHash);

  const { code, stderr } = await everseed.run('undo');
  expect(code).toBe(1);
  expect(stderr).toContain('there is nothing to undo');
});

test('what was sent is counted to the last byte, by whom as well, though it is removed at once', async () => {
  const everseed = await Everseed.create();
  const publication = await everseed.publish(await contentFile());
  await everseed.download(publication);
  const id = String(publication.id);
  expect(await everseed.run('remove', id, '--yes')).toMatchObject({ code: 0 });
  expect(await everseed.run('undo')).toMatchObject({ code: 0 });
  const shown = JSON.parse((await everseed.run('show', id, '--json')).stdout);
  const sent = { payload: 1_000_000, protocol: shown.uploadedProtocol };
  expect(shown).toMatchObject({
    uploaded: 1_000_000,
    sentByDay: [{ day: expect.stringMatching(/^\d{4}-\d\d-\d\d$/), ...sent }],
  });
  // a handshake, and the heads of 62 blocks at least
  expect(shown.uploadedProtocol).toBeGreaterThanOrEqual(68 + 62 * 13);
  const peers = JSON.parse((await everseed.run('peers', id, '--all', '--json')).stdout);
  expect(peers).toMatchObject([{ host: '127.0.0.1', ...sent }]);
  expect((await everseed.run('peers', id, '--all')).stdout).toContain('127.0.0.1');
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

test('what one command did to several is taken back at once', async () => {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  for (const name of ['a', 'b']) {
    await writeRandomFile(join(folder, name), 1000);
    await everseed.publish(join(folder, name));
  }
  const states = async () => (await everseed.list()).map(({ state }) => state);
  await everseed.run('pause', '1', '2');
  expect(await states()).toEqual(['paused', 'paused']);
  const { code, stdout } = await everseed.run('undo');
  expect({ code, lines: stdout.split('\n').sort() }).toEqual({
    code: 0,
    lines: ['', 'resumed 1  a', 'resumed 2  b'],
  });
  expect(await states()).toEqual(['seeding', 'seeding']);

  await everseed.run('limit', '1', '2', '--up', '100K', '--connections', '5');
  expect((await everseed.run('undo')).stdout.split('\n').sort()).toEqual([
    '',
    'limited as before 1  a',
    'limited as before 2  b',
  ]);
  for (const id of ['1', '2']) {
    expect(await everseed.json('show', id)).toMatchObject({
      uploadLimit: null,
      maxConnections: null,
    });
  }
  expect(await everseed.run('undo')).toMatchObject({ code: 1 });
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

test('the history of what was removed comes back with it', async () => {
  const everseed = await Everseed.create();
  const published = await everseed.publish(await contentFile());
  const leecher = await everseed.leecher(published);
  await leecher.handshake;
  const engine = await everseed.connect();
  const publication = published.infoHash;
  const hadPeers = async () => {
    const { peers } = await engine.request('history', { publication, range: '5m' });
    return peers.some((count) => count !== null && count > 0);
  };
  await expect.poll(hadPeers, { timeout: 15_000 }).toBe(true);
  await engine.request('remove', { id: publication, deleteData: false });
  await engine.request('undo', {});
  expect(await hadPeers()).toBe(true);
});

test('what cannot be undone any more is told at once', async () => {
  const everseed = await Everseed.create();
  const file = await contentFile();
  const { infoHash: id } = await everseed.publish(file);
  const engine = await everseed.connect();
  const told: unknown[] = [];
  engine.on('delta', ({ undoable }) => undoable !== undefined && told.push(undoable?.kind ?? null));
  await engine.request('subscribe', {});
  await engine.request('remove', { id, deleteData: false });
  await expect.poll(() => told, { timeout: 5_000 }).toEqual(['remove']);
  await everseed.publish(file);
  await expect.poll(() => told, { timeout: 5_000 }).toEqual(['remove', null]);
  await engine.request('pause', { id });
  await expect.poll(() => told, { timeout: 5_000 }).toEqual(['remove', null, 'pause']);
  await engine.request('remove', { id, deleteData: true });
  await expect.poll(() => told, { timeout: 5_000 }).toEqual(['remove', null, 'pause', null]);
});

test('super-seeding is begun and ended later', async () => {
  const everseed = await Everseed.create();
  const published = await everseed.publish(await contentFile());
  const shown = () => everseed.json<{ superSeeding: boolean }>('show', '1');
  expect(await shown()).toMatchObject({ superSeeding: false });
  expect(await everseed.run('super-seed', '1', 'on')).toMatchObject({
    code: 0,
    stdout: 'super-seeded: 1  content.bin\n',
  });
  await everseed.run('stop');
  expect(await shown()).toMatchObject({ superSeeding: true });
  expect((await everseed.run('show', '1')).stdout).toMatch(/^super-seed +on,/m);
  // HAVE_NONE, as all that super-seed say
  await (await everseed.leecher(published)).next(15);
  expect(await everseed.run('super-seed', '1', 'off')).toMatchObject({
    code: 0,
    stdout: 'seeded as usual: 1  content.bin\n',
  });
  expect(await shown()).toMatchObject({ superSeeding: false });
  expect((await everseed.download(published)).length).toBe(published.size);
});

test('a publication has so many peers, also after a restart', async () => {
  const everseed = await Everseed.create();
  const published = await everseed.publish(await contentFile());
  const first = await everseed.leecher(published);
  await first.handshake;
  expect(await everseed.run('limit', '1', '--connections', '1')).toMatchObject({
    code: 0,
    stdout: 'at most 1 connected: 1  content.bin\n',
  });
  await (await everseed.leecher(published)).closed;
  await everseed.run('stop');
  await (await everseed.leecher(published)).handshake;
  await (await everseed.leecher(published)).closed;
  await everseed.run('limit', '1', '--connections', 'none');
  await (await everseed.leecher(published)).handshake;
  const shown = () => everseed.json<{ maxConnections: number | null }>('show', '1');
  expect((await everseed.run('undo')).code).toBe(0);
  expect(await shown()).toMatchObject({ maxConnections: 1 });
  expect((await everseed.run('undo')).code).toBe(0);
  expect(await shown()).toMatchObject({ maxConnections: null });
  await (await everseed.leecher(published)).handshake;
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
  expect(await everseed.download(publication)).toHaveLength(publication.size);
});
