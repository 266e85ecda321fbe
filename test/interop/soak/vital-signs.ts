import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** What an engine takes of the machine at a moment. */
export interface VitalSigns {
  atSeconds: number;
  /** Resident memory, bytes. */
  resident: number;
  openFiles: number;
  /** Those of TCP: others come and go with the machine's addresses. */
  sockets: number;
}

/** Looks at a process. */
export function vitalSignsOf(pid: number, atSeconds: number): VitalSigns {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  if (!kibibytes) throw new Error(`process ${pid} has no memory`);
  const targets = readdirSync(`/proc/${pid}/fd`).map((name) => targetOf(`/proc/${pid}/fd/${name}`));
  const connections = tcpSocketsAround(pid);
  return {
    atSeconds,
    resident: Number(kibibytes) * 1024,
    openFiles: targets.filter((target) => target.startsWith('/')).length,
    sockets: targets.filter((target) => connections.has(target)).length,
  };
}

/** The TCP sockets in the network that a process is in, as links to them are called. */
function tcpSocketsAround(pid: number): Set<string> {
  const tables = ['tcp', 'tcp6'].map((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8'));
  const rows = tables.flatMap((table) => table.trimEnd().split('\n').slice(1));
  return new Set(rows.map((row) => `socket:[${row.trim().split(/\s+/)[9]}]`));
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
