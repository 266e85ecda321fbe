import { execFileSync } from 'node:child_process';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { writeRandomFile } from '../../helpers/content.ts';
import { cliFile, Everseed, until } from '../../helpers/everseed.ts';
import { lifetimeOfFile } from '../../helpers/lifetime.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { keys, Terminal, type TerminalOptions } from '../../helpers/terminal.ts';

const lifetime = lifetimeOfFile();
let everseed: Everseed;
let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder(lifetime);
  for (const name of ['alpha', 'beta']) await writeRandomFile(join(folder, name), 20_000);
  everseed = await Everseed.create({ lifetime });
  await everseed.run('publish', join(folder, 'beta'), join(folder, 'alpha'));
});

describe('in terminals of all kinds', () => {
  /** The dashboard in a terminal; the row of beta is not under the cursor. */
  async function shown(options: TerminalOptions = {}): Promise<Terminal> {
    const terminal = new Terminal(everseed.commandLine(), options);
    await terminal.sees('1/2');
    terminal.press('s');
    await terminal.sees(/by name/);
    await terminal.sees(/^ .* healthy +beta/m);
    return terminal;
  }

  /** What the row of beta is drawn in. */
  async function coloursIn(options: TerminalOptions = {}): Promise<string[]> {
    const terminal = await shown(options);
    const colours = terminal.cellsOf('beta').map((cell) => {
      if (cell.isFgRGB()) return 'true';
      if (!cell.isFgPalette()) return 'none';
      return cell.getFgColor() < 16 ? '16' : '256';
    });
    terminal.press('q');
    await terminal.ended();
    return [...new Set(colours)].filter((colour) => colour !== 'none');
  }

  const trueColour = { environment: { COLORTERM: 'truecolor' } };

  test('behaviour 22: the terminal’s own 16 colours, or none under NO_COLOR, and words in any case', async () => {
    expect(await coloursIn(trueColour)).toEqual(['16']);
    expect(await coloursIn({ environment: { NO_COLOR: '1' } })).toEqual([]);
    const mono = await shown({ environment: { NO_COLOR: '1' } });
    expect(mono.cellsOf('alpha').some((cell) => cell.isInverse())).toBe(true);
    expect(mono.line('alpha')).toContain('● healthy');
  });

  test('behaviour 22: a theme for a dark or a light background is as fine as the terminal can', async () => {
    const green = async () => {
      const terminal = await shown(trueColour);
      return terminal
        .cellsOf('beta')
        .find((cell) => cell.isFgRGB())
        ?.getFgColor();
    };
    await everseed.run('config', 'set', 'dashboard.theme', 'dark');
    expect(await coloursIn({ kind: 'xterm-256color' })).toEqual(['256']);
    expect(await coloursIn({ kind: 'xterm' })).toEqual(['16']);
    const dark = await green();
    await everseed.run('config', 'set', 'dashboard.theme', 'light');
    const light = await green();
    expect(dark).toBeGreaterThan(0);
    expect(light).toBeGreaterThan(0);
    expect(light).not.toBe(dark);
    await everseed.run('config', 'set', 'dashboard.theme', 'auto');
  });

  test('behaviour 23: ASCII where the locale or the terminal has nothing else', async () => {
    for (const options of [{ environment: { LANG: 'C' } }, { kind: 'linux' }]) {
      const terminal = await shown(options);
      expect(terminal.line('alpha')).toMatch(/^> \* healthy/);
      expect(terminal.text()).toMatch(/^[\n -~]*$/);
    }
  });
});

test('it is told in lines when Ink’s variable or the setting asks for it', async () => {
  const isTold = async (options?: TerminalOptions) => {
    const terminal = new Terminal(everseed.commandLine(), options);
    await terminal.sees('2 publications');
    terminal.press('q');
    await terminal.ended();
    return terminal.output.includes('everseed, for a screen reader.');
  };
  expect(await isTold({ columns: 160 })).toBe(false);
  expect(await isTold({ environment: { INK_SCREEN_READER: 'true' } })).toBe(true);
  await everseed.run('config', 'set', 'dashboard.screenReader', 'true');
  expect(await isTold()).toBe(true);
  await everseed.run('config', 'set', 'dashboard.screenReader', 'false');
});

test('behaviour 21: each view is whole at 40x10, wraps nowhere, and is as before when it has room again', async () => {
  const terminal = new Terminal(everseed.commandLine(), { lifetime, cwd: folder });
  await terminal.sees('1/2');

  /** Makes the window small, looks at it, and makes it as large as it was. */
  async function isWholeWhenSmall(): Promise<void> {
    // the minutes that the tracker runs for go on
    const below = () =>
      terminal
        .lines()
        .slice(1)
        .map((line) => line.replace(/Runs for .*/, ''))
        .join('\n');
    const before = below();
    terminal.resize(40, 10);
    await until(() => {
      const lines = terminal.lines();
      return / (help|detach|cancel|back|close|clear|keep)\b/.test(lines.at(-1) ?? '');
    });
    await terminal.sees(/^ everseed/);
    expect(terminal.lines().filter((line) => line.startsWith(' everseed  '))).toHaveLength(1);
    expect(terminal.wrappedRows()).toEqual([]);
    terminal.resize(80, 24);
    await until(() => below() === before);
    expect(terminal.wrappedRows()).toEqual([]);
  }

  const walk: [key: string, wanted: string | RegExp][] = [
    ['g', 'q detach'],
    ['?', 'Keys of the list'],
    [keys.escape, 'q detach'],
    [':', 'Command'],
    [keys.escape, 'q detach'],
    ['/', 'Enter keep'],
    [keys.escape, 'q detach'],
    ['d', 'Remove '],
    [keys.tab, '▸ Remove it'],
    [keys.tab, '▸ Delete its data too'],
    [keys.enter, 'KiB at /'],
    [keys.escape, 'q detach'],
    ['U', /^ +none\b/m],
    [keys.escape, 'q detach'],
    ['H', 'Nothing is amiss'],
    ['L', 'published alpha'],
    ['T', 'Listens at'],
    [',', '▸ publicHost'],
    [keys.enter, 'publicHost ='],
    [keys.escape, 'd default'],
    [keys.escape, 'Listens at'],
    [':', 'Command'],
    ['ls', '▸ ls'],
    [keys.enter, 'p publish'],
    [keys.enter, 'Magnet'],
    ['2', 'No peer is connected'],
    ['3', 'in place'],
    ['4', 'tier 1'],
    ['5', '5 min ago'],
    ['6', 'published alpha'],
    ['1', 'Magnet'],
    ['c', 'page URL'],
    [keys.escape, 'Magnet'],
    ['p', '▸ alpha'],
    [keys.tab, /Tab completes.* alpha /s],
    [keys.escape, '▸ alpha'],
    [keys.enter, 'Enter publishes it'],
    [`${keys.tab.repeat(5)}${keys.enter}`, 'First seed'],
    [keys.enter, 'Already published'],
  ];
  for (const [key, wanted] of walk) {
    terminal.press(key);
    await terminal.sees(wanted);
    await isWholeWhenSmall();
  }
  expect(terminal.exitCode).toBeNull();
}, 60_000);

test('an engine of another version is told of, still shown, and replaced by two keys', async () => {
  const other = await Everseed.create();
  const dist = join(await temporaryFolder(), 'dist');
  await cp(dirname(cliFile), dist, { recursive: true });
  for (const name of (await readdir(dist)).filter((file) => file.endsWith('.js'))) {
    const code = await readFile(join(dist, name), 'utf8');
    const changed = code
      .replace(/version: "\d+\.\d+\.\d+",/, 'version: "9.8.7",')
      .replace(/protocolVersion = \d+;/, 'protocolVersion = 9;');
    if (changed !== code) await writeFile(join(dist, name), changed);
  }
  execFileSync(process.execPath, [join(dist, 'cli.js'), '--home', other.home, 'daemon']);
  await other.publish(join(folder, 'alpha'));
  const terminal = new Terminal(other.commandLine(), { columns: 120 });
  await terminal.sees(
    /The engine is 9\.8\.7, this dashboard \d+\.\d+\.\d+: some things may not work/,
  );
  await terminal.sees(':stop, then r: this one');
  await terminal.sees(/healthy +alpha/);
  terminal.resize(40, 10);
  await terminal.sees(/▲ .*… +:stop, then r: this one/);
  expect(terminal.wrappedRows()).toEqual([]);
  terminal.press(':');
  await terminal.sees('Command');
  terminal.press('stop');
  await terminal.sees('▸ stop');
  terminal.press(keys.enter);
  await terminal.sees('Stop the engine?');
  terminal.press(keys.tab, keys.enter);
  await terminal.sees('r starts it again.');
  terminal.press('r');
  await until(() => /● engine (?!9\.8\.7)/.test(terminal.text()));
  await terminal.sees(/healthy +alpha/);
  expect(terminal.text()).not.toContain('this one');
});
