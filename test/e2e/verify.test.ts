import { spawn } from 'node:child_process';
import { cp, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type {
  HealthReport,
  PublicationDetail,
  VerifyReport,
} from '../../source/control/publications.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** A publication of three files in 16 KiB pieces: 0-2 have bytes of a, 2-3 of b, 3-4 of c. */
async function published(everseed: Everseed, ...flags: string[]) {
  const folder = join(await temporaryFolder(), 'album');
  await writeRandomFile(join(folder, 'a'), 40_000);
  await writeRandomFile(join(folder, 'b'), 20_000);
  await writeRandomFile(join(folder, 'c'), 20_000);
  const publication = await everseed.publish(folder, '--piece-length', '16KiB', ...flags);
  return { publication, at: (name: string) => join(folder, name) };
}

/** Changes one byte of a file, which does not show in its time. */
async function rot(path: string, offset: number): Promise<void> {
  const { atime, mtime } = await stat(path);
  const bytes = await readFile(path);
  bytes[offset] = ~(bytes[offset] ?? 0);
  await writeFile(path, bytes);
  await utimes(path, atime, mtime);
}

test.each(['v1', 'v2', 'hybrid'])('content of %s that is whole is said to be', async (format) => {
  const everseed = await Everseed.create();
  await published(everseed, '--format', format);
  const { code, stdout, stderr } = await everseed.run('verify', 'album');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^whole: album, 3 files, \d pieces, 78\.1 KiB\n$/);
  expect(await everseed.json('show', 'album')).toMatchObject({
    verifiedAt: expect.any(Number),
    badPieces: 0,
  });
});

test('bytes that rotted are found, told, and served no more until they are good again', async () => {
  const everseed = await Everseed.create();
  const { publication, at } = await published(everseed);
  const good = await readFile(at('a'));
  await rot(at('a'), 20_000);
  const { code, stdout, stderr } = await everseed.run('verify', 'album', '--json');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/album is not what was published: 4 of 5 pieces are good/),
  });
  expect(JSON.parse(stdout) as VerifyReport).toMatchObject({
    id: publication.id,
    whole: false,
    goodPieces: 4,
    wrong: 1,
    wrongPieces: [[1, 1]],
    bad: 1,
    badFiles: [{ path: 'a', status: 'wrong', pieces: 3, goodPieces: 2 }],
  });
  const [{ reasons } = { reasons: [] }] = await everseed.json<HealthReport[]>('health', 'album');
  expect(reasons[0]).toMatchObject({
    code: 'pieces-bad',
    text: 'a piece of 5, in a, is missing or wrong, and not served',
  });
  const bitfield = async () => await (await everseed.leecher(publication)).next(5);
  expect((await bitfield()).toString('hex')).toBe('b8');
  // after a restart as well
  await everseed.kill('SIGKILL');
  expect(await everseed.json('show', 'album')).toMatchObject({ badPieces: 1 });
  expect((await bitfield()).toString('hex')).toBe('b8');

  await writeFile(at('a'), good);
  expect(await everseed.run('verify', 'album')).toMatchObject({ code: 0 });
  expect(await everseed.json('show', 'album')).toMatchObject({ badPieces: 0 });
  await everseed.download(publication);
});

test('of files that share a bad piece the one that was written to is named, again and again', async () => {
  const everseed = await Everseed.create();
  const { at } = await published(everseed, '--format', 'v1');
  const bytes = await readFile(at('b'));
  // piece 2 begins with the end of a
  bytes[0] = ~(bytes[0] ?? 0);
  await writeFile(at('b'), bytes);
  const told = async () => {
    const { stdout } = await everseed.run('verify', 'album');
    expect(stdout).toMatch(/^unproven +2\/3 +39\.1 KiB +a \(shares a piece with b\)$/m);
    expect(stdout).toMatch(/^wrong +1\/2 +19\.5 KiB +b$/m);
    expect(await everseed.json('files', 'album')).toEqual([
      { path: 'a', length: 40_000, fault: 'unproven', sharesPieceWith: 'b' },
      { path: 'b', length: 20_000, fault: 'wrong' },
      { path: 'c', length: 20_000, fault: null },
    ]);
    expect((await everseed.run('files', 'album')).stdout).toContain('a (shares a piece with b)');
    expect((await everseed.run('health', 'album')).stdout).toContain('a piece of 5, in b, is');
    expect((await everseed.run('logs')).stdout).toContain('1 piece is wrong, 0 are missing');
  };
  await told();
  await told();
  await everseed.kill('SIGKILL');
  await told();
});

test('a file that was only touched is served again once it is verified', async () => {
  const everseed = await Everseed.create();
  const { publication, at } = await published(everseed);
  await utimes(at('b'), 5, 5);
  expect(await everseed.json('health', 'album')).toMatchObject([{ health: 'dead' }]);
  expect(await everseed.json('files', 'album')).toEqual([
    { path: 'a', length: 40_000, fault: null },
    { path: 'b', length: 20_000, fault: 'changed' },
    { path: 'c', length: 20_000, fault: null },
  ]);
  expect(await everseed.run('verify', 'album')).toMatchObject({ code: 0 });
  expect((await everseed.run('files', 'album')).stdout).toBe(
    '    SIZE  ON DISK    FILE\n39.1 KiB  as it was  a\n19.5 KiB  as it was  b\n19.5 KiB  as it was  c\n',
  );
  await everseed.download(publication);
});

test('a file put back from a copy is verified by itself before it is served', async () => {
  const everseed = await Everseed.create();
  const { publication, at } = await published(everseed);
  await everseed.download(publication);
  const restore = async (name: string, spoil: boolean) => {
    await cp(at(name), at('../copy'), { preserveTimestamps: true });
    if (spoil) await rot(at('../copy'), 20_000);
    await rename(at('../copy'), at(name));
  };
  const verified = async () => {
    // looks at the files, if that was not done a moment ago
    await everseed.run('health', 'album');
    const { verifiedAt, badPieces } = await everseed.json<PublicationDetail>('show', 'album');
    return { isVerified: verifiedAt !== null, badPieces };
  };
  await restore('a', false);
  await expect.poll(verified, { timeout: 15_000 }).toEqual({ isVerified: true, badPieces: 0 });
  await everseed.download(publication);
  await restore('a', true);
  await expect.poll(verified, { timeout: 15_000 }).toEqual({ isVerified: true, badPieces: 1 });
  const bitfield = await (await everseed.leecher(publication)).next(5);
  expect(bitfield.toString('hex')).toBe('b8');
});

test('what is missing is told by its file, and served when it is back', async () => {
  const everseed = await Everseed.create();
  const { publication, at } = await published(everseed);
  await rename(at('a'), at('../a'));
  const { code, stdout } = await everseed.run('verify', 'album');
  expect(code).toBe(1);
  expect(stdout).toContain('missing           0/3  39.1 KiB  a\n');
  expect(stdout).toContain('missing: 3 (0-2)\n');
  await rename(at('../a'), at('a'));
  await expect
    .poll(() => everseed.json('health', 'album'), { timeout: 10_000 })
    .toMatchObject([{ health: 'healthy' }]);
  await everseed.download(publication);
});

test('Ctrl-C ends it, and what was known stays', async () => {
  const everseed = await Everseed.create();
  const folder = join(await temporaryFolder(), 'large');
  await writeRandomFile(join(folder, 'large'), 400_000_000);
  await everseed.publish(folder);
  const engine = await everseed.connect();
  const { result, client } = await interrupted(everseed, async () => {
    const { jobs } = await engine.request('subscribe', {});
    return jobs.some(({ phase }) => phase === 'verifying');
  });
  expect(client).toBe(1);
  expect(result).toContain('verifying large was cancelled: what was known of it is as it was');
  expect(await everseed.json('show', 'large')).toMatchObject({ verifiedAt: null });
  await expect.poll(async () => (await engine.request('subscribe', {})).jobs).toEqual([]);
});

/** Runs `verify large` and interrupts it when `isTime`. */
async function interrupted(everseed: Everseed, isTime: () => Promise<boolean>) {
  const [command = '', ...args] = everseed.commandLine('verify', 'large');
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let result = '';
  child.stderr.on('data', (text) => {
    result += text;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  await expect.poll(isTime, { timeout: 10_000, interval: 10 }).toBe(true);
  child.kill('SIGINT');
  return { client: await ended, result };
}
