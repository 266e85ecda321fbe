import { existsSync } from 'node:fs';
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeRandomFile } from '../../helpers/content.ts';
import { Everseed, until } from '../../helpers/everseed.ts';
import { Leecher } from '../../helpers/leecher.ts';
import { lifetimeOfFile } from '../../helpers/lifetime.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { keys, Terminal } from '../../helpers/terminal.ts';

/*
 * One engine and one pseudo-terminal, as for the views. Each test ends where it began: in the list,
 * by name, the first under the cursor, nothing marked.
 */

const lifetime = lifetimeOfFile();
const names = Array.from({ length: 25 }, (_, index) => `take-${10 + index}`);
let everseed: Everseed;
let terminal: Terminal;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder(lifetime);
  for (const name of names) await writeRandomFile(join(folder, name), 20_000);
  everseed = await Everseed.create({ lifetime });
  await everseed.run('publish', ...names.map((name) => join(folder, name)));
  terminal = await open();
});

/** The dashboard in a terminal, sorted by name. */
async function open(): Promise<Terminal> {
  const opened = new Terminal(everseed.commandLine(), {
    lifetime,
    columns: 120,
    rows: 24,
    cwd: folder,
  });
  await opened.sees(/1\/\d+ *$/m);
  opened.press('s');
  await opened.sees('by name ↑');
  opened.press('g');
  await opened.sees(/1\/\d+ *$/m);
  return opened;
}

/** Presses a key and waits for what it shows. */
async function press(key: string, ...wanted: (string | RegExp)[]): Promise<void> {
  terminal.press(key);
  for (const part of wanted) await terminal.sees(part);
}

const gone = (text: string) => until(() => !terminal.text().includes(text));
const hints = () => terminal.lines().at(-1) ?? '';
const count = async () => (await everseed.list()).length;

test('behaviour 3: the bar has the keys that do something now, the others say why not', async () => {
  await terminal.sees('P pause');
  expect(hints()).not.toMatch(/unmark|retry/);
  await press('z', '× There is nothing to take back.');
  await press(' ', 'Esc unmark');
  await press(keys.escape);
  await gone('Esc unmark');
  await press(keys.escape);
  await gone('nothing to take back');
  await press('T', 'Listens at');
  expect(hints()).not.toMatch(/pause|filter/);
  await press('P', '× Not here: P is for the list and a publication.');
  await press(keys.escape, '2/25');
  await press('g', '1/25');
});

test('behaviour 8: rows do not move under the cursor while the order is held', async () => {
  await press('f', 'order held');
  const file = join(folder, 'another');
  await writeRandomFile(file, 20_000);
  await everseed.publish(file);
  await terminal.sees('1/26');
  expect(terminal.line('take-10')).toMatch(/^▸/);
  await press('G', /▸ ● healthy +another/);
  await press('f', 'by name ↑', '1/26');
  await everseed.run('remove', 'another', '--yes');
  await terminal.sees('1/25');
});

test('behaviour 9: says where the cursor is among all, and marks which part is in view', async () => {
  const marked = () => terminal.lines().flatMap((line, row) => (line.endsWith('┃') ? [row] : []));
  const [first = 0] = marked();
  expect(terminal.lines()[first]).toContain('take-10');
  await press('G', '25/25', /▸ ● healthy +take-34/);
  expect(terminal.lines()[marked().at(-1) ?? 0]).toContain('take-34');
  await press('g', '1/25');
});

test('behaviours 11 and 12: ranges, all, the others; keys act on what is marked and say so', async () => {
  await press('jvjj', '3 selected', '4/25');
  await press(keys.escape);
  await gone('selected');
  await press('vkv', '2 selected');
  await press('*', '23 selected');
  await press('/', 'Enter keep');
  await press(`take-1${keys.enter}`, '23 selected (15 not shown)', '10 of 25 match');
  await press('A', '25 selected (15 not shown)');
  await press(keys.escape, '25 selected');
  await gone('match');
  await press(keys.escape);
  await gone('selected');
  await press('g', '1/25');
  await press('  ', '2 selected', '3/25');
  await press('P', 'Paused 2 publications; z takes it back.', /‖ paused +take-10/);
  const paused = (await everseed.list()).filter(({ state }) => state === 'paused');
  expect(paused.map(({ name }) => name).sort()).toEqual(['take-10', 'take-11']);
  await press('P', 'Resumed 2 publications; z takes it back.', /● healthy +take-11/);
  await press('d', 'Remove 2 publications?', '▸ Keep them');
  await press(`${keys.tab}${keys.enter}`, 'Removed 2 publications; z takes it back.', '/23');
  expect(await count()).toBe(23);
  await press('z', 'Published again: 2 publications.', '/25');
  expect(await count()).toBe(25);
  // what came back is marked as it was
  await press(keys.escape);
  await gone('selected');
  await press('g', '1/25');
});

test('behaviour 13: removing says what goes and what stays; data is deleted for its typed name alone', async () => {
  await press('d', 'Remove take-10?', 'Its data stays on disk.', '▸ Keep it');
  await press(keys.enter);
  await gone('Remove take-10?');
  await press('d', 'Remove take-10?');
  await press(keys.escape);
  await gone('Remove take-10?');
  expect(await count()).toBe(25);
  await press('d', '▸ Keep it');
  await press(`${keys.tab}${keys.tab}`, '▸ Delete its data too');
  await press(keys.enter, 'are deleted for good', join(folder, 'take-10'));
  await press(keys.enter, 'That is not its name: nothing is deleted.');
  expect(existsSync(join(folder, 'take-10'))).toBe(true);
  await press('take-10', 'take-10');
  await press(keys.enter, 'Removed with its data: take-10.', '1/24');
  expect(existsSync(join(folder, 'take-10'))).toBe(false);
});

test('behaviours 14 and 18: q detaches and says what goes on; what was removed can be taken back later', async () => {
  await press('d', 'Remove take-11?');
  await press(`${keys.tab}${keys.enter}`, 'Removed take-11; z takes it back.', '1/23');
  const { pid } = await everseed.status();
  terminal.press('q');
  expect(await terminal.ended()).toBe(0);
  await terminal.sees('everseed keeps seeding 23 publications; come back with: everseed');
  expect((await everseed.status()).pid).toBe(pid);
  terminal = await open();
  await terminal.sees(/z takes back, for (10|9) min: removing take-11/);
  await press('z', 'Published again: take-11.', '/24');
  expect(await count()).toBe(24);
  await press(keys.escape);
  await gone('Published again');
  await press('g', '1/24');
  // stopping is another command, which asks, and stands on keeping it
  await press(':', 'Command');
  await press('stop', /▸ stop/);
  await press(keys.enter, 'Stop the engine?', '▸ Keep it running');
  await press(keys.enter);
  await gone('Stop the engine?');
  expect((await everseed.status()).pid).toBe(pid);
});

test('behaviour 15: errors stay until they are read, in the log that says who asked', async () => {
  const publication = await everseed.json<{ infoHash: string; pieceLength: number }>(
    'show',
    'take-34',
  );
  await unlink(join(folder, 'take-34'));
  const { peer } = await everseed.status();
  const leecher = new Leecher(peer.port, { infoHash: publication.infoHash });
  leecher.interested();
  const failed = leecher.download(20_000, publication.pieceLength).catch((error: Error) => error);
  await terminal.sees(/× \d errors? not read yet: L shows the log/);
  leecher.close();
  expect(await failed).toBeInstanceOf(Error);
  await press('L', /× error +take-34: /, 'dashboard');
  await press('e', 'errors only');
  await press(keys.enter, 'Overview', `${join(folder, 'take-34')} is missing`);
  await press(keys.escape, 'errors only');
  await press('e', /took back the removal of take-11 +dashboard/);
  expect(terminal.text().match(/removed take-11;/g)).toHaveLength(2);
  await press(keys.escape, '1/24');
  await gone('not read yet');
  await everseed.run('remove', 'take-34', '--yes');
  await terminal.sees('1/23');
});

test('behaviour 16: a key shows that it was heard while the engine does not answer', async () => {
  const { pid } = await everseed.status();
  process.kill(pid, 'SIGSTOP');
  try {
    await press('P', /▸ … pausing +take-11/);
    await press('j', '2/23');
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await terminal.sees(/‖ paused +take-11/);
  await press('kP', /▸ ● healthy +take-11/);
});

test('behaviour 25: what does not change writes nothing', async () => {
  // longer than the engine and the dashboard take between two looks
  const aWhile = 2_500;
  let before = -1;
  await until(async () => {
    const isSilent = terminal.output.length === before;
    before = terminal.output.length;
    if (!isSilent) await new Promise((resolve) => setTimeout(resolve, aWhile));
    return isSilent;
  });
});
