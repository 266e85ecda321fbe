import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { link, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectIfRunning } from '../../source/client/connect.ts';
import { publish } from '../../source/client/publish.ts';
import type { PublishProgress } from '../../source/control/publishing.ts';
import { findHome } from '../../source/home.ts';
import { scanContent } from '../../source/metainfo/content.ts';
import { createInfo } from '../../source/metainfo/create.ts';
import type { HashedPieces } from '../../source/metainfo/hashing/checkpoint.ts';
import { infoHashHex } from '../../source/metainfo/info-hash.ts';
import { decodeFrames } from '../../source/publishing/journal-frames.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const MiB = 1024 * 1024;
const pieceLength = MiB;

/** A folder that takes seconds to hash, and little room: its files are one file by many names. */
async function largeFolder(files: number): Promise<string> {
  const folder = join(await temporaryFolder(), 'large');
  await mkdir(folder);
  await writeRandomFile(join(folder, '0'), 64 * MiB + 12_345);
  for (let index = 1; index < files; index++) {
    await link(join(folder, '0'), join(folder, String(index)));
  }
  return folder;
}

/** An installation that hashes with one thread, so that there is time to interrupt it. */
const createEverseed = () => Everseed.create({ settings: { publish: { hashThreads: 1 } } });

function startPublishing(everseed: Everseed, path: string, ...flags: string[]) {
  const [command = '', ...args] = everseed.commandLine('publish', path, '--json', ...flags);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (data: Buffer) => {
      said[name] += data;
    });
  }
  return { child, said, ended: new Promise((resolve) => child.once('close', resolve)) };
}

/** How many bytes are hashed, as far as that is written down. */
function bytesWrittenDown(everseed: Everseed): number {
  const folder = join(everseed.home, 'hashing');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  let pieces = 0;
  for (const name of names.filter((one) => one.endsWith('.journal'))) {
    for (const frame of decodeFrames(readFileSync(join(folder, name)))) {
      const hashed = (frame as { pieces?: HashedPieces[] }).pieces ?? [];
      pieces += hashed.reduce((sum, { count }) => sum + count, 0);
    }
  }
  return pieces * pieceLength;
}

/** What the engine has read in its life, of files and all else. */
async function bytesRead(everseed: Everseed): Promise<number> {
  const { pid } = await everseed.status();
  const [, count] = /^rchar: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8')) ?? [];
  return Number(count);
}

async function jobs(everseed: Everseed): Promise<PublishProgress[]> {
  const engine = await connectIfRunning(findHome(everseed.home, {}, '/'));
  if (!engine) return [];
  const { jobs: all } = await engine.request('subscribe', {});
  engine.close();
  return all;
}

test.each([
  ['v1', 120],
  ['v2', 90],
  ['hybrid', 60],
] as const)(
  'killed while it hashes, %s: it goes on by itself where it was, and reads no more than is left',
  { timeout: 240_000 },
  async (format, files) => {
    const everseed = await createEverseed();
    const folder = await largeFolder(files);
    const flags = ['--format', format, '--piece-length', '1M', '--comment', 'kept'];
    const publishing = startPublishing(everseed, folder, ...flags);
    const size = files * (await stat(join(folder, '0'))).size;
    await until(() => bytesWrittenDown(everseed) > 100 * MiB, 60_000);
    await everseed.kill('SIGKILL');
    expect(await publishing.ended).toBe(1);
    const known = bytesWrittenDown(everseed);
    expect(known).toBeLessThan(size);

    // any command starts the engine; nobody asks for the job
    await everseed.status();
    await until(async () => (await everseed.list()).length === 1, 120_000);
    expect(await bytesRead(everseed)).toBeLessThan(size - known + 60 * MiB);
    const options = { format, pieceLength };
    const expected = await createInfo(await scanContent(folder), options);
    const [made] = await everseed.list();
    expect(made).toMatchObject({
      infoHash: expected.infoHash && infoHashHex(expected.infoHash),
      infoHashV2: expected.infoHashV2 && infoHashHex(expected.infoHashV2),
    });
    const shown = await everseed.json('show', '1');
    expect(shown).toMatchObject({ comment: 'kept', path: folder });
    expect(readdirSync(join(everseed.home, 'hashing'))).toEqual([]);
  },
);

test('stopped while it hashes: who wants it again waits for the same job', {
  timeout: 240_000,
}, async () => {
  const everseed = await createEverseed();
  const folder = await largeFolder(120);
  const publishing = startPublishing(everseed, folder, '--piece-length', '1M');
  await until(() => bytesWrittenDown(everseed) > 100 * MiB, 60_000);
  expect((await everseed.run('stop')).code).toBe(0);
  expect(await publishing.ended).toBe(1);
  expect(publishing.said.stderr).toContain('it goes on when everseed runs again');
  const known = bytesWrittenDown(everseed);
  expect(known).toBeGreaterThan(100 * MiB);

  const { size } = await everseed.publish(folder, '--piece-length', '1M');
  expect(await bytesRead(everseed)).toBeLessThan(size - known + 60 * MiB);
  expect(await everseed.list()).toHaveLength(1);
});

test('two who publish the same at once wait for one job; the second may leave, the first cancels it', async () => {
  const everseed = await createEverseed();
  await everseed.status();
  const engine = await everseed.connect();
  const folder = await largeFolder(600);
  const startPublish = async () => {
    const progress: PublishProgress[] = [];
    const leave = new AbortController();
    const outcome = publish(
      engine,
      folder,
      {},
      {
        signal: leave.signal,
        onProgress: (one) => progress.push(one),
      },
    );
    outcome.catch(() => undefined);
    await until(() => progress.some(({ hashedBytes }) => hashedBytes > 0));
    return { outcome, leave };
  };
  const first = await startPublish();
  const second = await startPublish();
  await until(() => bytesWrittenDown(everseed) > 0);
  expect(await jobs(everseed)).toHaveLength(1);
  second.leave.abort();
  await expect(second.outcome).rejects.toMatchObject({ code: 'cancelled' });
  expect(await jobs(everseed)).toHaveLength(1);
  first.leave.abort();
  await expect(first.outcome).rejects.toMatchObject({ code: 'cancelled' });
  expect(await jobs(everseed)).toEqual([]);
  expect(readdirSync(join(everseed.home, 'hashing'))).toEqual([]);

  // what was cancelled stays cancelled
  await everseed.run('stop');
  await everseed.status();
  expect(await jobs(everseed)).toEqual([]);
  expect(await everseed.list()).toEqual([]);
});
