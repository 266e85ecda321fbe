import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writeRandomFile, writeSlowFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { keys, Terminal } from '../helpers/terminal.ts';

test('publish shows how far it is on one line, and Ctrl-C takes that away', async () => {
  const everseed = await Everseed.create();
  const file = join(await temporaryFolder(), 'large');
  await writeSlowFile(file);
  const terminal = new Terminal(everseed.commandLine('publish', file), { columns: 160 });
  await terminal.sees(/^hashing \d+% of 200 GiB, [\d.]+ [KMG]iB\/s, .* left$/m);
  terminal.press(keys.ctrlC);
  expect(await terminal.ended()).toBe(1);
  await terminal.sees('was cancelled: nothing was published');
  expect(terminal.text()).not.toContain('hashing');
});

test('remove asks in a terminal, and only yes removes', async () => {
  const everseed = await Everseed.create();
  const file = join(await temporaryFolder(), 'content');
  await writeRandomFile(file, 1000);
  await everseed.publish(file);
  for (const answer of [keys.enter, `no${keys.enter}`]) {
    const terminal = new Terminal(everseed.commandLine('remove', 'content'));
    await terminal.sees('[y/N]');
    terminal.press(answer);
    expect(await terminal.ended()).toBe(1);
    await terminal.sees('nothing was removed');
  }
  const interrupted = new Terminal(everseed.commandLine('remove', 'content'));
  await interrupted.sees('[y/N]');
  interrupted.press(keys.ctrlC);
  expect(await interrupted.ended()).toBe(1);
  expect(await everseed.list()).toHaveLength(1);
  const terminal = new Terminal(everseed.commandLine('remove', 'content'));
  await terminal.sees('[y/N]');
  terminal.press(`y${keys.enter}`);
  expect(await terminal.ended()).toBe(0);
  expect(await everseed.list()).toEqual([]);
});

test('remove --delete-data wants the name typed', async () => {
  const everseed = await Everseed.create();
  const file = join(await temporaryFolder(), 'content');
  await writeRandomFile(file, 1000);
  await everseed.publish(file);
  const wrong = new Terminal(everseed.commandLine('remove', '1', '--delete-data'));
  await wrong.sees('Type its name to confirm');
  wrong.press(`y${keys.enter}`);
  expect(await wrong.ended()).toBe(1);
  expect(await everseed.list()).toHaveLength(1);
});

test('logs -f follows until Ctrl-C', async () => {
  const everseed = await Everseed.create();
  const file = join(await temporaryFolder(), 'content');
  await writeRandomFile(file, 1000);
  await everseed.status();
  const terminal = new Terminal(everseed.commandLine('logs', '-f'), { columns: 160 });
  await terminal.sees('started');
  await everseed.publish(file);
  await terminal.sees('published content');
  terminal.press(keys.ctrlC);
  await terminal.ended();
});

test('the engine in the foreground ends by Ctrl-C', async () => {
  const everseed = await Everseed.create();
  const terminal = new Terminal(everseed.commandLine('daemon', '--foreground'), { columns: 160 });
  await terminal.sees('"event":"started"');
  await everseed.status();
  terminal.press(keys.ctrlC);
  expect(await terminal.ended()).toBe(0);
  await until(() => everseed.log().includes('"event":"stopping"'));
});
