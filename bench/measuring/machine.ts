import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os';
import { systemErrorCode } from '../../source/errors.ts';
import { formatBytes } from '../../source/format/units.ts';

/** What a benchmark runs on, in lines. */
export function describeMachine(): string {
  const load = loadavg()[0]?.toFixed(1);
  return [
    new Date().toISOString().slice(0, 10),
    `${cpus()[0]?.model ?? 'unknown processor'}, ${availableParallelism()} cores, ${formatBytes(totalmem())}`,
    `${process.platform} ${process.arch}, Node ${process.version}, load before ${load}`,
  ].join('\n');
}

/** Empties the page cache of what is on disk; false when that is not permitted. */
export function dropCaches(): boolean {
  // What is not on disk yet cannot be dropped.
  spawnSync('sync');
  try {
    writeFileSync('/proc/sys/vm/drop_caches', '3');
    return true;
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}
