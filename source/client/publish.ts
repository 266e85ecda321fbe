import { randomUUID } from 'node:crypto';
import type { PublishOptions, PublishProgress, PublishResult } from '../control/publishing.ts';
import { EverseedError } from '../errors.ts';
import type { EngineConnection } from './engine-connection.ts';

/**
 * Publishes the absolute `path`, telling `onProgress` each step, and waits until it is live.
 * Aborting `signal` cancels it; the promise then rejects with `cancelled`.
 */
export async function publish(
  engine: EngineConnection,
  path: string,
  options: PublishOptions,
  observer: { signal: AbortSignal; onProgress(progress: PublishProgress): void },
): Promise<PublishResult> {
  const { signal, onProgress } = observer;
  if (signal.aborted) throw new EverseedError('cancelled', `${path} was not published`);
  const job = randomUUID();
  const stopListening = engine.on('publish.progress', (progress) => {
    if (progress.job === job) onProgress(progress);
  });
  const cancel = () => {
    // an engine that is gone has nothing left to cancel
    engine.request('publish.cancel', { job }).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await engine.request('publish', { job, path, options });
  } finally {
    signal.removeEventListener('abort', cancel);
    stopListening();
  }
}
