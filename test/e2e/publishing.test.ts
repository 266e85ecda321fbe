import { spawn } from 'node:child_process';
import { readFile, rename, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HealthReport } from '../../source/control/publications.ts';
import { messageOf } from '../../source/errors.ts';
import { contentFile, writeSlowFile } from '../helpers/content.ts';
import { Everseed, isRunning, until } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** A file that is still being hashed when the test is over. */
async function slowFile(): Promise<string> {
  const file = join(await temporaryFolder(), 'large.bin');
  await writeSlowFile(file);
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
  const engine = await everseed.connect();
  await until(async () => {
    const { jobs } = await engine.request('subscribe', {});
    return jobs.some(({ hashedBytes }) => hashedBytes > 0);
  });
}

test('killed while it hashes: the half-made publication is gone, the others are there', async () => {
  const everseed = await Everseed.create();
  const published = await everseed.publish(await contentFile());
  const publishing = startPublishing(everseed, await slowFile());
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
  const publishing = startPublishing(everseed, await slowFile());
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
  const publishing = startPublishing(everseed, await slowFile());
  await untilHashing(everseed);
  publishing.child.kill('SIGHUP');
  await publishing.ended;
  await untilHashing(everseed);
});

test('content that was moved is served from its new place when it is published again', async () => {
  const everseed = await Everseed.create();
  const file = await contentFile();
  const publication = await everseed.publish(file);
  const moved = join(await temporaryFolder(), 'content.bin');
  await rename(file, moved);
  const { stdout } = await everseed.run('publish', moved, '--json');
  expect(JSON.parse(stdout)).toEqual({ ...publication, path: moved });
  expect(await everseed.download(publication)).toEqual(await readFile(moved));
  expect(await everseed.json('health')).toMatchObject([{ health: 'healthy' }]);
});

test('content that was touched, or was found bad, is served again when it is published again', async () => {
  const everseed = await Everseed.create();
  const file = await contentFile();
  const bytes = await readFile(file);
  const publication = await everseed.publish(file);
  const health = async () => {
    const [report] = await everseed.json<HealthReport[]>('health');
    return report?.reasons.map(({ code }) => code);
  };
  await utimes(file, 5, 5);
  expect(await health()).toContain('data-changed');
  expect(await everseed.publish(file)).toEqual(publication);
  await expect.poll(health).toEqual([]);
  expect(await everseed.download(publication)).toEqual(bytes);

  await writeFile(file, Buffer.alloc(bytes.length));
  expect((await everseed.run('verify', '1')).code).toBe(1);
  expect(await health()).toContain('pieces-bad');
  await writeFile(file, bytes);
  expect(await everseed.publish(file)).toEqual(publication);
  await expect.poll(health).toEqual([]);
  expect(await everseed.download(publication)).toEqual(bytes);
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

test('what is adopted waits until others are hashed', async () => {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  const [data, torrent] = [join(folder, 'data'), join(folder, 'data.torrent')];
  await writeFile(data, 'more than is hashed in a moment');
  await truncate(data, 65 * 1024 * 1024);
  expect((await everseed.run('torrent', 'create', data, '-o', torrent)).code).toBe(0);
  await everseed.status();
  const engine = await everseed.connect();
  const phases = new Map<string, string>();
  engine.on('publish.progress', ({ job, phase }) => phases.set(job, phase));
  const path = await slowFile();
  const first = engine.request('publish', { job: 'first', path, options: {} }).catch(messageOf);
  await until(() => phases.get('first') === 'hashing');
  const second = engine.request('adopt', { job: 'second', torrent, data });
  await until(() => phases.get('second') === 'waiting');
  await engine.request('publish.cancel', { job: 'first' });
  expect(await first).toContain('was cancelled');
  expect(await second).toMatchObject({ existing: false, publication: { path: data } });
});

test('large contents are hashed one after the other; small ones do not wait, and who waits can be cancelled', async () => {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  await everseed.status();
  const engine = await everseed.connect();
  const phases = new Map<string, string>();
  engine.on('publish.progress', ({ job, phase }) => phases.set(job, phase));
  const publish = async (job: string) => {
    const path = join(folder, job);
    await writeSlowFile(path);
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
});
