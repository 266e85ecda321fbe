import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeRandomFile } from '../../helpers/content.ts';
import { Everseed, until } from '../../helpers/everseed.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { keys, Terminal } from '../../helpers/terminal.ts';

/*
 * Inside tmux and GNU screen, as people run it over SSH. What the dashboard copies is read back from
 * where it arrives.
 */

const has = (program: string, flag: string) => spawnSync(program, [flag]).error === undefined;
const hasTmux = has('tmux', '-V');
const hasScreen = has('screen', '-v');
const unless = (isThere: boolean, program: string) =>
  isThere ? '' : ` (skipped: ${program} is not installed)`;

async function publishable(): Promise<string> {
  const file = join(await temporaryFolder(), 'naïve film.bin');
  await writeRandomFile(file, 300_000);
  return file;
}

/** A tmux server of the test's own, whose one window runs words. */
class Tmux {
  readonly #socket: string;

  private constructor(socket: string) {
    this.#socket = socket;
  }

  static async run(words: readonly string[], cwd: string, options: readonly string[]) {
    const folder = join(await temporaryFolder(), 'tmux');
    await mkdir(folder);
    const settings = join(folder, 'tmux.conf');
    await writeFile(settings, options.map((option) => `set -s ${option}\n`).join(''));
    const tmux = new Tmux(join(folder, 'socket'));
    const command = words.map((word) => `'${word}'`).join(' ');
    tmux.do(
      '-f',
      settings,
      'new-session',
      '-d',
      '-x',
      '80',
      '-y',
      '24',
      '-c',
      cwd,
      `${command}; cat`,
    );
    onTestFinished(() => {
      tmux.do('kill-server');
    });
    return tmux;
  }

  do(...args: string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], {
      encoding: 'utf8',
      env: { ...process.env, LANG: 'C.UTF-8' },
    });
  }

  async sees(wanted: string): Promise<void> {
    try {
      await until(() => this.do('capture-pane', '-p').includes(wanted));
    } catch (error) {
      throw new Error(`no ${wanted} in:\n${this.do('capture-pane', '-p')}`, { cause: error });
    }
  }

  async buffer(): Promise<string> {
    await until(() => this.do('list-buffers').includes('magnet:'));
    return this.do('show-buffer');
  }
}

/** Where no program is, so that nothing but the terminal's own bytes can reach tmux. */
const withoutPrograms = ['env', 'PATH=/nonexistent'];

test.skipIf(!hasTmux)(
  `behaviour 19: in tmux, OSC 52 alone puts the magnet into its buffer${unless(hasTmux, 'tmux')}`,
  async () => {
    const everseed = await Everseed.create();
    const file = await publishable();
    const tmux = await Tmux.run([...withoutPrograms, ...everseed.commandLine()], join(file, '..'), [
      'set-clipboard on',
    ]);
    await tmux.sees('Nothing is published');
    tmux.do('send-keys', 'p');
    await tmux.sees('naïve film.bin');
    tmux.do('send-keys', 'Enter');
    await tmux.sees('Enter publishes it');
    tmux.do('send-keys', 'Enter');
    await tmux.sees('Live: naïve film.bin');
    tmux.do('send-keys', 'y');
    const [publication] = await everseed.list();
    expect(await tmux.buffer()).toContain(publication?.infoHash);
    // a pane that changes its size, and keys that come as one write
    tmux.do('resize-window', '-x', '40', '-y', '10');
    tmux.do('send-keys', 'Escape');
    await tmux.sees('1/1');
    tmux.do('resize-window', '-x', '100', '-y', '30');
    tmux.do('send-keys', '-l', ':copy info hash');
    tmux.do('send-keys', 'Enter');
    await until(() => tmux.do('show-buffer') === publication?.infoHash);
    tmux.do('send-keys', 'q');
    await tmux.sees('everseed keeps seeding 1 publication');
  },
  60_000,
);

test.skipIf(!hasTmux)(
  `behaviour 19: under TERM=screen, with nothing else to tell tmux by, the same${unless(hasTmux, 'tmux')}`,
  async () => {
    const everseed = await Everseed.create();
    const publication = await everseed.publish(await publishable());
    const tmux = await Tmux.run(
      ['env', '-u', 'TMUX', 'PATH=/nonexistent', 'TERM=screen', ...everseed.commandLine()],
      '/',
      ['set-clipboard on'],
    );
    await tmux.sees('1/1');
    tmux.do('send-keys', 'y');
    expect(await tmux.buffer()).toContain(publication.infoHash);
  },
);

test.skipIf(!hasTmux)(
  `behaviour 19: a tmux that takes no OSC 52 is given the magnet by its own command${unless(hasTmux, 'tmux')}`,
  async () => {
    const everseed = await Everseed.create();
    const publication = await everseed.publish(await publishable());
    const tmux = await Tmux.run(everseed.commandLine(), '/', ['set-clipboard off']);
    await tmux.sees('1/1');
    tmux.do('send-keys', 'y');
    expect(await tmux.buffer()).toContain(publication.infoHash);
  },
);

test.skipIf(!hasScreen)(
  `behaviour 19: GNU screen passes the magnet on to its terminal${unless(hasScreen, 'screen')}`,
  async () => {
    const everseed = await Everseed.create();
    const publication = await everseed.publish(await publishable());
    const folder = await temporaryFolder();
    const sockets = join(folder, 'sockets');
    await mkdir(sockets, { mode: 0o700 });
    const terminal = new Terminal(['screen', '-U', '-c', '/dev/null', ...everseed.commandLine()], {
      environment: { SCREENDIR: sockets },
    });
    await terminal.sees('1/1');
    terminal.press('y');
    await terminal.sees('Copied the magnet link');
    const copied = /]52;c;([A-Za-z0-9+/=]+)/.exec(terminal.output)?.[1] ?? '';
    expect(Buffer.from(copied, 'base64').toString()).toContain(publication.infoHash);
    terminal.press(keys.escape, 'q');
    await terminal.ended();
  },
);
