import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { until } from '../helpers/everseed.ts';
import type { Lifetime } from '../helpers/lifetime.ts';
import type { NetworkNamespace } from '../helpers/network-namespace.ts';

const python = '/usr/bin/python3';

export const hasLibtorrent = spawnSync(python, ['-c', 'import libtorrent']).status === 0;

/**
 * Runs a script of this folder in the namespace until the test, or its lifetime, is over; resolves when it says
 * `word`.
 */
export async function runPython(
  { prefix }: NetworkNamespace,
  script: string,
  args: readonly string[],
  word: string,
  lifetime: Lifetime = onTestFinished,
): Promise<void> {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const [command = '', ...rest] = [...prefix, python, file, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  lifetime(() => {
    child.kill('SIGKILL');
  });
  await until(() => {
    if (child.exitCode !== null) throw new Error(`${script} ended: ${output}`);
    return output.includes(word);
  }, 100_000);
}
