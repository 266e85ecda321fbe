import type { PublishProgress } from '../../../control/publishing.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatBytes, formatDuration, formatRate } from '../../../format/units.ts';
import { Lines } from '../../components/Lines.tsx';
import { formatPercent, progressBar } from '../../components/progress-bar.ts';
import type { Span } from '../../components/spans.ts';
import { useEngine, useUi } from '../../hooks/use-dashboard.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import { piecesSentence } from './content-words.ts';
import { labelled } from './form-rows.ts';
import { isAdopting, nameOfJob, phaseSentence } from './job-words.ts';

interface HashingViewProps {
  readonly job: string;
  readonly width: number;
  readonly height: number;
}

const barMargin = 3;
const percentWidth = formatPercent(1).length;
const narrowestBar = 10;

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
  const barWidth = Math.max(narrowestBar, width - 2 * barMargin - percentWidth - 1);
  const bar = progressBar(share, barWidth, glyphs);
  const path = progress?.path ?? preview?.path;
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
          { text: `${' '.repeat(barMargin)}${bar.full}`, as: 'good' },
          { text: bar.empty, as: 'muted' },
          { text: ` ${formatPercent(share)}`, as: 'strong' },
        ],
        null,
        fact('Hashed', `${formatBytes(done)} of ${formatBytes(total)}`),
        ...(files === 0 ? [] : [fact('Files', `${progress?.hashedFiles ?? 0} of ${files}`)]),
        ...speedLines(progress),
        ...(path === undefined ? [] : [fact('Path', stripControls(path), 'muted')]),
        ...(preview ? [fact('Pieces', piecesSentence(preview), 'muted')] : []),
        ...(own || !progress ? [] : [fact('Begun by', 'another client of this everseed', 'muted')]),
      ]}
    />
  );
}

function fact(label: string, text: string, as: Span['as'] = 'text'): Span[] {
  return labelled(label, [{ text, ...(as && { as }) }]);
}

/** Which of the jobs under way it is, when there are several. */
function placeAmong(jobs: readonly PublishProgress[], job: string): string {
  const place = jobs.findIndex((one) => one.job === job);
  return jobs.length > 1 && place >= 0 ? `  (${place + 1} of ${jobs.length})` : '';
}

function speedLines(progress: PublishProgress | undefined): Span[][] {
  if (!progress || progress.rate === 0) return [];
  const { rate, secondsLeft } = progress;
  return [
    fact('Rate', formatRate(rate), 'accent'),
    ...(secondsLeft === null ? [] : [fact('Time left', formatDuration(secondsLeft), 'accent')]),
  ];
}
