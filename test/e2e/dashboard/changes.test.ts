import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeRandomFile } from '../../helpers/content.ts';
import { Everseed } from '../../helpers/everseed.ts';
import { lifetimeOfFile } from '../../helpers/lifetime.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { keys, Terminal } from '../../helpers/terminal.ts';

/*
 * Everything that is changed by keys besides publishing and removing. One engine and one
 * pseudo-terminal; each test ends in the list.
 */

const lifetime = lifetimeOfFile();
let everseed: Everseed;
let terminal: Terminal;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder(lifetime);
  await writeRandomFile(join(folder, 'one'), 20_000);
  await writeRandomFile(join(folder, 'theirs.bin'), 200_000);
  everseed = await Everseed.create({ lifetime });
  await everseed.publish(join(folder, 'one'));
  await everseed.run(
    'torrent',
    'create',
    join(folder, 'theirs.bin'),
    '-o',
    join(folder, 'theirs.torrent'),
  );
  terminal = new Terminal(everseed.commandLine(), { lifetime, columns: 120, cwd: folder });
  await terminal.sees('1/1');
});

async function press(key: string, ...wanted: (string | RegExp)[]): Promise<void> {
  terminal.press(key);
  for (const part of wanted) await terminal.sees(part);
}

const limitOf = async (id: string) =>
  (await everseed.json<{ uploadLimit: number | null }>('show', id)).uploadLimit;

test('a setting is changed where it stands, counts at once, is refused in its words, and taken back', async () => {
  await press(',', '▸ publicHost');
  await press('/', 'Enter keep');
  await press(`seeding.uploadRate${keys.enter}`, '▸ seeding.uploadRate');
  await press(keys.enter, 'seeding.uploadRate = ');
  await press(`${keys.ctrlU}lots${keys.enter}`, /× .*whole number/);
  await press(`${keys.ctrlU}77000${keys.enter}`, 'seeding.uploadRate is changed; z takes it back.');
  const limit = async () => (await everseed.status()).limit?.now ?? null;
  expect(await limit()).toBe(77_000);
  await press('z', /▸ seeding\.uploadRate .*default/);
  expect(await limit()).toBeNull();
  await press(keys.escape, '▸ seeding.uploadRate');
  await press(keys.escape, '1/1');
});

test('a key is given to another command, what contradicts is refused, and it is kept', async () => {
  await press(',', '▸ publicHost');
  await press('/', 'Enter keep');
  await press(`dashboard.keys${keys.enter}`, '▸ dashboard.keys');
  await press(keys.enter, 'dashboard.keys =');
  await press(
    `list.sort=X,list.filter=X${keys.enter}`,
    'X cannot be for both list.sort and list.filter',
  );
  await press(`${keys.ctrlU}list.sort=comma${keys.enter}`, 'settings.open loses ,');
  await press(keys.escape, '▸ dashboard.keys');
  await press(keys.escape, '1/1');
  await press(',', 'by name');
  terminal.press('q');
  await terminal.ended();
  terminal = new Terminal(everseed.commandLine(), { lifetime, columns: 120, cwd: folder });
  await terminal.sees('newest first');
  await press(',', 'by name');
  expect((await everseed.run('config', 'set', 'dashboard.keys', '')).code).toBe(0);
  terminal.press('q');
  await terminal.ended();
  terminal = new Terminal(everseed.commandLine(), { lifetime, columns: 120, cwd: folder });
  await terminal.sees('1/1');
});

test('behaviour 14: a pause and a limit are taken back like a removal', async () => {
  await press('P', /‖ paused +one/, 'P resume');
  await press('z', 'Seeding again: one.', /● healthy +one/);
  await press('U', 'Upload limit of one', /^ +none$/m);
  await press(`500K${keys.enter}`, 'At most 500 KiB/s: one; z takes it back.');
  expect(await limitOf('one')).toBe(512_000);
  await press('z', 'Limited as before: one.');
  expect(await limitOf('one')).toBeNull();
  terminal.press(keys.escape);
});

test('a torrent is adopted with its data', async () => {
  await press('p', 'theirs.torrent');
  await press('theirs.t', '▸ theirs.torrent');
  await press(keys.enter, '▸  Data');
  await press(keys.enter, 'Live: theirs.bin');
  await press(keys.escape, '/2');
  expect((await everseed.list()).map(({ name }) => name).sort()).toEqual(['one', 'theirs.bin']);
  await press('V', 'theirs.bin is whole');
  terminal.press(keys.escape);
});

test('hashing goes on when Esc leaves it, and ends when c cancels it', async () => {
  const { pid } = await everseed.status();
  await writeRandomFile(join(folder, 'left.bin'), 20_000);
  await writeRandomFile(join(folder, 'large.bin'), 100_000_000);

  /** Begins to publish while the engine does not answer, so that the keys come in time. */
  async function whileHashing(name: string, keysPressed: () => Promise<void>): Promise<void> {
    await press('p', name);
    await press(name, `▸ ${name}`);
    await press(keys.enter, 'Enter publishes it');
    process.kill(pid, 'SIGSTOP');
    try {
      await press(keys.enter, `Publishing ${name}`);
      await keysPressed();
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }

  await whileHashing('left.bin', () => press(keys.escape, '/2'));
  await terminal.sees('left.bin is live.');
  await terminal.sees('/3');
  await whileHashing('large.bin', () => press('c', 'Cancelling'));
  await terminal.sees('Cancelled: large.bin is not published.');
  expect((await everseed.list()).map(({ name }) => name)).not.toContain('large.bin');
}, 60_000);
