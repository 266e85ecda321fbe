import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Encodable, encode } from '../../source/bencode/encode.ts';
import defineTorrent from '../../source/commands/torrent.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { runCommand } from './run-command.ts';

async function show(torrent: Encodable, ...flags: string[]) {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'x.torrent'), encode(torrent));
  return runCommand(defineTorrent, folder, ['show', 'x.torrent', ...flags]);
}

const root = new Uint8Array(32).fill(0xab);
const hybrid = {
  announce: 'http://tracker.example/announce',
  collections: ['things'],
  httpseeds: ['http://old.example/'],
  info: {
    'file tree': {
      a: { '': { attr: 'x', length: 5, 'pieces root': root } },
      sub: {
        b: { '': { attr: 'h', length: 6, 'pieces root': root } },
        c: { '': { attr: 'l', 'symlink path': ['b'] } },
      },
    },
    files: [
      { attr: 'x', length: 5, path: ['a'] },
      { attr: 'p', length: 16379, path: ['.pad', '16379'] },
      { attr: 'h', length: 6, path: ['sub', 'b'] },
      { attr: 'l', length: 0, path: ['sub', 'c'], 'symlink path': ['b'] },
    ],
    'meta version': 2,
    name: 'folder',
    'piece length': 16384,
    pieces: new Uint8Array(40),
    similar: [new Uint8Array(20).fill(1)],
  },
  nodes: [
    ['router.example', 6881],
    ['2001:db8::1', 1],
  ],
  'update-url': 'http://update.example/',
};

test('everything in a hybrid torrent is shown', async () => {
  const { stdout, error } = await show(hybrid, '--json');
  expect(error).toBeNull();
  const shown = JSON.parse(stdout);
  expect(shown).toMatchObject({
    format: 'hybrid',
    infoHash: expect.stringMatching(/^[0-9a-f]{40}$/),
    infoHashV2: expect.stringMatching(/^[0-9a-f]{64}$/),
    size: 11,
    files: [
      { path: 'a', length: 5, executable: true },
      { path: 'sub/b', length: 6, hidden: true },
      { path: 'sub/c', length: 0, symlink: 'b' },
    ],
    paddingFiles: 1,
    pieces: 2,
    httpSeeds: ['http://old.example/'],
    nodes: ['router.example:6881', '[2001:db8::1]:1'],
    updateUrl: 'http://update.example/',
    similar: ['01'.repeat(20)],
    collections: ['things'],
    findings: [{ severity: 'warning', rule: 'hybrid-old-clients' }],
  });
  expect(shown.magnet).toContain(
    `xt=urn:btih:${shown.infoHash}&xt=urn:btmh:1220${shown.infoHashV2}`,
  );
});

test('people see a tree, and what is odd', async () => {
  const { stdout } = await show(hybrid);
  expect(stdout).toContain(
    [
      '      5 B  a  (executable)',
      '           sub/',
      '      6 B    b  (hidden)',
      '      0 B    c -> b',
      '',
      'warning  it is a hybrid',
    ].join('\n'),
  );
  expect(stdout).toMatch(/^v2 info hash +[0-9a-f]{64}$/m);
  expect(stdout).toMatch(/^update from +http:\/\/update\.example\/$/m);
});

test('what can be shown of a torrent that is none is shown, and it failed', async () => {
  const odd = { info: { files: [{ length: 'x', path: ['..', 'a'] }, 7], 'piece length': -1 } };
  const { stdout, error } = await show(odd);
  expect(error).toMatchObject({
    code: 'torrent-faulty',
    message: expect.stringContaining('errors'),
  });
  expect(stdout).toMatch(/^info hash +[0-9a-f]{40}$/m);
  expect(stdout).toMatch(/^error +the path "\.\.\/a" is no path/m);
  const { stdout: json } = await show(odd, '--json');
  expect(JSON.parse(json)).toMatchObject({ name: null, files: [{ path: '../a', length: null }] });
});
