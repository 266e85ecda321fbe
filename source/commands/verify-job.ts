import { randomUUID } from 'node:crypto';
import type { EngineConnection } from '../client/engine-connection.ts';
import type { CommandContext } from './command.ts';
import { createProgressLine } from './progress-line.ts';
import { hashProgressText } from './torrent/hash-progress-text.ts';

/**
 * Has the engine do something that verifies content, as the job whose name it is given: shows how
 * far that is, and cancels it when the user interrupts.
 */
export async function runVerifyJob<T>(
  { signal, stderr }: CommandContext,
  engine: EngineConnection,
  request: (job: string) => Promise<T>,
): Promise<T> {
  const job = randomUUID();
  const line = createProgressLine(stderr);
  const stopListening = engine.on('publish.progress', (progress) => {
    if (progress.job !== job) return;
    const isVerifying = progress.phase === 'verifying';
    line.show(isVerifying ? `verifying ${hashProgressText(progress)}` : `${progress.phase} …`);
  });
  const cancel = () => {
    // an engine that is gone has nothing left to cancel
    engine.request('publish.cancel', { job }).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await request(job);
  } finally {
    signal.removeEventListener('abort', cancel);
    stopListening();
    line.clear();
  }
}
