import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { writeRandomFile } from '../helpers/content.ts';
import { Everseed, until } from '../helpers/everseed.ts';
import { Leecher } from '../helpers/leecher.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { keys, Terminal } from '../helpers/terminal.ts';

async function publishable(): Promise<string> {
  const folder = await temporaryFolder();
  const file = join(folder, 'naïve film.bin');
  await writeRandomFile(file, 3_000_000);
  return file;
}

function dashboard(everseed: Everseed, options: ConstructorParameters<typeof Terminal>[1] = {}) {
  return new Terminal(everseed.commandLine(), options);
}

test('from nothing to a live publication, its peers, away and back, and its end, by keys alone', {
  timeout: 60_000,
}, async () => {
  const everseed = await Everseed.create();
  const file = await publishable();
  const terminal = dashboard(everseed, { cwd: join(file, '..') });
  await terminal.sees('everseed');
  expect(terminal.fullScreen).toBe(true);

  terminal.press('p');
  await terminal.sees('naïve film.bin');
  terminal.press(keys.enter);
  await terminal.sees('Enter publishes it');
  terminal.press(keys.enter);
  await terminal.sees('Live: naïve film.bin');
  await terminal.sees('magnet:?xt=urn:btih:');
  const [publication] = await everseed.list();
  expect(publication?.name).toBe('naïve film.bin');

  // the magnet is copied by OSC 52
  terminal.press('y');
  await until(() => terminal.output.includes('\u001b]52;c;'));
  const copied = /]52;c;([A-Za-z0-9+/=]+)/.exec(terminal.output)?.[1] ?? '';
  expect(Buffer.from(copied, 'base64').toString()).toContain(publication?.infoHash);

  // a peer is seen while it downloads
  terminal.press(keys.enter);
  await terminal.sees('Overview');
  terminal.press('2');
  await terminal.sees('No peer is connected');
  const { peer } = await everseed.status();
  const leecher = new Leecher(peer.port, { infoHash: publication?.infoHash ?? '' });
  leecher.interested();
  await terminal.sees(/XX 0\.0\.0\.1/);
  leecher.close();
  await terminal.sees('No peer is connected');

  // away: the engine goes on; and back
  terminal.press(keys.escape);
  await terminal.sees('1/1');
  terminal.press('q');
  expect(await terminal.ended()).toBe(0);
  expect(terminal.fullScreen).toBe(false);
  expect(terminal.text()).toContain('everseed keeps seeding 1 publication');
  expect(await everseed.list()).toHaveLength(1);

  const again = dashboard(everseed);
  await again.sees('naïve film.bin');

  // removing asks first, and the answer that is offered is no
  again.press('d');
  await again.sees('Remove');
  again.press(keys.enter);
  await until(() => !again.text().includes('Remove'));
  expect(await everseed.list()).toHaveLength(1);
  again.press('d');
  await again.sees('Remove');
  again.press(keys.tab);
  again.press(keys.enter);
  await until(async () => (await everseed.list()).length === 0);
  await again.sees('Nothing is published');
  again.press('q');
  expect(await again.ended()).toBe(0);
});

test('behaviour 17: what is published elsewhere appears, and an engine that is killed comes back', {
  timeout: 60_000,
}, async () => {
  const everseed = await Everseed.create();
  const terminal = dashboard(everseed);
  await terminal.sees('Nothing is published');
  const file = await publishable();
  await everseed.publish(file);
  await terminal.sees(basename(file));
  const { pid } = await everseed.status();
  await everseed.kill('SIGKILL');
  await terminal.sees('no engine');
  terminal.press('r');
  await terminal.sees('● engine');
  await terminal.sees(basename(file));
  expect((await everseed.status()).pid).not.toBe(pid);
});

test('resizes from wide to small and back without a trace', async () => {
  const everseed = await Everseed.create();
  await everseed.publish(await publishable());
  const terminal = dashboard(everseed, { columns: 120, rows: 40 });
  await terminal.sees('1/1');
  for (const [columns, rows] of [
    [40, 10],
    [80, 24],
    [20, 5],
    [120, 40],
  ] as const) {
    terminal.resize(columns, rows);
  }
  await terminal.sees('1/1');
  await until(() => terminal.lines().filter((line) => line.includes('naïve')).length === 1);
  terminal.resize(20, 5);
  await terminal.sees(/20.*5/s);
  terminal.press('q');
  expect(await terminal.ended()).toBe(0);
});

describe('a clean terminal', () => {
  /** The dashboard as a job of a shell, which then says how it ended and what the terminal is like. */
  function inShell(everseed: Everseed, environment: NodeJS.ProcessEnv = {}): Terminal {
    const command = everseed
      .commandLine()
      .map((word) => `'${word}'`)
      .join(' ');
    const terminal = new Terminal(['bash', '--norc', '--noediting', '-i'], {
      columns: 160,
      environment: { PS1: '$ ', ...environment },
    });
    terminal.press(`run() { clear; stty -g; ${command}; echo "ended with $?"; stty -g; }\r`);
    terminal.press('run\r');
    return terminal;
  }

  /** What `stty -g` has printed, before and after. */
  const modes = (terminal: Terminal) => terminal.text().match(/^[\da-f]+(:[\da-f]+){10,}$/gm);

  async function pidOf(everseed: Everseed): Promise<number> {
    const entry = everseed.commandLine().join(' ');
    const { stdout } = spawnSync('ps', ['axww', '-o', 'pid=,args='], { encoding: 'utf8' });
    const found = stdout.split('\n').find((line) => line.trim().replace(/^\d+ /, '') === entry);
    return Number.parseInt(found ?? '', 10);
  }

  test('behaviour 24: signals and a crash leave it, with the exit code that shells expect', async () => {
    const everseed = await Everseed.create();
    const crash = join(everseed.home, 'crash.mjs');
    await writeFile(crash, "process.on('SIGUSR2', () => { throw new Error('on purpose'); });");
    const terminal = inShell(everseed, { NODE_OPTIONS: `--import=${crash}` });
    for (const [signal, code] of [
      ['SIGTERM', 143],
      ['SIGHUP', 129],
      ['SIGINT', 130],
      ['SIGUSR2', 1],
    ] as const) {
      await terminal.sees('Nothing is published');
      process.kill(await pidOf(everseed), signal);
      await terminal.sees(`ended with ${code}`);
      await until(() => modes(terminal)?.length === 2);
      const [before, after] = modes(terminal) ?? [];
      expect(after).toBe(before);
      expect(terminal.leftBehind()).toEqual([]);
      if (signal === 'SIGUSR2') await terminal.sees('Error: on purpose');
      else await terminal.sees('everseed keeps seeding 0 publications');
      terminal.press('run\r');
    }
  });

  test('behaviour 24: Ctrl-Z gives the shell its terminal back, and fg paints anew', async () => {
    const everseed = await Everseed.create();
    await everseed.publish(await publishable());
    const terminal = inShell(everseed);
    await terminal.sees('1/1');
    terminal.press(keys.ctrlZ);
    await terminal.sees('Stopped');
    expect(terminal.leftBehind()).toEqual([]);
    terminal.press('stty -g; echo back in the shell\r');
    await terminal.sees(/^back in the shell/m);
    const [before, away] = modes(terminal) ?? [];
    expect(away).toBe(before);
    terminal.press('fg\r');
    await until(() => terminal.fullScreen);
    await terminal.sees('1/1');
    terminal.press('q');
    await until(() => !terminal.fullScreen);
    await terminal.sees('everseed keeps seeding 1 publication');
  });
});

test('behaviour 10: held keys arrive as one burst, and none is lost', async () => {
  const everseed = await Everseed.create();
  const folder = await temporaryFolder();
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    await writeRandomFile(join(folder, name), 20_000);
    await everseed.publish(join(folder, name));
  }
  const terminal = dashboard(everseed);
  await terminal.sees('1/5');
  terminal.press('jjj');
  await terminal.sees('4/5');
});

test('without a terminal it makes sure the engine runs, and prints how to go on', async () => {
  const everseed = await Everseed.create();
  const { code, stdout, stderr } = await everseed.run();
  expect(code).toBe(0);
  expect(stdout).toMatch(/^engine +everseed \d/);
  expect(stderr).toContain(`everseed --home ${everseed.home} publish PATH`);
  expect(stdout + stderr).not.toContain('\u001b');
});
