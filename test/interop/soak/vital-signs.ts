import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What an engine takes of the machine at a moment. */
export interface VitalSigns {
  atSeconds: number;
  /** Resident memory, bytes. */
  resident: number;
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
    resident: Number(kibibytes) * 1024,
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
