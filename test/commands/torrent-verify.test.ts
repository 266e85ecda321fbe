import { utimesSync } from 'node:fs';
import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import defineTorrent from '../../source/commands/torrent.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { writeFiles } from '../metainfo/content-on-disk.ts';
import { runCommand } from './run-command.ts';

async function world() {
  const cwd = await temporaryFolder();
  await writeFiles(join(cwd, 'stuff'), { a: 40_000, b: 20_000 });
  const run = (...words: string[]) => runCommand(defineTorrent, cwd, words);
  await run('create', 'stuff', '--piece-length', '16K');
  return { cwd, run };
}

test('content that is whole is said to be', async () => {
  const { run } = await world();
  expect(await run('verify', 'stuff.torrent', 'stuff')).toEqual({
    stdout: 'whole: stuff, 2 files, 4 pieces, 58.6 KiB\n',
    stderr: '',
    error: null,
  });
});

test('what is not good is listed, and it failed', async () => {
  const { cwd, run } = await world();
  await rm(join(cwd, 'stuff/a'));
  await appendFile(join(cwd, 'stuff/b'), 'x');
  const { stdout, error } = await run('verify', 'stuff.torrent', '.');
  expect(stdout).toBe(
    [
      'STATUS   GOOD PIECES  SIZE                  FILE',
      'missing          0/3  39.1 KiB              a',
      'long             1/2  20001 of 20000 bytes  b',
      '',
      '0 of 2 files are good',
      '1 of 4 pieces are good',
      'missing: 3 (0-2)',
      '',
    ].join('\n'),
  );
  expect(error).toMatchObject({ code: 'content-not-whole' });
  const { stdout: json } = await run('verify', 'stuff.torrent', '.', '--json');
  expect(JSON.parse(json)).toEqual({
    whole: false,
    path: join(cwd, 'stuff'),
    pieces: 4,
    goodPieces: 1,
    wrongPieces: [],
    missingPieces: [[0, 2]],
    files: [
      { path: 'a', length: 40_000, onDisk: null, status: 'missing', pieces: 3, goodPieces: 0 },
      { path: 'b', length: 20_000, onDisk: 20_001, status: 'long', pieces: 2, goodPieces: 1 },
    ],
  });
});

test('what only shares a piece with a file that is missing is said to', async () => {
  const { cwd, run } = await world();
  await rm(join(cwd, 'stuff/a'));
  const { stdout } = await run('verify', 'stuff.torrent', 'stuff');
  expect(stdout).toMatch(/^unproven +1\/2 +19\.5 KiB +b \(shares a piece with a\)$/m);
  const { stdout: json } = await run('verify', 'stuff.torrent', 'stuff', '--json');
  expect(JSON.parse(json)).toMatchObject({
    files: [{ path: 'a' }, { path: 'b', status: 'unproven', sharesPieceWith: 'a' }],
  });
});

test('what changes while it is read is named, and it failed', async () => {
  const { cwd, run } = await world();
  const begins = () => utimesSync(join(cwd, 'stuff/b'), 1000, 1000);
  const words = ['verify', 'stuff.torrent', 'stuff'];
  const { stdout, error } = await runCommand(defineTorrent, cwd, words, { onTerminal: begins });
  expect(stdout).toMatch(/^changed +2\/2 +19\.5 KiB +b$/m);
  expect(error).toMatchObject({
    code: 'content-changed',
    message: expect.stringContaining('1 file of'),
  });
  expect((await run(...words)).error).toBeNull();
});

test('progress tells bytes and files', async () => {
  const { cwd } = await world();
  const shown: string[] = [];
  for (const words of [
    ['verify', 'stuff.torrent', 'stuff'],
    ['create', 'stuff', '--force'],
  ]) {
    await runCommand(defineTorrent, cwd, words, { onTerminal: (text) => shown.push(text) });
  }
  expect(shown.join('')).toContain('verifying 100% of 58.6 KiB, 2 of 2 files');
  expect(shown.join('')).toContain('hashing 100% of 58.6 KiB, 2 of 2 files');
});

test('where there is nothing, that is what is said', async () => {
  const { cwd, run } = await world();
  const { stdout, error } = await run('verify', 'stuff.torrent', 'nowhere');
  expect(stdout).toBe('');
  expect(error).toMatchObject({ code: 'path-missing' });
  expect(error?.message).toContain(join(cwd, 'nowhere'));
});
