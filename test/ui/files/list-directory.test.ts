import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listDirectory, nearestDirectory } from '../../../source/ui/files/list-directory.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'everseed-list-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('listing a directory', () => {
  it('has directories first, then names in the order people count', async () => {
    await mkdir(join(directory, 'zoo'));
    await writeFile(join(directory, 'part10'), '');
    await writeFile(join(directory, 'Part2'), 'ab');
    expect(await listDirectory(directory)).toEqual([
      { name: 'zoo', kind: 'directory', size: null },
      { name: 'Part2', kind: 'file', size: 2 },
      { name: 'part10', kind: 'file', size: 0 },
    ]);
  });

  it('takes links as what they point to, and survives broken ones', async () => {
    await mkdir(join(directory, 'real'));
    await symlink('real', join(directory, 'link'));
    await symlink('nowhere', join(directory, 'broken'));
    const kinds = (await listDirectory(directory)).map(({ name, kind }) => `${name} ${kind}`);
    expect(kinds).toEqual(['link directory', 'real directory', 'broken other']);
  });

  it('reads more than fits into one batch', async () => {
    await Promise.all(
      Array.from({ length: 150 }, (_, index) => writeFile(join(directory, `f${index}`), '')),
    );
    expect(await listDirectory(directory)).toHaveLength(150);
  });

  it('says in words that there is none', async () => {
    const missing = join(directory, 'missing');
    await expect(listDirectory(missing)).rejects.toMatchObject({
      code: 'path-missing',
      message: `There is no folder ${missing}.`,
    });
  });
});

describe('the nearest directory', () => {
  it('is the first above that there is, and no file', async () => {
    await writeFile(join(directory, 'file'), '');
    expect(await nearestDirectory(directory)).toBe(directory);
    expect(await nearestDirectory(join(directory, 'a', 'b'))).toBe(directory);
    expect(await nearestDirectory(join(directory, 'file', 'x'))).toBe(directory);
    expect(await nearestDirectory('/')).toBe('/');
  });
});
