import { formatBytes, formatDuration, formatRate } from '../../format/units.ts';
import type { HashProgress } from '../../metainfo/create.ts';

/** Progress of hashing on one line: `42% of 3.1 GiB, 310 of 1200 files, 1.3 GiB/s, 2s left`. */
export function hashProgressText(progress: HashProgress): string {
  const { hashedBytes, totalBytes, hashedFiles, totalFiles, rate, secondsLeft } = progress;
  const share = totalBytes > 0 ? hashedBytes / totalBytes : 1;
  const parts = [`${Math.floor(share * 100)}% of ${formatBytes(totalBytes)}`];
  if (totalFiles > 1) parts.push(`${hashedFiles} of ${totalFiles} files`);
  if (rate > 0) parts.push(formatRate(rate));
  if (secondsLeft !== null && secondsLeft > 0) parts.push(`${formatDuration(secondsLeft)} left`);
  return parts.join(', ');
}
