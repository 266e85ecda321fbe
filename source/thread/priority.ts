import { readlinkSync } from 'node:fs';
import { constants, getPriority, setPriority } from 'node:os';
import { basename } from 'node:path';
import { systemErrorCode } from '../errors.ts';

/** In steps of nice(2): where a processor is short, others have three times as much of it. */
const steps = 5;

/**
 * Has the other threads of the process, and other programs, go before this thread when a processor is
 * short. Only on Linux, where a thread has a priority of its own.
 */
export function letOthersGoFirst(): void {
  if (process.platform !== 'linux') return;
  try {
    const thread = Number(basename(readlinkSync('/proc/thread-self')));
    const nicest = constants.priority.PRIORITY_LOW;
    setPriority(thread, Math.min(nicest, getPriority(thread) + steps));
  } catch (error) {
    // Without /proc, or where it is forbidden, everybody has the same priority.
    if (systemErrorCode(error) === undefined) throw error;
  }
}
