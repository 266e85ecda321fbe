import { basename } from 'node:path';
import type { PublishProgress } from '../../../control/publishing.ts';
import { counted } from '../../components/counted.ts';
import type { OwnJob } from '../../state/job-state.ts';
import { subjectOf } from '../../state/publish-state.ts';

export function nameOfJob(own: OwnJob | undefined, progress: PublishProgress | undefined): string {
  return own ? subjectOf(own.from) : basename(progress?.path ?? '');
}

export function isAdopting(
  own: OwnJob | undefined,
  progress: PublishProgress | undefined,
): boolean {
  return own?.from.name === 'adopt' || progress?.phase === 'verifying';
}

export function filesText(done: number, total: number): string {
  if (total === 0) return '';
  return total === 1 ? ' in 1 file' : `, ${done} of ${counted(total, 'file')}`;
}

/** What a job does now; `ellipsis` ends what goes on. */
export function phaseSentence(progress: PublishProgress | undefined, ellipsis: string): string {
  switch (progress?.phase) {
    case 'waiting':
      return 'Waiting until what was begun before is hashed.';
    case 'hashing':
      return `Hashing its pieces${ellipsis}`;
    case 'verifying':
      return `Comparing it with its torrent${ellipsis}`;
    case 'registering':
      return `Registering it with the tracker and the seeder${ellipsis}`;
    default:
      return `Finding its files${ellipsis}`;
  }
}
