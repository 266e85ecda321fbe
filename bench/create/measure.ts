import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemErrorCode } from '../../source/errors.ts';

export interface Measured {
  seconds: number;
  /** What the process had of the processors, but for its last moment; 0 without /proc to tell. */
  cpuSeconds: number;
  /** The most memory it had, in bytes; 0 without /proc to tell. */
  peakMemory: number;
}

const sampleMs = 10;

/** Ticks of /proc/PID/stat, which Linux counts in hundredths of a second for every program. */
const ticksPerSecond = 100;

/** Runs a program to its end. */
export async function measure([program = '', ...words]: readonly string[]): Promise<Measured> {
  const start = performance.now();
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  let last = { cpuSeconds: 0, peakMemory: 0 };
  const timer = setInterval(() => {
    last = sample(child.pid) ?? last;
  }, sampleMs);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${complaint}`);
    return { seconds: (performance.now() - start) / 1000, ...last };
  } finally {
    clearInterval(timer);
  }
}

/** What a process has used so far; null when it has ended, or this system has no /proc. */
function sample(pid: number | undefined): Omit<Measured, 'seconds'> | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const peakKiB = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
    // What is left of a process that has ended has no memory.
    if (peakKiB === undefined) return null;
    // After the name, which is in brackets: the 12th and 13th field are user and system time.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuSeconds: ticks / ticksPerSecond, peakMemory: Number(peakKiB) * 1024 };
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ESRCH') return null;
    throw error;
  }
}
