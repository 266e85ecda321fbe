import { mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { encode } from '../../source/bencode/encode.ts';
import type { CommandContext } from '../../source/commands/command.ts';
import defineTorrent from '../../source/commands/torrent.ts';
import { findHome } from '../../source/home.ts';
import { infoHashOf } from '../../source/metainfo/info-hash.ts';
import { encodeTorrent, parseTorrent } from '../../source/metainfo/torrent-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

interface World {
  cwd: string;
  signal?: AbortSignal;
  isTTY?: boolean;
  stdoutIsTTY?: boolean;
  environment?: NodeJS.ProcessEnv;
}

/** Runs `everseed torrent …` in this process; returns what it printed. */
async function torrent(world: World, ...words: string[]) {
  const { cwd, signal, isTTY, stdoutIsTTY = false, environment = {} } = world;
  const stdout = Object.assign(new PassThrough(), { isTTY: stdoutIsTTY });
  const stderr = Object.assign(new PassThrough(), { isTTY: isTTY ?? false, columns: 80 });
  const unreachable = () => Promise.reject(new Error('no engine is needed'));
  const context: CommandContext = {
    stdin: new PassThrough(),
    stdout,
    stderr,
    environment,
    cwd,
    home: findHome(cwd, {}, cwd),
    signal: signal ?? new AbortController().signal,
    connect: unreachable,
    connectIfRunning: unreachable,
    addEveryCommand: unreachable,
  };
  const program = new Command().exitOverride().configureOutput({ writeErr: () => undefined });
  defineTorrent(program.command('torrent'), context);
  await program.parseAsync(['torrent', ...words], { from: 'user' });
  const read = (stream: PassThrough): Buffer => stream.read() ?? Buffer.alloc(0);
  const bytes = read(stdout);
  return { bytes, stdout: String(bytes), stderr: String(read(stderr)) };
}

/** A folder with content in it, to run commands in. */
async function world(): Promise<World> {
  const cwd = await temporaryFolder();
  await mkdir(join(cwd, 'stuff/sub'), { recursive: true });
  await writeFile(join(cwd, 'stuff/a.txt'), 'hello');
  await writeFile(join(cwd, 'stuff/sub/b'), 'world');
  await writeFile(join(cwd, 'stuff/Thumbs.db'), 'x');
  return { cwd };
}

describe('torrent create', () => {
  test('writes NAME.torrent here, and says what it is', async () => {
    const here = await world();
    const { stdout, stderr } = await torrent(here, 'create', 'stuff');
    const { info, infoHash, ...outer } = parseTorrent(
      await readFile(join(here.cwd, 'stuff.torrent')),
    );
    expect(info.files.map(({ path }) => path.join('/'))).toEqual(['a.txt', 'sub/b']);
    expect(outer).toMatchObject({ trackers: [], webSeeds: [], comment: null });
    expect(outer.createdBy).toMatch(/^everseed\/\d/);
    expect(Math.abs((outer.creationDate ?? 0) - Date.now() / 1000)).toBeLessThan(60);
    expect(stdout).toContain(join(here.cwd, 'stuff.torrent'));
    expect(stdout).toContain(Buffer.from(infoHash ?? []).toString('hex'));
    expect(stderr).toBe('left out: Thumbs.db (litter of the system)\n');
    expect(await readdir(here.cwd)).toEqual(['stuff', 'stuff.torrent']);
  });

  test('does what every flag says, and prints JSON', async () => {
    const here = await world();
    const { stdout, stderr } = await torrent(
      here,
      ...['create', '--name', 'Name', '--piece-length', '1M', '--private', '--comment', 'c'],
      ...['--source', 's', '--tracker', 'http://a/announce', '--tracker', 'udp://b:1'],
      ...['--web-seed', 'http://w/', '--exclude', '*.txt', '--exclude', 'Thumbs.db'],
      ...['--no-date', '--json', '-o', 'out.torrent', 'stuff'],
    );
    const output = join(here.cwd, 'out.torrent');
    const { info, infoHash, ...outer } = parseTorrent(await readFile(output));
    expect(info).toMatchObject({ name: 'Name', pieceLength: 2 ** 20, private: true, source: 's' });
    expect(outer).toMatchObject({
      trackers: [['http://a/announce'], ['udp://b:1']],
      webSeeds: ['http://w/'],
      comment: 'c',
      creationDate: null,
    });
    const hex = Buffer.from(infoHash ?? []).toString('hex');
    expect(JSON.parse(stdout)).toEqual({
      infoHash: hex,
      infoHashV2: null,
      name: 'Name',
      size: 5,
      files: 1,
      pieceLength: 2 ** 20,
      pieces: 1,
      format: 'v1',
      private: true,
      magnet: `magnet:?xt=urn:btih:${hex}&dn=Name&xl=5&tr=http%3A%2F%2Fa%2Fannounce&tr=udp%3A%2F%2Fb%3A1&ws=http%3A%2F%2Fw%2F`,
      path: join(here.cwd, 'stuff'),
      torrent: output,
      leftOut: [
        { path: 'Thumbs.db', reason: 'excluded' },
        { path: 'a.txt', reason: 'excluded' },
      ],
    });
    expect(stderr).toBe('left out: Thumbs.db (excluded)\nleft out: a.txt (excluded)\n');
  });

  test('without a date the same content gives the same bytes', async () => {
    const here = await world();
    await torrent(here, 'create', 'stuff', '--no-date', '-o', 'first');
    await utimes(join(here.cwd, 'stuff/a.txt'), 1, 1);
    await torrent(here, 'create', 'stuff', '--no-date', '-o', 'second');
    const [first, second] = await Promise.all(
      ['first', 'second'].map((name) => readFile(join(here.cwd, name))),
    );
    expect(first).toEqual(second);
  });

  test('-o - writes the torrent alone to stdout, but not to a terminal', async () => {
    const here = await world();
    const create = (cwd: World, ...words: string[]) =>
      torrent(cwd, 'create', '--no-date', '-o', '-', ...words);
    await torrent(here, 'create', '--no-date', '-o', 'out', 'stuff');
    const written = await readFile(join(here.cwd, 'out'));
    const { bytes, stderr } = await create(here, 'stuff');
    expect(bytes).toEqual(written);
    expect(stderr).toMatch(/^info hash +[0-9a-f]{40}$/m);
    expect((await create(here, 'stuff', '--json')).bytes).toEqual(written);
    expect((await create(here, 'stuff', '--dry-run')).stdout).toMatch(/^would make +-$/m);
    for (const wrong of [
      create({ ...here, stdoutIsTTY: true }, 'stuff'),
      create(here, 'stuff/a.txt', 'stuff/sub/b'),
    ]) {
      await expect(wrong).rejects.toMatchObject({ code: 'usage' });
    }
    expect((await readdir(here.cwd)).sort()).toEqual(['out', 'stuff']);
  });

  test('overwrites only with --force', async () => {
    const here = await world();
    const output = join(here.cwd, 'stuff.torrent');
    await writeFile(output, 'precious');
    await expect(torrent(here, 'create', 'stuff')).rejects.toMatchObject({ code: 'output-exists' });
    expect(await readFile(output, 'utf8')).toBe('precious');
    await torrent(here, 'create', 'stuff', '--force');
    expect(parseTorrent(await readFile(output)).info.name).toBe('stuff');
  });

  test('does not write over its own content, or where there is no folder', async () => {
    const here = await world();
    const inside = ['create', 'stuff', '-o', 'stuff/a.txt', '--force'];
    await expect(torrent(here, ...inside)).rejects.toMatchObject({ code: 'output-in-content' });
    await expect(torrent(here, 'create', 'stuff', '-o', 'no/x')).rejects.toMatchObject({
      code: 'output-unwritable',
    });
  });

  test('leaves nothing behind when it is cancelled', async () => {
    const here = await world();
    const reason = AbortSignal.abort();
    await expect(torrent({ ...here, signal: reason }, 'create', 'stuff')).rejects.toMatchObject({
      name: 'EverseedError',
      code: 'cancelled',
    });
    expect(await readdir(here.cwd)).toEqual(['stuff']);
  });

  test('shows progress on a terminal, and takes it away', async () => {
    const here = await world();
    const { stderr } = await torrent({ ...here, isTTY: true }, 'create', 'stuff/a.txt');
    expect(stderr).toContain('hashing 0% of 5 B');
    expect(stderr.endsWith('\r\u001b[2K')).toBe(true);
  });

  test.each([
    ['--piece-length', '48K'],
    ['--piece-length', '8K'],
    ['--piece-length', 'big'],
    ['--tracker', 'a.example'],
    ['--tracker', 'file:///x'],
    ['--web-seed', 'udp://a:1'],
  ])('refuses %s %s as a wrong command line', async (flag, value) => {
    const here = await world();
    await expect(torrent(here, 'create', 'stuff', flag, value)).rejects.toMatchObject({
      code: 'commander.invalidArgument',
    });
  });
});

describe('what torrent create makes', () => {
  /** The torrent that `create` makes of the folder, read back. */
  async function made(words: string[], here?: World) {
    const where = here ?? (await world());
    await torrent(where, 'create', 'stuff', '-o', 'made', '--force', ...words);
    return parseTorrent(await readFile(join(where.cwd, 'made')));
  }

  test.each(['v1', 'v2', 'hybrid'])('a %s torrent', async (format) => {
    const here = await world();
    const { stdout } = await torrent(here, 'create', 'stuff', '--format', format, '--json');
    const said = JSON.parse(stdout);
    const { infoHash, infoHashV2 } = parseTorrent(await readFile(said.torrent));
    expect(said).toMatchObject({
      format,
      infoHash: infoHash && Buffer.from(infoHash).toString('hex'),
      infoHashV2: infoHashV2 && Buffer.from(infoHashV2).toString('hex'),
    });
    expect(said.magnet.includes('urn:btih:')).toBe(format !== 'v2');
    expect(said.magnet.includes('urn:btmh:1220')).toBe(format !== 'v1');
    const { stdout: text } = await torrent(here, 'create', 'stuff', '--format', format, '--force');
    expect(/^info hash {2}/m.test(text)).toBe(format !== 'v2');
    expect(/^v2 info hash {2}/m.test(text)).toBe(format !== 'v1');
  });

  test('tiers of trackers, nodes, and what BEP 38 and BEP 39 have', async () => {
    const { trackers, nodes, updateUrl, similar, collections } = await made([
      ...['--tracker', 'http://a/x,udp://b:1', '--tracker', 'http://c/?d=1,2'],
      ...['--node', 'router.example:6881', '--node', '[2001:db8::1]:1'],
      ...['--update-url', 'https://u/', '--similar', 'AA'.repeat(20)],
      ...['--collection', 'one', '--collection', 'two'],
    ]);
    expect(trackers).toEqual([['http://a/x', 'udp://b:1'], ['http://c/?d=1,2']]);
    expect(nodes).toEqual([
      { host: 'router.example', port: 6881 },
      { host: '2001:db8::1', port: 1 },
    ]);
    expect(updateUrl).toBe('https://u/');
    expect(similar.map((hash) => [...hash])).toEqual([Array(20).fill(0xaa)]);
    expect(collections).toEqual(['one', 'two']);
  });

  test('who made it and when, or neither', async () => {
    expect(await made(['--created-by', 'me', '--date', '2026-01-31T12:00:00+01:00'])).toMatchObject(
      { createdBy: 'me', creationDate: Date.UTC(2026, 0, 31, 11) / 1000 },
    );
    expect(await made(['--date', '2026-01-31 12:30'])).toMatchObject({
      creationDate: Date.UTC(2026, 0, 31, 12, 30) / 1000,
    });
    expect(await made(['--created-by', 'none', '--date', 'none'])).toMatchObject({
      createdBy: null,
      creationDate: null,
    });
  });

  test('the date of SOURCE_DATE_EPOCH, unless another is asked for', async () => {
    const here = { ...(await world()), environment: { SOURCE_DATE_EPOCH: '1700000000' } };
    expect((await made([], here)).creationDate).toBe(1_700_000_000);
    expect((await made(['--date', '1970-01-02'], here)).creationDate).toBe(86_400);
    expect((await made(['--no-date'], here)).creationDate).toBe(null);
    const wrong = { ...here, environment: { SOURCE_DATE_EPOCH: 'today' } };
    await expect(made([], wrong)).rejects.toMatchObject({ code: 'date-invalid' });
  });

  test('pieces as many as wanted', async () => {
    const here = await world();
    await writeFile(join(here.cwd, 'stuff/large'), Buffer.alloc(2 ** 20));
    expect((await made(['--piece-count', '33'], here)).info.pieceLength).toBe(32 * 1024);
    expect((await made(['--piece-count', '10'], here)).info.pieceLength).toBe(128 * 1024);
  });

  test('what is asked for of the folder, and no more', async () => {
    const here = await world();
    await writeFile(join(here.cwd, 'stuff/.hidden'), 'x');
    await symlink('a.txt', join(here.cwd, 'stuff/link'));
    const pathsOf = async (...words: string[]) =>
      (await made(words, here)).info.files.map(({ path }) => path.join('/'));
    expect(await pathsOf()).toEqual(['.hidden', 'a.txt', 'link', 'sub/b']);
    expect(await pathsOf('--junk')).toContain('Thumbs.db');
    expect(await pathsOf('--no-hidden', '--symlinks', 'skip')).toEqual(['a.txt', 'sub/b']);
    expect(await pathsOf('--include', 'sub')).toEqual(['sub/b']);
    const { info } = await made(['--symlinks', 'keep'], here);
    expect(info.files.find(({ symlink }) => symlink)).toMatchObject({
      path: ['link'],
      length: 0,
      symlink: ['a.txt'],
    });
  });

  test('one torrent of each path, of one given twice too', async () => {
    const here = await world();
    const { stdout, stderr } = await torrent(
      here,
      ...['create', 'stuff/a.txt', 'stuff/sub', './stuff/a.txt', '--json'],
    );
    expect(stderr).toContain('given more than once');
    const said = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).torrent);
    expect(said).toEqual(['a.txt.torrent', 'sub.torrent'].map((name) => join(here.cwd, name)));
    await mkdir(join(here.cwd, 'out'));
    await torrent(here, 'create', 'stuff/a.txt', 'stuff/sub', '-o', 'out');
    expect(await readdir(join(here.cwd, 'out'))).toEqual(['a.txt.torrent', 'sub.torrent']);
  });

  test('no torrent over another of the same run, none of several in one file', async () => {
    const here = await world();
    await mkdir(join(here.cwd, 'other'));
    await writeFile(join(here.cwd, 'other/a.txt'), 'other');
    const both = ['create', 'stuff/a.txt', 'other/a.txt'];
    await expect(torrent(here, ...both, '--force')).rejects.toMatchObject({
      code: 'output-exists',
      message: expect.stringContaining('other/a.txt'),
    });
    expect((await readFile(join(here.cwd, 'a.txt.torrent'))).length).toBeGreaterThan(0);
    await expect(torrent(here, ...both, '-o', 'one')).rejects.toMatchObject({ code: 'usage' });
    await expect(torrent(here, ...both, '--name', 'n')).rejects.toMatchObject({ code: 'usage' });
  });

  test('the torrents it can, when it cannot make all', async () => {
    const here = await world();
    await expect(torrent(here, 'create', 'no', 'stuff')).rejects.toMatchObject({
      code: 'path-missing',
    });
    expect(await readdir(here.cwd)).toEqual(['stuff', 'stuff.torrent']);
  });

  test('nothing, in a dry run', async () => {
    const here = await world();
    const plan = ['create', 'stuff', '--dry-run', '--format', 'hybrid'];
    expect((await torrent(here, ...plan)).stdout).toContain('would make');
    expect(JSON.parse((await torrent(here, ...plan, '--json')).stdout)).toEqual({
      name: 'stuff',
      size: 10,
      files: 2,
      pieceLength: 16384,
      pieces: 2,
      format: 'hybrid',
      private: false,
      path: join(here.cwd, 'stuff'),
      torrent: join(here.cwd, 'stuff.torrent'),
      leftOut: [{ path: 'Thumbs.db', reason: 'junk' }],
    });
    expect(await readdir(here.cwd)).toEqual(['stuff']);
  });

  test.each([
    ['--format', 'v3'],
    ['--piece-count', '0'],
    ['--piece-count', '1.5'],
    ['--tracker', 'http://a/,file:///x'],
    ['--node', 'a'],
    ['--node', 'a:0'],
    ['--node', '2001:db8::1:6881'],
    ['--similar', 'abc'],
    ['--update-url', 'udp://a:1'],
    ['--date', 'yesterday'],
    ['--date', '2026-02-31T25:00:00Z'],
    ['--symlinks', 'maybe'],
  ])('refuses %s %s as a wrong command line', async (flag, value) => {
    const here = await world();
    await expect(torrent(here, 'create', 'stuff', flag, value)).rejects.toMatchObject({
      code: 'commander.invalidArgument',
    });
  });

  test('refuses a piece length beside a piece count', async () => {
    const here = await world();
    await expect(
      torrent(here, 'create', 'stuff', '--piece-length', '1M', '--piece-count', '5'),
    ).rejects.toMatchObject({ code: 'commander.conflictingOption' });
  });
});

describe('torrent show', () => {
  const info = encode({
    files: [
      { length: 5, path: ['a\u001b[31m', 'b'] },
      { length: 3, path: ['.pad', '3'], attr: 'p' },
    ],
    name: 'evil\r\u202ename',
    'piece length': 16384,
    pieces: new Uint8Array(20),
    private: 1,
    source: 's',
  });

  async function file(bytes: Uint8Array): Promise<World> {
    const cwd = await temporaryFolder();
    await writeFile(join(cwd, 'x.torrent'), bytes);
    return { cwd };
  }

  test('prints everything as JSON', async () => {
    const here = await file(
      encodeTorrent({
        info,
        trackers: [['http://a', 'http://b'], ['udp://c:1']],
        webSeeds: ['http://w/'],
        comment: 'c',
        createdBy: 'p',
        creationDate: 1_700_000_000,
      }),
    );
    const { stdout } = await torrent(here, 'show', 'x.torrent', '--json');
    const infoHash = Buffer.from(infoHashOf(info)).toString('hex');
    expect(JSON.parse(stdout)).toEqual({
      name: 'evil\r\u202ename',
      infoHash,
      infoHashV2: null,
      format: 'v1',
      size: 5,
      files: [{ path: 'a\u001b[31m/b', length: 5 }],
      paddingFiles: 1,
      pieceLength: 16384,
      pieces: 1,
      private: true,
      source: 's',
      comment: 'c',
      createdBy: 'p',
      creationDate: 1_700_000_000,
      trackers: [['http://a', 'http://b'], ['udp://c:1']],
      webSeeds: ['http://w/'],
      httpSeeds: [],
      nodes: [],
      updateUrl: null,
      similar: [],
      collections: [],
      findings: expect.any(Array),
      magnet: expect.stringContaining(`xt=urn:btih:${infoHash}&dn=evil%0D`),
    });
  });

  test('prints no control characters of strangers', async () => {
    const here = await file(
      encodeTorrent({ info, trackers: [['http://a/\u0007']], comment: '\n\u009b' }),
    );
    const { stdout } = await torrent(here, 'show', 'x.torrent');
    expect(stdout).toContain('evil\ufffd\ufffdname');
    expect(stdout).toContain('a\ufffd[31m/\n');
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(stdout).toMatch(/^private +yes$/m);
    expect(stdout).toMatch(/^tier 1 +http:/m);
  });

  test('says what is wrong with a file', async () => {
    const here = await file(Buffer.from('d-3:'));
    await expect(torrent(here, 'show', 'x.torrent')).rejects.toMatchObject({
      code: 'torrent-invalid',
      message: expect.stringContaining('at byte 1'),
    });
    await expect(torrent(here, 'show', 'no.torrent')).rejects.toMatchObject({
      code: 'torrent-unreadable',
      message: expect.stringMatching(/^there is nothing at .*no\.torrent: check the path$/),
    });
    await expect(torrent(here, 'show', '.')).rejects.toMatchObject({
      code: 'torrent-unreadable',
      message: expect.stringMatching(/is a folder: name the \.torrent file$/),
    });
  });
});

test('a written torrent is readable as the umask has it', async () => {
  const here = await world();
  await torrent(here, 'create', 'stuff');
  const { mode } = await stat(join(here.cwd, 'stuff.torrent'));
  expect(mode & 0o777).toBe(0o666 & ~process.umask());
});
