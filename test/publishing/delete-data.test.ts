import { readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FileRow } from '../../source/catalog/rows.ts';
import { deleteData } from '../../source/publishing/delete-data.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function rowOf(path: string): Promise<FileRow> {
  const { size, mtimeMs } = await stat(path);
  return { path, length: size, modifiedMs: mtimeMs };
}

const nobody = () => null;
const nothing = { files: [], missing: [], needed: [] };

test('a single file goes, and nothing beside it', async () => {
  const folder = await temporaryFolder();
  for (const name of ['a', 'ab']) await writeRandomFile(join(folder, name), 10);
  expect(await deleteData(join(folder, 'a'), [await rowOf(join(folder, 'a'))], nobody)).toEqual(
    nothing,
  );
  expect(await readdir(folder)).toEqual(['ab']);
});

test('a folder goes with the folders it leaves empty; what was not published stays', async () => {
  const folder = await temporaryFolder();
  const root = join(folder, 'album');
  const files = ['1', 'x/y/2', 'z/3'].map((name) => join(root, name));
  for (const file of files) await writeRandomFile(file, 10);
  const rows = await Promise.all(files.map(rowOf));
  await writeFile(join(root, 'z', 'mine'), 'not published');
  expect(await deleteData(root, rows, nobody)).toEqual(nothing);
  expect((await readdir(root, { recursive: true })).sort()).toEqual(['z', 'z/mine']);
});

test('what is not what was published is kept, and so is what a link leads to', async () => {
  const folder = await temporaryFolder();
  const root = join(folder, 'album');
  await writeRandomFile(join(root, 'changed'), 10);
  await writeRandomFile(join(root, 'real'), 10);
  await symlink('real', join(root, 'link'));
  const rows = await Promise.all(['changed', 'link'].map((name) => rowOf(join(root, name))));
  await writeFile(join(root, 'changed'), 'longer than before');
  expect(await deleteData(root, rows, nobody)).toEqual({
    ...nothing,
    files: [join(root, 'changed')],
  });
  expect((await readdir(root)).sort()).toEqual(['changed', 'real']);
});

test('what another publication needs is kept', async () => {
  const folder = await temporaryFolder();
  const root = join(folder, 'album');
  const files = ['one', 'two'].map((name) => join(root, name));
  for (const file of files) await writeRandomFile(file, 10);
  const rows = await Promise.all(files.map(rowOf));
  const neededBy = (path: string) => (path.endsWith('one') ? 7 : null);
  expect(await deleteData(root, rows, neededBy)).toEqual({
    ...nothing,
    needed: [{ path: join(root, 'one'), by: 7 }],
  });
  expect(await readdir(root)).toEqual(['one']);
});

test('what is not there was not deleted, and is not kept', async () => {
  const folder = await temporaryFolder();
  const root = join(folder, 'album');
  const files = ['one', 'sub/two'].map((name) => join(root, name));
  for (const file of files) await writeRandomFile(file, 10);
  const rows = await Promise.all(files.map(rowOf));
  await rm(join(root, 'sub'), { recursive: true });
  await writeFile(join(root, 'sub'), 'a file by now');
  expect(await deleteData(root, rows, nobody)).toEqual({ ...nothing, missing: [files[1]] });
  expect(await readdir(root)).toEqual(['sub']);
});

test('a folder that has been replaced by a link leads nowhere', async () => {
  const folder = await temporaryFolder();
  const root = join(folder, 'album');
  await writeRandomFile(join(root, 'sub', 'file'), 10);
  const rows = [await rowOf(join(root, 'sub', 'file'))];
  await rename(join(root, 'sub'), join(folder, 'elsewhere'));
  await symlink(join(folder, 'elsewhere'), join(root, 'sub'));
  expect(await deleteData(root, rows, nobody)).toEqual({
    ...nothing,
    files: [join(root, 'sub', 'file')],
  });
  expect(await readdir(join(folder, 'elsewhere'))).toEqual(['file']);
});
