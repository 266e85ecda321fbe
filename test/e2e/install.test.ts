import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { writeRandomFile } from '../helpers/content.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const checkout = fileURLToPath(new URL('../../', import.meta.url));

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

test('packed and installed into an empty prefix, it works without the checkout', {
  timeout: 120_000,
}, async () => {
  const folder = await realpath(await temporaryFolder());
  // without scripts: the test command has built dist/ already, and others are using it
  npm(checkout, 'pack', '--ignore-scripts', '--pack-destination', folder);
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '';
  const prefix = join(folder, 'prefix');
  // offline: there is nothing to download, as everything it needs is in the package
  npm(folder, 'install', '--global', '--offline', '--prefix', prefix, join(folder, tarball));
  const everseed = join(prefix, 'bin', 'everseed');
  const modules = join(prefix, 'lib', 'node_modules', 'everseed', 'node_modules');
  const besides = existsSync(modules) ? readdirSync(modules) : [];
  expect(['koffi', '@koromix']).toEqual(expect.arrayContaining(besides));
  // koffi only makes it faster
  await rm(modules, { recursive: true, force: true });

  const home = join(folder, 'home');
  await mkdir(home);
  const ports = { http: { port: 0 }, udp: { port: 0 }, peer: { port: 0 } };
  const discovery = { dht: false, lsd: false, portMapping: false };
  await writeFile(
    join(home, 'settings.json'),
    JSON.stringify({ ...ports, discovery, publicHost: '127.0.0.1' }),
  );
  const file = join(folder, 'content');
  await writeRandomFile(file, 1_000_000);
  const run = (...args: string[]) =>
    execFileSync(everseed, ['--home', home, ...args], {
      cwd: folder,
      encoding: 'utf8',
      // only what is installed, and this Node
      env: { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder },
    });
  onTestFinished(() => {
    run('stop');
  });
  expect(run('--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { torrentUrl, infoHash } = JSON.parse(run('publish', file, '--json'));
  const torrent = await fetch(torrentUrl);
  expect(torrent.headers.get('content-type')).toBe('application/x-bittorrent');
  const torrentFile = join(folder, 'served.torrent');
  await writeFile(torrentFile, new Uint8Array(await torrent.arrayBuffer()));
  expect(JSON.parse(run('torrent', 'show', torrentFile, '--json')).infoHash).toBe(infoHash);
});
