import type { PublishProgress } from '../control/publishing.ts';

/** How far a job is that has just begun on `path`. */
export function begunProgress(job: string, path: string): PublishProgress {
  return {
    job,
    path,
    phase: 'scanning',
    hashedBytes: 0,
    totalBytes: 0,
    hashedFiles: 0,
    totalFiles: 0,
    rate: 0,
    secondsLeft: null,
    error: null,
  };
}
