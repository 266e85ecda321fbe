import { resolve } from 'node:path';
import { messageOf } from '../errors.ts';
import { stripControls } from '../format/terminal-text.ts';
import type { CommandContext } from './command.ts';

/**
 * Does something with one path after the other; a failure with one keeps no other from its turn,
 * but being interrupted does. Then failures are told; the last one is thrown,
 * for whoever tells that.
 */
export async function eachPath(
  { signal, stderr }: CommandContext,
  paths: readonly string[],
  run: (path: string) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  for (const path of paths) {
    try {
      await run(path);
    } catch (error) {
      failures.push(error);
      if (signal.aborted) break;
    }
  }
  if (failures.length === 0) return;
  const last = failures.pop();
  for (const error of failures) stderr.write(`everseed: ${stripControls(messageOf(error))}\n`);
  throw last;
}

/** The paths, absolute, each once; says so where one is given again. */
export function distinctPaths({ cwd, stderr }: CommandContext, paths: readonly string[]): string[] {
  const distinct = new Set(paths.map((path) => resolve(cwd, path)));
  if (distinct.size < paths.length) {
    stderr.write('a path is given more than once: it counts once\n');
  }
  return [...distinct];
}
