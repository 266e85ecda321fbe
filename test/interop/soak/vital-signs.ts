import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What an engine takes of the machine at a moment. */
export interface VitalSigns {
  atSeconds: number;
  /** Resident memory. */
  mebibytes: number;
  openFiles: number;
  sockets: number;
}

/** Looks at a process. */
export function vitalSignsOf(pid: number, atSeconds: number): VitalSigns {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (!kibibytes) throw new Error(`process ${pid} has no memory`);
  const targets = readdirSync(`/proc/${pid}/fd`).map((name) => targetOf(`/proc/${pid}/fd/${name}`));
  return {
    atSeconds,
    mebibytes: Number(kibibytes) / 1024,
    openFiles: targets.filter((target) => target.startsWith('/')).length,
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
  };
}

/** Empty for one that was closed meanwhile. */
function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/**
 * By how much memory grew, in MiB, from the second third of the time to the last: between the least
 * of each, since what the garbage collector has not taken yet is no growth.
 */
export function growthOf(signs: readonly VitalSigns[]): number {
  const third = Math.floor(signs.length / 3);
  const least = (some: readonly VitalSigns[]) =>
    Math.min(...some.map(({ mebibytes }) => mebibytes));
  return least(signs.slice(2 * third)) - least(signs.slice(third, 2 * third));
}
