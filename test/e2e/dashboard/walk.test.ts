import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { writeRandomFile } from '../../helpers/content.ts';
import { Everseed, until } from '../../helpers/everseed.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { keys, Terminal } from '../../helpers/terminal.ts';

/*
 * Somebody who only has the README: each step is one that it names, and the dashboard is not left.
 */

const hasAria2 = spawnSync('aria2c', ['--version']).status === 0;
const skipped = hasAria2 ? '' : ' (skipped: aria2 is not installed)';
const run = promisify(execFile);

test.skipIf(!hasAria2)(
  `from the README's words alone: publishes a folder, sees it downloaded, copies its magnet, undoes a removal, changes a setting, and finds out what ails it${skipped}`,
  { timeout: 120_000 },
  async () => {
    const home = await temporaryFolder();
    const folder = join(home, 'album');
    await mkdir(folder);
    await writeRandomFile(join(folder, 'side a.bin'), 30_000_000);
    await writeRandomFile(join(folder, 'side b.bin'), 1_000_000);
    const everseed = await Everseed.create();
    const terminal = new Terminal(everseed.commandLine(), { columns: 120, rows: 36, cwd: home });
    const press = async (key: string, ...wanted: (string | RegExp)[]) => {
      terminal.press(key);
      for (const part of wanted) await terminal.sees(part);
    };
    await terminal.sees('p publish');

    // a folder by Space, then Enter, Enter
    await press('p', '▸ album/');
    await press(' ', '1 chosen.');
    await press(keys.enter, 'Enter publishes it');
    await press(keys.enter, 'Live: album');
    const [publication] = await everseed.list();
    const { torrentUrl } = await everseed.json<{ torrentUrl: string }>('show', 'album');

    // a client downloads it, and is seen while it does: slowly enough to be looked at
    await press(keys.enter, 'Overview');
    await press('2', 'No peer is connected');
    const into = await temporaryFolder();
    const options = ['--seed-time=0', '--max-download-limit=3M', '--enable-dht=false'];
    const listening = ['--listen-port=20000-29999', '--bt-enable-lpd=false', '--no-conf=true'];
    const download = run('aria2c', [`--dir=${into}`, ...options, ...listening, torrentUrl]);
    await terminal.sees(/aria2/i);
    await download;
    for (const file of ['side a.bin', 'side b.bin']) {
      const [theirs, ours] = [join(into, 'album', file), join(folder, file)];
      expect((await readFile(theirs)).equals(await readFile(ours))).toBe(true);
    }
    await press('5', /peak [\d.]+ MiB\/s/);
    await press('1', 'Magnet');

    // its magnet, on the clipboard and as text
    await press('y', 'Copied the magnet link; Y shows it as text.');
    const copied = /]52;c;([A-Za-z0-9+/=]+)/.exec(terminal.output)?.[1] ?? '';
    expect(Buffer.from(copied, 'base64').toString()).toContain(publication?.infoHash);
    await press('Y', 'Press any key to go back.', publication?.infoHash ?? '');
    await press(' ', 'Overview');
    await press(keys.escape, '1/1');

    // removed, and taken back
    await press('d', 'Remove album?');
    await press(`${keys.tab}${keys.enter}`, 'Removed album; z takes it back.');
    expect(await everseed.list()).toHaveLength(0);
    await press('z', 'Published again: album.', '1/1');
    expect(await everseed.list()).toHaveLength(1);

    // a setting
    await press(',', '▸ publicHost');
    await press('/', 'Enter keep');
    await press(`uploadRate${keys.enter}`, '▸ seeding.uploadRate');
    await press(keys.enter, 'seeding.uploadRate =');
    await press(`${keys.ctrlU}2000000${keys.enter}`, 'seeding.uploadRate is changed');
    expect((await everseed.status()).limit?.now).toBe(2_000_000);
    await press(keys.escape, '▸ seeding.uploadRate');
    await press(keys.escape, '1/1');

    // what ails it, and what to do
    await unlink(join(folder, 'side b.bin'));
    await press('V', /× album: /);
    await until(() => /(degraded|dead) +album/.test(terminal.text()), 30_000);
    await press('H', /side b\.bin.* is missing/, /to do/);
    terminal.press(keys.escape, 'q');
    expect(await terminal.ended()).toBe(0);
  },
);
