import { chmod, chown, cp, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, type PublishedV1 } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function published(...flags: string[]) {
  const everseed = await Everseed.create();
  const parent = await temporaryFolder();
  const folder = join(parent, 'album');
  await writeRandomFile(join(folder, 'a'), 40_000);
  await writeRandomFile(join(folder, 'sub', 'b'), 20_000);
  const publication = await everseed.publish(folder, ...flags);
  return { everseed, parent, folder, publication };
}

test('what was moved away is served from there, without a restart', async () => {
  const { everseed, parent, folder, publication } = await published();
  const bytes = await everseed.download(publication);
  await rename(folder, join(parent, 'renamed'));
  const { code, stdout } = await everseed.run('move', 'album', join(parent, 'renamed'));
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: `1  album is served from ${join(parent, 'renamed')}\n`,
  });
  expect((await everseed.download(publication)).equals(bytes)).toBe(true);
  await expect
    .poll(() => everseed.json('health', 'album'), { timeout: 10_000 })
    .toMatchObject([{ health: 'healthy' }]);
  await everseed.kill('SIGKILL');
  expect((await everseed.download(publication)).equals(bytes)).toBe(true);
});

test('a copy with its times will do, in a folder that holds it by its name', async () => {
  const { everseed, parent, folder, publication } = await published('--format', 'hybrid');
  await cp(folder, join(parent, 'copies', 'album'), { recursive: true, preserveTimestamps: true });
  const moved = await everseed.json<PublishedV1>('move', '1', join(parent, 'copies'));
  expect(moved).toMatchObject({ id: publication.id, path: join(parent, 'copies', 'album') });
  await rm(folder, { recursive: true });
  expect(await everseed.run('verify', '1')).toMatchObject({ code: 0 });
});

test('times that are others want it compared, and then it must be good', async () => {
  const { everseed, parent, folder, publication } = await published();
  const bytes = await everseed.download(publication);
  const copy = join(parent, 'copy');
  await cp(folder, copy, { recursive: true });
  await utimes(join(copy, 'sub', 'b'), 5, 5);
  expect(await everseed.run('move', 'album', copy)).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/has another modification time .* \(--verify\)/),
  });
  expect(await everseed.run('move', 'album', copy, '--verify')).toMatchObject({ code: 0 });
  await rm(folder, { recursive: true });
  expect((await everseed.download(publication)).equals(bytes)).toBe(true);

  await cp(copy, join(parent, 'spoilt'), { recursive: true });
  await writeFile(join(parent, 'spoilt', 'a'), Buffer.alloc(40_000));
  expect(await everseed.run('move', 'album', join(parent, 'spoilt'), '--verify')).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(
      /spoilt is not what was published: \d+ of \d+ pieces are wrong or missing, such as of a\n/,
    ),
  });
  expect(await everseed.json('show', 'album')).toMatchObject({ path: copy });
  expect((await everseed.download(publication)).equals(bytes)).toBe(true);
});

test('a file that cannot be read there, and was bad before, takes no other file out of its place', async () => {
  const home = await temporaryFolder();
  const parent = await temporaryFolder();
  // root reads everything, so as root this runs as somebody else
  const nobody = process.getuid?.() === 0 ? 65_534 : null;
  const prefix =
    nobody === null ? [] : ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
  if (nobody !== null) await chown(home, nobody, nobody);
  await chmod(parent, 0o755);
  const everseed = await Everseed.create({ home, prefix });
  const [folder, moved] = [join(parent, 'album'), join(parent, 'moved')];
  // whole pieces, so that none is shared
  for (const name of ['a', 'b', 'c']) await writeRandomFile(join(folder, name), 32_768);
  const publication = await everseed.publish(folder, '--piece-length', '16KiB');
  await writeFile(join(folder, 'b'), Buffer.alloc(32_768));
  expect((await everseed.run('verify', 'album')).code).toBe(1);
  await rename(folder, moved);
  await utimes(join(moved, 'b'), 5, 5);
  await chmod(join(moved, 'b'), 0);
  if (nobody !== null) await chown(join(moved, 'b'), nobody, nobody);
  expect(await everseed.run('move', 'album', moved, '--verify')).toMatchObject({ code: 0 });
  const leecher = await everseed.leecher(publication);
  leecher.interested();
  await leecher.next(1);
  const block = await leecher.fetch({ piece: 4, begin: 0, length: 16_384 });
  expect(block.equals((await readFile(join(moved, 'c'))).subarray(0, 16_384))).toBe(true);
});

test('what is missing there, or of another size, keeps it where it is', async () => {
  const { everseed, parent, folder, publication } = await published();
  await cp(folder, join(parent, 'some'), { recursive: true, preserveTimestamps: true });
  await rm(join(parent, 'some', 'sub', 'b'));
  expect(await everseed.run('move', '1', join(parent, 'some'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('some is not what was published: sub/b is missing there\n'),
  });
  await writeFile(join(parent, 'some', 'sub', 'b'), 'x');
  expect(await everseed.run('move', '1', join(parent, 'some'), '--verify')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('sub/b has another size there\n'),
  });
  expect(await everseed.run('move', '1', join(parent, 'nowhere'))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is missing there, and 1 more is not as published'),
  });
  await everseed.download(publication);
});
