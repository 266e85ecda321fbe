import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { encode } from '../../source/bencode/encode.ts';
import defineTorrent from '../../source/commands/torrent.ts';
import { parseTorrent } from '../../source/metainfo/torrent-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { runCommand } from './run-command.ts';

async function world() {
  const cwd = await temporaryFolder();
  const info = { length: 5, name: 'a', 'piece length': 16384, pieces: new Uint8Array(20) };
  await writeFile(
    join(cwd, 'x.torrent'),
    encode({ 'announce-list': [['http://a/', 'http://b/'], ['http://c/']], comment: 'c', info }),
  );
  const run = (...words: string[]) => runCommand(defineTorrent, cwd, words);
  const read = async (name = 'x.torrent') => parseTorrent(await readFile(join(cwd, name)));
  return { cwd, run, read };
}

describe('torrent edit', () => {
  test('changes the file in its place, and says that the info hash stays', async () => {
    const { cwd, run, read } = await world();
    const flags = ['--add-tracker', 'http://d/', '--add-tracker', 'http://a/', '--no-comment'];
    const { stdout, error } = await run(
      'edit',
      'x.torrent',
      ...flags,
      '--remove-tracker',
      'http://b/',
    );
    expect(error).toBeNull();
    expect(stdout).toMatch(/^info hash +[0-9a-f]{40} \(as before\)$/m);
    expect(await read()).toMatchObject({
      trackers: [['http://a/'], ['http://c/'], ['http://d/']],
      comment: null,
    });
    expect(await readdir(cwd)).toEqual(['x.torrent']);
  });

  test('leaves a file that only its owner may read as secret as it was', async () => {
    const { cwd, run, read } = await world();
    const path = join(cwd, 'x.torrent');
    await chmod(path, 0o600);
    await run('edit', 'x.torrent', '--tracker', 'http://t/passkey/announce');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await read()).trackers).toEqual([['http://t/passkey/announce']]);
  });

  test('writes elsewhere, and says when it is another torrent', async () => {
    const { run, read } = await world();
    const flags = ['--private', '--source', 's', '--name', 'n', '--tracker', 'udp://x:1'];
    const { stdout } = await run('edit', 'x.torrent', '-o', 'y.torrent', ...flags);
    expect(stdout).toContain('to clients this is another torrent');
    expect(await read('y.torrent')).toMatchObject({
      info: { private: true, source: 's', name: 'n' },
      trackers: [['udp://x:1']],
      comment: 'c',
    });
    expect((await read()).info.private).toBe(false);
    const again = await run('edit', 'x.torrent', '-o', 'y.torrent', '--no-tracker');
    expect(again.error).toMatchObject({ code: 'output-exists' });
    const { stdout: json } = await run('edit', 'y.torrent', '--no-private', '--json');
    expect(JSON.parse(json)).toMatchObject({ infoHashChanged: true, infoHashV2: null });
  });

  test('-o - writes the torrent alone to stdout', async () => {
    const { cwd, run } = await world();
    for (const flags of [[], ['--json']]) {
      const { stdout, stderr } = await run(
        'edit',
        'x.torrent',
        '--no-comment',
        '-o',
        '-',
        ...flags,
      );
      expect(parseTorrent(Buffer.from(stdout))).toMatchObject({ comment: null });
      expect(stderr).toMatch(/[0-9a-f]{40}/);
    }
    expect(await readdir(cwd)).toEqual(['x.torrent']);
  });

  test('takes trackers in tiers, each tracker once', async () => {
    const { run, read } = await world();
    const tiers = ['udp://x:1,http://y/,wss://z', 'http://y/,http://v/', 'udp://x:1'];
    await run('edit', 'x.torrent', ...tiers.flatMap((tier) => ['--tracker', tier]));
    expect((await read()).trackers).toEqual([['udp://x:1', 'http://y/', 'wss://z'], ['http://v/']]);
    await run('edit', 'x.torrent', '--add-tracker', 'http://1/,http://2/');
    expect((await read()).trackers.at(-1)).toEqual(['http://1/', 'http://2/']);
  });

  test('changes web seeds', async () => {
    const { run, read } = await world();
    await run('edit', 'x.torrent', '--web-seed', 'http://w/1', '--add-web-seed', 'http://w/2');
    expect((await read()).webSeeds).toEqual(['http://w/1', 'http://w/2']);
    await run('edit', 'x.torrent', '--remove-web-seed', 'http://w/1');
    expect((await read()).webSeeds).toEqual(['http://w/2']);
    await run('edit', 'x.torrent', '--no-web-seed');
    expect((await read()).webSeeds).toEqual([]);
  });

  test.each([
    [[], 'usage', 'nothing to change'],
    [['--remove-tracker', 'http://z/'], 'url-absent', 'it has http://a/, http://b/, http://c/'],
    [['--remove-web-seed', 'http://z/'], 'url-absent', 'it has none'],
    [['--name', 'a/b'], 'name-invalid', '"a/b"'],
  ])('%j fails', async (flags, code, message) => {
    const { run } = await world();
    const { error } = await run('edit', 'x.torrent', ...flags);
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('torrent magnet', () => {
  test('prints the link of a torrent', async () => {
    const { run, read } = await world();
    const hex = Buffer.from((await read()).infoHash ?? []).toString('hex');
    const { stdout: link } = await run('magnet', 'x.torrent', '--peer', '[::1]:5', '--select', '0');
    const start =
      `magnet:?xt=urn:btih:${hex}&dn=a&xl=5&tr=http%3A%2F%2Fa%2F&tr=http%3A%2F%2Fb%2F` +
      '&tr=http%3A%2F%2Fc%2F&x.pe=%5B%3A%3A1%5D%3A5';
    expect(link).toBe(`${start}&so=0\n`);
    const { stdout } = await run('magnet', link.trim(), '--select', '0,2-3');
    expect(stdout).toBe(`${start}&so=0,2-3\n`);
    const { stdout: facts } = await run('magnet', stdout.trim());
    expect(facts).toMatch(/^peer +\[::1\]:5$/m);
    expect(facts).toMatch(/^files +0, 2-3$/m);
    const { stdout: json } = await run('magnet', stdout.trim(), '--json');
    expect(JSON.parse(json)).toMatchObject({
      infoHash: hex,
      infoHashV2: null,
      name: 'a',
      selected: [
        [0, 0],
        [2, 3],
      ],
      magnet: stdout.trim(),
    });
  });

  test('says what is wrong with a link', async () => {
    const { run } = await world();
    const absent = await run('magnet', 'x.torrent', '--select', '0-1');
    expect(absent.error).toMatchObject({ code: 'file-absent' });
    const { error } = await run('magnet', 'magnet:?dn=x');
    expect(error).toMatchObject({ code: 'magnet-invalid' });
    await expect(run('magnet', 'x.torrent', '--peer', 'nowhere')).rejects.toThrow('host:port');
    await expect(run('magnet', 'x.torrent', '--select', 'a')).rejects.toThrow('ranges');
  });
});
