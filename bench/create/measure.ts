import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { systemErrorCode } from '../../source/errors.ts';

export interface Measured {
  seconds: number;
  /** The most memory the process had, in bytes; 0 where there is no /proc to tell. */
  peakMemory: number;
}

const sampleMs = 10;

/** Runs a program to its end. */
export async function measure([program = '', ...words]: readonly string[]): Promise<Measured> {
  const start = performance.now();
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  let peakMemory = 0;
  const timer = setInterval(() => {
    peakMemory = Math.max(peakMemory, peakMemoryOf(child.pid));
  }, sampleMs);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject).on('close', resolve);
    });
    if (code !== 0) throw new Error(`${program} ended with ${code}: ${complaint}`);
    return { seconds: (performance.now() - start) / 1000, peakMemory };
  } finally {
    clearInterval(timer);
  }
}

function peakMemoryOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch (error) {
    // It has ended, or this system has no /proc.
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ESRCH') return 0;
    throw error;
  }
}
