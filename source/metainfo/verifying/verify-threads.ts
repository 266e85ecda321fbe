import { Worker } from 'node:worker_threads';
import { entryUrl } from '../../thread/entries.ts';
import { connectThread } from '../../thread/rpc.ts';
import type { UnreadableFile, VerifyJob } from './verify-job.ts';
import type { VerifyService } from './verify-worker.ts';

/**
 * Has `count` threads do a job side by side; resolves with the files they could not read. All end
 * at once when one fails or `signal` aborts, and then this rejects.
 */
export async function verifyInThreads(
  job: VerifyJob,
  count: number,
  signal: AbortSignal | undefined,
): Promise<UnreadableFile[]> {
  signal?.throwIfAborted();
  const workers = Array.from({ length: count }, startThread);
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const work = Promise.all(workers.map(({ verify }) => verify(job)));
    const unreadable = await Promise.race([aborted.promise, work]);
    return unreadable.flat();
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(workers.map(({ worker }) => worker.terminate()));
  }
}

function startThread() {
  // Without the flags of this process, which need not suit a thread.
  const worker = new Worker(entryUrl('verify-worker'), { execArgv: [] });
  const { call, fail } = connectThread<VerifyService, Record<never, never>>(worker);
  worker.on('error', fail);
  worker.on('exit', () => fail(new Error('a verifying thread ended before its work was done')));
  return { worker, verify: (job: VerifyJob) => call.verify(job) };
}
