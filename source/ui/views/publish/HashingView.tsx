import type { PublishProgress } from '../../../control/publishing.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatBytes, formatDuration, formatRate } from '../../../format/units.ts';
import { Lines } from '../../components/Lines.tsx';
import { formatPercent, progressBar } from '../../components/progress-bar.ts';
import type { Span } from '../../components/spans.ts';
import { useEngine, useUi } from '../../hooks/use-dashboard.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { filesText, isAdopting, nameOfJob, phaseSentence } from './job-words.ts';

interface HashingViewProps {
  readonly job: string;
  readonly width: number;
  readonly height: number;
}

const widestBar = 60;

/** A publish job that is watched, whoever began it. */
export function HashingView({ job, width, height }: HashingViewProps) {
  const { glyphs } = useTheme();
  const jobs = useEngine((state) => state.jobs);
  const own = useUi((state) => state.ownJobs.find((one) => one.job === job));
  const isCancelling = useUi((state) => state.cancelling.has(job));
  const progress = jobs.find((one) => one.job === job);
  const preview = own?.from.name === 'form' ? [...own.from.form.previews.values()][0] : undefined;
  const files = progress?.totalFiles || preview?.files || 0;
  const total = progress?.totalBytes || preview?.size || 0;
  const done = progress?.hashedBytes ?? 0;
  const share = total > 0 ? done / total : 0;
  const bar = progressBar(share, Math.max(10, Math.min(widestBar, width - 12)), glyphs);
  return (
    <Lines
      width={width}
      height={height}
      lines={[
        [
          { text: isAdopting(own, progress) ? ' Adopting ' : ' Publishing ', as: 'strong' },
          { text: stripControls(nameOfJob(own, progress)) },
          { text: placeAmong(jobs, job), as: 'muted' },
        ],
        null,
        [
          {
            text: `   ${isCancelling ? `Cancelling${glyphs.ellipsis}` : phaseSentence(progress, glyphs.ellipsis)}`,
            as: 'muted',
          },
        ],
        null,
        [
          { text: `   ${bar.full}`, as: 'good' },
          { text: bar.empty, as: 'muted' },
          { text: ` ${formatPercent(share)}`, as: 'strong' },
        ],
        null,
        [
          { text: `   ${formatBytes(done)} of ${formatBytes(total)}` },
          { text: filesText(progress?.hashedFiles ?? 0, files) },
        ],
        speedSpans(progress, glyphs),
        own || !progress
          ? null
          : [{ text: '   Another client of this everseed began it.', as: 'muted' }],
      ]}
    />
  );
}

/** Which of the jobs under way it is, when there are several. */
function placeAmong(jobs: readonly PublishProgress[], job: string): string {
  const place = jobs.findIndex((one) => one.job === job);
  return jobs.length > 1 && place >= 0 ? `  (${place + 1} of ${jobs.length})` : '';
}

function speedSpans(progress: PublishProgress | undefined, { separator }: Glyphs): Span[] | null {
  if (!progress || progress.rate === 0) return null;
  const left =
    progress.secondsLeft === null
      ? ''
      : ` ${separator} ${formatDuration(progress.secondsLeft)} left`;
  return [
    { text: `   ${formatRate(progress.rate)}`, as: 'accent' },
    { text: left, as: 'muted' },
  ];
}
