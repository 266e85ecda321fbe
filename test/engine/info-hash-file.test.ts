import { randomBytes } from 'node:crypto';
import { rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InfoHashFile } from '../../source/engine/info-hash-file.ts';
import { fromHex } from '../../source/tracker/binary-string.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

async function listOf(text: string) {
  const file = join(await temporaryFolder(), 'list');
  await writeFile(file, text);
  const problems: string[] = [];
  const onProblem = (sentence: string) => problems.push(sentence);
  return { file, problems, list: new InfoHashFile({ file, setting: 'a.list', onProblem }) };
}

test('a long list is read in small pieces, and others get their turn', async () => {
  const lines = Array.from({ length: 100_000 }, () => randomBytes(20).toString('hex'));
  const { list, problems } = await listOf(lines.join('\n'));
  let turns = 0;
  const count = () => {
    turns++;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  await list.load();
  clearImmediate(counting);
  // 41 bytes a line, read 8 KiB at a time
  expect(turns).toBeGreaterThan(400);
  expect(list.infoHashes.size).toBe(lines.length);
  expect(lines.every((line) => list.infoHashes.has(fromHex(line)))).toBe(true);
  expect(problems).toEqual([]);
});

test('a list that changes is read again, once at a time', async () => {
  const { file, list, problems } = await listOf('ab'.repeat(20));
  await list.load();
  expect(await list.reload()).toBe(false);
  await writeFile(file, `no hash\n${'cd'.repeat(20)}\nnone\n`);
  expect(await Promise.all([list.reload(), list.reload()])).toEqual([true, false]);
  expect(list.infoHashes.has('\xcd'.repeat(20))).toBe(true);
  expect(list.infoHashes.has('\xab'.repeat(20))).toBe(false);
  expect(problems).toEqual([`${file}:1 is no info hash, and 1 more line is none: left out`]);
});

test('that a list cannot be read now is told once, and it is read when it can be', async () => {
  const { file, list, problems } = await listOf('ab'.repeat(20));
  await list.load();
  // a file that exists, and whose reading fails, also for root
  await rename(file, `${file}.before`);
  await symlink('/proc/self/mem', file);
  for (let count = 0; count < 3; count++) expect(await list.reload()).toBe(false);
  expect(problems).toEqual([expect.stringMatching(/list cannot be read now: EIO/)]);
  expect(list.infoHashes.size).toBe(1);
  await rm(file);
  await writeFile(file, 'cd'.repeat(20));
  expect(await list.reload()).toBe(true);
  expect(list.infoHashes.has('\xcd'.repeat(20))).toBe(true);
  expect(problems).toHaveLength(1);
});

test('a list that is no file is told', async () => {
  const { list } = await listOf('');
  const missing = new InfoHashFile({
    file: '/nowhere/list',
    setting: 'a.list',
    onProblem: () => undefined,
  });
  await list.load();
  expect(list.infoHashes.size).toBe(0);
  await expect(missing.load()).rejects.toMatchObject({ code: 'list-unreadable' });
});
