import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemErrorCode } from '../../source/errors.ts';
import type { Wrap } from './program.ts';

/** Memory for programs and for what they read, above which the system takes it back. */
export interface MemoryLimit {
  /** Has a program run within it. */
  wrap: Wrap;
  /** When the programs have ended. */
  remove(): void;
}

/**
 * Limits the memory of programs to so many bytes, by a control group below the one we are in
 * (version 1 or 2); null where that is not permitted.
 */
export function limitMemory(bytes: number): MemoryLimit | null {
  const parent = ownGroup();
  if (!parent) return null;
  const group = join(parent.folder, `everseed-bench-${process.pid}`);
  try {
    mkdirSync(group);
    writeFileSync(join(group, parent.limitFile), String(bytes));
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return null;
  }
  const procs = join(group, 'cgroup.procs');
  return {
    wrap: (words) => ['sh', '-c', `echo $$ > '${procs}'; exec "$@"`, 'sh', ...words],
    remove: () => rmdirSync(group),
  };
}

function ownGroup(): { folder: string; limitFile: string } | null {
  if (!existsSync('/proc/self/cgroup')) return null;
  const lines = readFileSync('/proc/self/cgroup', 'utf8');
  const first = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(lines)?.[1];
  if (first !== undefined) {
    return { folder: join('/sys/fs/cgroup/memory', first), limitFile: 'memory.limit_in_bytes' };
  }
  const second = /^0::(.*)$/m.exec(lines)?.[1];
  if (second === undefined) return null;
  return { folder: join('/sys/fs/cgroup', second), limitFile: 'memory.max' };
}
