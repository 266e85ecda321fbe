import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Linux counts hundredths of a second for every program. */
const ticksPerSecond = 100;

/** What a process has used so far, with the children it has. */
export interface ProcessUsage {
  cpuSeconds: number;
  /** Bytes it had read from disks, not from the page cache. */
  diskBytes: number;
}

/** Bytes. */
export interface ProcessMemory {
  resident: number;
  /** The most it had since the peak was reset. */
  peak: number;
  /** What is resident and not of files. */
  anonymous: number;
}

/** What a process and its children have used. */
export function usageOf(pid: number): ProcessUsage {
  // After the name, which is in brackets: the 12th and 13th field are user and system time.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  const read = /^read_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1];
  const sum: ProcessUsage = {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
    diskBytes: Number(read),
  };
  for (const child of childrenOf(pid)) {
    const { cpuSeconds, diskBytes } = usageOf(child);
    sum.cpuSeconds += cpuSeconds;
    sum.diskBytes += diskBytes;
  }
  return sum;
}

/** The memory of a process, without its children. */
export function memoryOf(pid: number): ProcessMemory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * 1024;
  return { resident: field('VmRSS'), peak: field('VmHWM'), anonymous: field('RssAnon') };
}

/** How often the threads of a process have woken up, having waited for something. */
export function wakeupsOf(pid: number): number {
  const statuses = readdirSync(`/proc/${pid}/task`).map((task) =>
    readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8'),
  );
  return statuses
    .map((status) => Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)?.[1]))
    .reduce((sum, count) => sum + count, 0);
}

/** From now on, the peak of a process is that since now. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((text) => text.trim() !== '')
    .map(Number);
}
