import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { commandSummaries } from '../../source/command-summaries.ts';
import defineCompletion from '../../source/commands/completion.ts';
import { writeRandomFile } from '../helpers/content.ts';
import { cliFile, Everseed } from '../helpers/everseed.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { runCommand } from './run-command.ts';

const run = promisify(execFile);
const scripts = new Map<string, string>();

async function scriptOf(shell: string): Promise<string> {
  const known = scripts.get(shell);
  if (known !== undefined) return known;
  const { stdout } = await runCommand(defineCompletion, await temporaryFolder(), [shell]);
  scripts.set(shell, stdout);
  return stdout;
}

async function scriptFile(shell: string): Promise<string> {
  const file = join(await temporaryFolder(), `everseed.${shell}`);
  await writeFile(file, await scriptOf(shell));
  return file;
}

function isThere(shell: string): boolean {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    if (process.env['EVERSEED_NO_SKIPS']) throw error;
    return false;
  }
}

/** What bash offers for the last of these words. */
async function completeInBash(...words: string[]): Promise<string[]> {
  const script = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _everseed; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', script, 'bash', await scriptFile('bash'), ...words]);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('bash completion', () => {
  const complete = completeInBash;

  it('offers commands, and what is below them', async () => {
    expect(await complete('everseed', 'pu')).toEqual(['publish']);
    expect(await complete('everseed', 're')).toEqual(['resume', 'remove']);
    expect(await complete('everseed', 'torrent', 'c')).toEqual(['create']);
    expect(await complete('everseed', 'config', '')).toEqual(['list', 'get', 'set', 'path']);
  });

  it('offers options, their choices, and files', async () => {
    expect(await complete('everseed', 'publish', '--piece')).toEqual([
      '--piece-length',
      '--piece-count',
    ]);
    expect(await complete('everseed', 'publish', '--format', '')).toEqual(['v1', 'v2', 'hybrid']);
    expect(await complete('everseed', 'torrent', 'create', '-o', '/et')).toEqual(['/etc']);
    expect(await complete('everseed', 'publish', '/et')).toEqual(['/etc']);
    expect(await complete('everseed', 'torrent', 'create', '--symlinks', 'f')).toEqual(['follow']);
  });

  it('finds the command behind the program’s own options', async () => {
    expect(await complete('everseed', '--home', '/tmp', 'bencode', 'de')).toEqual(['decode']);
  });
});

describe('the publications there are', () => {
  it('are offered by number and name by bash, and no engine is started for it', async () => {
    const everseed = await Everseed.create();
    const folder = await temporaryFolder();
    const program = join(folder, 'everseed');
    const words = everseed.commandLine().map((word) => `'${word}'`);
    await writeFile(program, `#!/bin/sh\nexec ${words.join(' ')} "$@"\n`, { mode: 0o755 });
    expect(await completeInBash(program, 'show', '')).toEqual([]);
    expect(existsSync(join(everseed.home, 'engine.log'))).toBe(false);
    for (const name of ['two words', 'other']) {
      await writeRandomFile(join(folder, name), 1000);
      await everseed.publish(join(folder, name));
    }
    expect(await completeInBash(program, 'show', '')).toEqual(['1', 'two words', '2', 'other']);
    expect(await completeInBash(program, 'pause', 't')).toEqual(['two words']);
    const elsewhere = ['--home', folder];
    expect(await completeInBash(cliFile, ...elsewhere, 'show', '')).toEqual([]);
  });
});

describe.skipIf(!isThere('fish'))('fish completion', () => {
  async function complete(line: string): Promise<string[]> {
    const { stdout } = await run('fish', [
      '--no-config',
      '-c',
      'source $argv[1]; complete -C $argv[2]',
      await scriptFile('fish'),
      line,
    ]);
    return stdout
      .split('\n')
      .map((found) => found.split('\t')[0] ?? '')
      .filter(Boolean);
  }

  it('offers commands, options and choices', async () => {
    expect(await complete('everseed pub')).toEqual(['publish']);
    expect(await complete('everseed publish --piece-l')).toEqual(['--piece-length']);
    expect(await complete('everseed publish --format ')).toEqual(
      expect.arrayContaining(['v1', 'v2', 'hybrid']),
    );
    expect(await complete('everseed torrent cre')).toEqual(['create']);
  });
});

describe.skipIf(!isThere('zsh'))('zsh completion', () => {
  it('is read by zsh, and defines a function for each command', async () => {
    const script = 'autoload -Uz compinit; compinit -D; source "$1"; functions +';
    const { stdout } = await run('zsh', ['-f', '-c', script, 'zsh', await scriptFile('zsh')]);
    const functions = stdout.split('\n');
    for (const name of ['_everseed', '_everseed_publish', '_everseed_torrent_create']) {
      expect(functions).toContain(name);
    }
  });
});

describe('every shell', () => {
  it.each(['bash', 'zsh', 'fish'])('%s knows every command and option', async (shell) => {
    const script = await scriptOf(shell);
    for (const word of [...Object.keys(commandSummaries), 'delete-data', 'web-seed']) {
      expect(script, word).toContain(word);
    }
  });
});
