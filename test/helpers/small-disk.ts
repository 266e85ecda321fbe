import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { holdNamespace } from './namespace.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A file system of a test's own, so small that it can be filled. */
export interface SmallDisk {
  /** What to put before a command to have it see the disk. */
  prefix: string[];
  folder: string;
  /** Leaves no free byte. */
  fill(): void;
  /** Takes back what `fill` wrote. */
  free(): void;
}

/** Whether this user may mount file systems in a namespace of its own here. */
export const canMount =
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

export async function createSmallDisk(bytes: number): Promise<SmallDisk> {
  const folder = await temporaryFolder();
  const prefix = holdNamespace('-m');
  const run = (...args: string[]) => execFileSync('nsenter', [...prefix.slice(1), ...args]);
  run('mount', '-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder);
  const filler = join(folder, 'filler');
  return {
    prefix,
    folder,
    // cat ends with an error: no space left
    fill: () => run('sh', '-c', 'cat /dev/zero > "$0" 2>/dev/null || true', filler),
    free: () => run('rm', filler),
  };
}
