import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listDirectory } from '../../../source/ui/files/list-directory.ts';

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
});
