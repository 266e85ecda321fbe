import { Worker } from 'node:worker_threads';
import { entryUrl } from '../../thread/entries.ts';
import { connectThread, type Remote } from '../../thread/rpc.ts';
import type { HashService } from './hash-worker.ts';

/**
 * How long threads wait for the next work before they end. Starting one takes longer than hashing
 * a small file: without this, publishing a thousand of them would be mostly that.
 */
const idleMs = 2000;

const idleThreads: HashThread[] = [];
let idleTimer: NodeJS.Timeout | undefined;

/**
 * Starts threads, up to `count` that wait, for whoever is about to have work for them: starting
 * takes longer than to hash a small file.
 */
export function prepareThreads(count: number): void {
  const missing = Math.max(0, count - idleThreads.length);
  keepForLater(Array.from({ length: missing }, () => new HashThread()));
}

/**
 * Has `count` threads do something side by side; resolves with what each made of it. When one fails
 * or `signal` aborts, whatever the others are doing ends at once, and then this rejects. Threads
 * that wait for more work keep no process from exiting.
 */
export async function lendThreads<T>(
  count: number,
  signal: AbortSignal | undefined,
  use: (thread: Remote<HashService>) => Promise<T>,
): Promise<T[]> {
  signal?.throwIfAborted();
  const threads: HashThread[] = [];
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    // should one not start, those that have are ended like the others
    while (threads.length < count) threads.push(idleThreads.pop() ?? new HashThread());
    for (const { worker } of threads) worker.ref();
    const work = Promise.all(threads.map(({ call }) => use(call)));
    const results = await Promise.race([aborted.promise, work]);
    keepForLater(threads);
    return results;
  } catch (error) {
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

function keepForLater(threads: readonly HashThread[]): void {
  for (const { worker } of threads) worker.unref();
  idleThreads.push(...threads);
  clearTimeout(idleTimer);
  idleTimer = setTimeout(() => {
    for (const { worker } of idleThreads.splice(0)) worker.terminate();
  }, idleMs).unref();
}

class HashThread {
  readonly worker: Worker;
  readonly call: Remote<HashService>;

  constructor() {
    this.worker = new Worker(entryUrl('hash-worker'), {
      // Without the flags of this process, which need not suit a thread.
      execArgv: [],
      // What hashing leaves behind is short-lived: left to itself, V8 would keep 48 MiB for it.
      resourceLimits: { maxYoungGenerationSizeMb: 3 },
    });
    const { call, fail } = connectThread<HashService, Record<never, never>>(this.worker);
    this.call = call;
    this.worker.on('error', fail);
    this.worker.on('exit', () => {
      fail(new Error('a hashing thread ended before its work was done'));
      const index = idleThreads.indexOf(this);
      if (index >= 0) idleThreads.splice(index, 1);
    });
  }
}
