import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { writeRandomFile } from '../../helpers/content.ts';
import { Everseed, until } from '../../helpers/everseed.ts';
import { lifetimeOfFile } from '../../helpers/lifetime.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { keys, Terminal } from '../../helpers/terminal.ts';

/*
 * How the dashboard behaves in its terminal, and when its engine is gone. One engine and one
 * pseudo-terminal; each test ends where it began: in the list, the first under the cursor.
 */

const lifetime = lifetimeOfFile();
let everseed: Everseed;
let terminal: Terminal;

beforeAll(async () => {
  const folder = await temporaryFolder(lifetime);
  everseed = await Everseed.create({ lifetime });
  for (const name of ['one', 'two', 'three']) await writeRandomFile(join(folder, name), 20_000);
  await everseed.run('publish', ...['one', 'two', 'three'].map((name) => join(folder, name)));
  terminal = new Terminal(everseed.commandLine(), { lifetime, columns: 120, cwd: folder });
  await terminal.sees('1/3');
});

/** Whether the letters of the row of a publication that the cursor is not on are dim: those it has. */
function isDim(name: string): boolean[] {
  const row = terminal.lines().find((line) => new RegExp(`healthy +${name}`).test(line)) ?? '';
  const letters = terminal.cellsOf(row).filter((cell) => /[a-z]/.test(cell.getChars()));
  return [...new Set(letters.map((cell) => cell.isDim() !== 0))];
}

const names = async () => (await everseed.list()).map(({ name }) => name).sort();

/** Waits until nothing has been written for a while, which is longer than two looks are apart. */
async function quiet(of = terminal): Promise<void> {
  let before = -1;
  await until(async () => {
    const isSilent = of.output.length === before;
    before = of.output.length;
    if (!isSilent) await new Promise((resolve) => setTimeout(resolve, 2500));
    return isSilent;
  }, 40_000);
}

test('behaviour 25: five seconds in which nothing changes are not one byte', async () => {
  await quiet();
  const before = terminal.output.length;
  await new Promise((resolve) => setTimeout(resolve, 5000));
  expect(terminal.output.slice(before)).toBe('');
});

test('behaviour 13: hostile text that is pasted runs nothing, in brackets and without', async () => {
  const hostile = 'd\t\rjd\t\r:stop\r\t\r d\u001b[C\rP';
  terminal.paste(hostile);
  await terminal.sees('Nothing here takes a paste');
  terminal.paste(`harmless\u001b[201~${hostile}`);
  await quiet();
  expect(await names()).toEqual(['one', 'three', 'two']);
  // as from a terminal that has no brackets, more than fits into one read
  const other = new Terminal(everseed.commandLine(), { columns: 100 });
  await other.sees('1/3');
  other.press(`${hostile}${'x'.repeat(5000)}${hostile}`);
  await other.sees(/▸ Keep it|Nothing here takes a paste/);
  await quiet(other);
  expect(await names()).toEqual(['one', 'three', 'two']);
  expect((await everseed.list()).every(({ state }) => state === 'seeding')).toBe(true);
  other.press(keys.ctrlC);
  expect(await other.ended()).toBe(0);
  terminal.press(keys.escape);
  await until(() => !terminal.text().includes('takes a paste'));
});

test('what is typed ahead on a slow line is all run, in one read', async () => {
  terminal.press(':copy info hash\rjj');
  await terminal.sees('Copied the info hash; Y shows it as text.');
  await terminal.sees('3/3');
  const copied = /]52;c;([A-Za-z0-9+/=]+)/.exec(terminal.output)?.[1] ?? '';
  const hashes = (await everseed.list()).map(({ infoHash }) => infoHash);
  expect(hashes).toContain(Buffer.from(copied, 'base64').toString());
  terminal.press(`/two${keys.escape}g`);
  await terminal.sees('1/3');
  await terminal.sees('q detach');
});

test('behaviour 17: an engine that dies is told of, what was known dimmed with its age, until it is back by itself', async () => {
  // so that it does not come back before all of that was looked at
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, () => resolve()));
  lifetime(() => {
    blocker.close();
  });
  const address = blocker.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const file = join(everseed.home, 'settings.json');
  const settings = JSON.parse(await readFile(file, 'utf8'));
  const { pid } = await everseed.status();
  await writeFile(file, JSON.stringify({ ...settings, http: { port } }));
  process.kill(pid, 'SIGKILL');

  await terminal.sees(/▲ As of \d\d:\d\d:\d\d\. /);
  await terminal.sees(`${port}`);
  const seconds = new Set<string>();
  await until(() => {
    const [, left] = /Trying again in (\d) s/.exec(terminal.text()) ?? [];
    if (left) seconds.add(left);
    return seconds.size > 1;
  });
  expect(isDim('one')).toEqual([true]);
  terminal.press('j');
  await terminal.sees('2/3');
  terminal.press('P');
  await terminal.sees('Not now: the engine is not there.');

  blocker.close();
  await until(() => /● engine/.test(terminal.text()), 30_000);
  expect(terminal.text()).not.toMatch(/Trying again|As of/);
  await terminal.sees('2/3');
  expect((await everseed.status()).pid).not.toBe(pid);
  expect(isDim('one')).toContain(false);
  await writeFile(file, JSON.stringify(settings));
  terminal.press('g');
  await terminal.sees('1/3');
}, 90_000);

test('behaviour 21: a storm of sizes leaves one whole frame', async () => {
  for (let width = 120; width >= 40; width -= 4) {
    terminal.resize(width, 10 + (width % 7));
    if (width % 3 === 0) terminal.press('j');
  }
  terminal.resize(40, 10);
  // of what was there before, nothing is left
  await until(() => {
    const lines = terminal.lines();
    const heads = lines.filter((line) => line.startsWith(' everseed'));
    const isWhole = heads.length === 1 && lines.at(-1)?.includes('q detach') === true;
    return isWhole && lines.length === 10 && terminal.wrappedRows().length === 0;
  });
  terminal.resize(120, 24);
  terminal.press('g');
  await terminal.sees('1/3');
  expect(terminal.wrappedRows()).toEqual([]);
});

test('behaviour 18: detaching and coming back, time and again, is one engine and the same list', async () => {
  const { pid } = await everseed.status();
  for (let round = 0; round < 3; round++) {
    terminal.press('q');
    expect(await terminal.ended()).toBe(0);
    expect(terminal.leftBehind()).toEqual([]);
    terminal = new Terminal(everseed.commandLine(), { lifetime, columns: 120 });
    await terminal.sees('1/3');
  }
  expect((await everseed.status()).pid).toBe(pid);
});
