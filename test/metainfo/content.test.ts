import { execFileSync } from 'node:child_process';
import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Content, scanContent } from '../../source/metainfo/content.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** Scans as somebody who may not read everything, as root may; gives the code of its error. */
function scanAsNobody(path: string): string {
  const url = new URL('../../source/metainfo/content.ts', import.meta.url);
  const script = `
    import { scanContent } from '${url}';
    await scanContent(process.argv[1]).catch((error) => console.log(error.code, error.message));
  `;
  const asNobody =
    process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : [];
  const words = [...asNobody, process.execPath, '--input-type=module', '-e', script, path];
  return execFileSync(words[0] ?? '', words.slice(1), { encoding: 'utf8' });
}

/** Writes files, each with its path as its bytes. */
async function fill(folder: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), path);
  }
}

const pathsOf = (content: Content) => Array.from(content.files, ({ path }) => path.join('/'));
const leftOutOf = (content: Content) =>
  Object.fromEntries(content.leftOut.map(({ path, reason }) => [path.join('/'), reason]));
const failsWith = (code: string, text: string) =>
  expect.objectContaining({
    name: 'EverseedError',
    code,
    message: expect.stringContaining(text),
  });

describe('what there is', () => {
  test('a file', async () => {
    const folder = await temporaryFolder();
    const path = join(folder, 'réal 😀.bin');
    await writeFile(path, 'twelve bytes');
    await utimes(path, 1000, 1_700_000_000.25);
    await chmod(path, 0o755);
    const content = await scanContent(path);
    expect({ ...content, files: [...content.files] }).toEqual({
      path,
      name: 'réal 😀.bin',
      kind: 'file',
      size: 12,
      leftOut: [],
      files: [
        {
          path: ['réal 😀.bin'],
          absolutePath: path,
          length: 12,
          modifiedMs: 1_700_000_000_250,
          inode: expect.any(Number),
          executable: true,
        },
      ],
    });
  });

  test('a folder, in the order of the raw bytes of path components', async () => {
    const folder = await temporaryFolder();
    // U+FFFD sorts before U+1F600 in bytes, and after it in UTF-16; "a-" before "a/" by whole path.
    await fill(folder, ['b', 'a/z', 'a-/y', 'a.txt', 'A', '.hidden', 'ä', '\ufffd', '😀', 'a/b/c']);
    await writeFile(join(folder, 'empty'), '');
    const content = await scanContent(folder);
    expect(pathsOf(content)).toEqual([
      ...['.hidden', 'A', 'a/b/c', 'a/z', 'a-/y', 'a.txt', 'b', 'empty', 'ä', '\ufffd', '😀'],
    ]);
    expect(content).toMatchObject({ kind: 'folder', name: basename(folder), leftOut: [] });
    const files = [...content.files];
    expect(content.files.length).toBe(files.length);
    expect(content.size).toBe(files.reduce((sum, { length }) => sum + length, 0));
    expect(files[2]?.absolutePath).toBe(join(folder, 'a/b/c'));
  });

  test('a link given as the path is followed, and keeps its name', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['real/a']);
    await symlink('real', join(folder, 'link'));
    await symlink('real/a', join(folder, 'link-to-file'));
    expect(await scanContent(join(folder, 'link'))).toMatchObject({ name: 'link', kind: 'folder' });
    expect(await scanContent(join(folder, 'link-to-file'))).toMatchObject({
      name: 'link-to-file',
      kind: 'file',
    });
  });

  test('names that start like the root are not inside it', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['root/a', 'root-2/b']);
    await symlink('../root-2/b', join(folder, 'root/link'));
    expect(leftOutOf(await scanContent(join(folder, 'root')))).toEqual({ link: 'link-outside' });
  });
});

describe('what is left out', () => {
  test('litter of systems', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['a', 'sub/.DS_Store', 'Thumbs.db', 'desktop.ini', '._a', '__MACOSX/x']);
    const content = await scanContent(folder);
    expect(pathsOf(content)).toEqual(['a']);
    expect(leftOutOf(content)).toEqual({
      '._a': 'junk',
      'Thumbs.db': 'junk',
      __MACOSX: 'junk',
      'desktop.ini': 'junk',
      'sub/.DS_Store': 'junk',
    });
  });

  // Readers of v1 take them for zeros, so a torrent with them is another one to each.
  test('what is named like padding, even with junk', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['a', 'sub/_____padding_file_0_x', 'not_____padding_file_1/b', '_padding']);
    const content = await scanContent(folder, { junk: true });
    expect(pathsOf(content)).toEqual(['_padding', 'a']);
    expect(leftOutOf(content)).toEqual({
      not_____padding_file_1: 'padding',
      'sub/_____padding_file_0_x': 'padding',
    });
  });

  test('what globs exclude, folders whole', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['a', 'a.tmp', 'sub/.b.tmp', 'build/x', 'sub/build/y']);
    const content = await scanContent(folder, { exclude: ['*.tmp', '/build'] });
    expect(pathsOf(content)).toEqual(['a', 'sub/build/y']);
    expect(leftOutOf(content)).toEqual({
      'a.tmp': 'excluded',
      build: 'excluded',
      'sub/.b.tmp': 'excluded',
    });
  });

  test('what is not included; what is excluded of it', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['a.txt', 'b', 'sub/c.txt', 'sub/d', 'all/e', 'all/.f/g', 'all/no.txt']);
    await symlink('sub', join(folder, 'to-folder'));
    await symlink('b', join(folder, 'to-file'));
    const include = ['*.txt', '/all/**'];
    const content = await scanContent(folder, { include, exclude: ['no.*'] });
    expect(pathsOf(content)).toEqual([
      ...['a.txt', 'all/.f/g', 'all/e', 'sub/c.txt', 'to-folder/c.txt'],
    ]);
    expect(leftOutOf(content)).toEqual({
      'all/no.txt': 'excluded',
      b: 'not-included',
      'sub/d': 'not-included',
      'to-file': 'not-included',
      'to-folder/d': 'not-included',
    });
    expect(pathsOf(await scanContent(folder, { include: ['all'] }))).toEqual([
      ...['all/.f/g', 'all/e', 'all/no.txt'],
    ]);
  });

  test('hidden files when they are not wanted, and no litter when it is', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['a', '.b', '.c/d', 'sub/.DS_Store', 'Thumbs.db']);
    const content = await scanContent(folder, { hidden: false, junk: true });
    expect(pathsOf(content)).toEqual(['Thumbs.db', 'a']);
    expect(leftOutOf(content)).toEqual({
      '.b': 'hidden',
      '.c': 'hidden',
      'sub/.DS_Store': 'hidden',
    });
    expect(pathsOf(await scanContent(folder, { junk: true }))).toContain('sub/.DS_Store');
  });

  test('all links, when they are to be skipped', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['a', 'sub/b']);
    await symlink('a', join(folder, 'link'));
    await symlink('nothing', join(folder, 'sub/broken'));
    const content = await scanContent(folder, { symlinks: 'skip' });
    expect(pathsOf(content)).toEqual(['a', 'sub/b']);
    expect(leftOutOf(content)).toEqual({ link: 'link', 'sub/broken': 'link' });
  });

  test('links that cannot be kept; kept ones say where they lead, from the top', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['a', 'sub/b']);
    await symlink('../a', join(folder, 'sub/up'));
    await symlink(join(folder, 'sub'), join(folder, 'absolute'));
    await symlink('sub/up', join(folder, 'twice'));
    await symlink('.', join(folder, 'itself'));
    await symlink('/etc/hostname', join(folder, 'out'));
    await symlink('nothing', join(folder, 'broken'));
    const content = await scanContent(folder, { symlinks: 'keep' });
    expect(
      Array.from(content.files, ({ path, linkTarget }) => [path.join('/'), linkTarget]),
    ).toEqual([
      ['a', undefined],
      ['absolute', ['sub']],
      ['sub/b', undefined],
      ['sub/up', ['a']],
      ['twice', ['sub', 'up']],
    ]);
    expect(content.size).toBe('a'.length + 'sub/b'.length);
    expect(leftOutOf(content)).toEqual({
      broken: 'link-broken',
      itself: 'link-loop',
      out: 'link-outside',
    });
  });

  test('links that lead out, to nothing, or around; other links are followed', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['sub/z', 'x/y/file']);
    await symlink('sub/z', join(folder, 'to-file'));
    await symlink('sub', join(folder, 'to-folder'));
    await symlink('/etc/hostname', join(folder, 'out'));
    await symlink('nothing', join(folder, 'broken'));
    await symlink('itself', join(folder, 'itself'));
    await symlink('..', join(folder, 'sub/up'));
    await symlink('../../x', join(folder, 'x/y/around'));
    const content = await scanContent(folder);
    expect(pathsOf(content)).toEqual(['sub/z', 'to-file', 'to-folder/z', 'x/y/file']);
    expect([...content.files][1]).toMatchObject({
      length: 5,
      absolutePath: join(folder, 'to-file'),
    });
    expect(leftOutOf(content)).toEqual({
      broken: 'link-broken',
      itself: 'link-circular',
      out: 'link-outside',
      'sub/up': 'link-loop',
      'to-folder/up': 'link-loop',
      'x/y/around': 'link-loop',
    });
  });

  test('links to folders of links to folders do not double for ever', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['0/file']);
    for (let level = 1; level <= 24; level++) {
      await mkdir(join(folder, String(level)));
      for (const name of ['a', 'b']) {
        await symlink(`../${level - 1}`, join(folder, String(level), name));
      }
    }
    const content = await scanContent(folder);
    // the file itself, and by the two links that lead to its folder directly
    expect(pathsOf(content)).toEqual(['0/file', '1/a/file', '1/b/file']);
    expect(new Set(Object.values(leftOutOf(content)))).toEqual(new Set(['link-nested']));
  });

  test('pipes and sockets', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['a']);
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const server = createServer().listen(join(folder, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const content = await scanContent(folder);
    server.close();
    expect(pathsOf(content)).toEqual(['a']);
    expect(leftOutOf(content)).toEqual({ pipe: 'special', socket: 'special' });
  });
});

describe('what cannot be published', () => {
  test('nothing at the path', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['file']);
    await expect(scanContent(join(folder, 'no'))).rejects.toEqual(failsWith('path-missing', 'no'));
    await expect(scanContent(join(folder, 'file/x'))).rejects.toEqual(
      failsWith('path-missing', 'file/x'),
    );
    await symlink('circle', join(folder, 'circle'));
    await expect(scanContent(join(folder, 'circle'))).rejects.toEqual(
      failsWith('path-circular', 'circle'),
    );
    await expect(scanContent(join(folder, 'b'.repeat(300)))).rejects.toEqual(
      failsWith('path-too-long', 'too long'),
    );
  });

  test('a pipe or device', async () => {
    const pipe = join(await temporaryFolder(), 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(scanContent(pipe)).rejects.toEqual(failsWith('path-not-content', pipe));
    await expect(scanContent('/dev/null')).rejects.toEqual(
      failsWith('path-not-content', '/dev/null'),
    );
  });

  test('nothing in it', async () => {
    const folder = await temporaryFolder();
    await expect(scanContent(folder)).rejects.toEqual(failsWith('content-empty', 'no files'));
    await writeFile(join(folder, 'empty'), '');
    await expect(scanContent(folder)).rejects.toEqual(failsWith('content-empty', 'empty files'));
    await expect(scanContent(join(folder, 'empty'))).rejects.toEqual(
      failsWith('content-empty', 'is empty'),
    );
    await writeFile(join(folder, 'x.tmp'), 'x');
    await expect(scanContent(folder, { exclude: ['*'] })).rejects.toEqual(
      failsWith('content-empty', 'left out (2)'),
    );
  });

  test('names that are not UTF-8, unless they are excluded', async () => {
    const folder = await temporaryFolder();
    await fill(folder, ['a']);
    await writeFile(Buffer.from(`${folder}/bad-\xff`, 'latin1'), 'x');
    await expect(scanContent(folder)).rejects.toEqual(failsWith('name-not-utf8', 'bad-'));
    expect(pathsOf(await scanContent(folder, { exclude: ['bad-*'] }))).toEqual(['a']);
  });

  test('what may not be read', async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    await fill(folder, ['sub/secret', 'open']);
    await chmod(join(folder, 'sub/secret'), 0);
    expect(scanAsNobody(folder)).toMatch(/^content-unreadable .*secret/);
    await chmod(join(folder, 'sub'), 0);
    expect(scanAsNobody(folder)).toMatch(/^content-unreadable .*sub/);
    expect(scanAsNobody(join(folder, 'sub'))).toMatch(/^path-unreadable .*sub/);
    await chmod(join(folder, 'sub'), 0o700);
  });
});

test('an aborted scan rejects with the reason', async () => {
  const folder = await temporaryFolder();
  await fill(folder, ['a']);
  const reason = new Error('enough');
  await expect(scanContent(folder, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await rm(folder, { recursive: true });
});
