import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import type { Lifetime } from './lifetime.ts';

/**
 * Makes a namespace of a kind (`-n` network, `-m` mounts) that lasts until the test is over, or
 * whatever it is for. Returns what to put before a command to run it in there.
 */
export function holdNamespace(kind: '-n' | '-m', lifetime: Lifetime = onTestFinished): string[] {
  const keeper = spawn('unshare', [kind, 'sleep', 'infinity'], { stdio: 'ignore' });
  lifetime(() => {
    keeper.kill('SIGKILL');
  });
  // unshare becomes sleep once the namespace is there
  while (readFileSync(`/proc/${keeper.pid}/comm`, 'utf8') !== 'sleep\n');
  return ['nsenter', '-t', String(keeper.pid), kind];
}
