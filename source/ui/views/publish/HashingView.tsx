import type { PublishProgress } from '../../../control/protocol.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatBytes, formatDuration, formatRate } from '../../../format/units.ts';
import { Lines } from '../../components/Lines.tsx';
import { formatPercent, progressBar } from '../../components/progress-bar.ts';
import type { Span } from '../../components/spans.ts';
import { useEngine } from '../../hooks/use-dashboard.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import type { RunningPublish } from '../../state/publish-state.ts';
import type { Glyphs } from '../../theme/glyphs.ts';

interface HashingViewProps {
  readonly running: RunningPublish;
  readonly width: number;
  readonly height: number;
}

const widestBar = 60;

/** A publish job the user watches. */
export function HashingView({ running, width, height }: HashingViewProps) {
  const { glyphs } = useTheme();
  const progress = useEngine((state) => state.jobs.find(({ job }) => job === running.job));
  const total = progress?.totalBytes || running.form.preview?.size || 0;
  const done = progress?.hashedBytes ?? 0;
  const share = total > 0 ? done / total : 0;
  const bar = progressBar(share, Math.max(10, Math.min(widestBar, width - 12)), glyphs);
  return (
    <Lines
      width={width}
      height={height}
      lines={[
        [{ text: ' Publishing ', as: 'strong' }, { text: stripControls(running.form.name.value) }],
        null,
        [{ text: `   ${phaseSentence(running, progress, glyphs)}`, as: 'muted' }],
        null,
        [
          { text: `   ${bar.full}`, as: 'good' },
          { text: bar.empty, as: 'muted' },
          { text: ` ${formatPercent(share)}`, as: 'strong' },
        ],
        null,
        [
          { text: `   ${formatBytes(done)} of ${formatBytes(total)}` },
          ...speedSpans(progress, glyphs),
        ],
      ]}
    />
  );
}

function phaseSentence(
  { isCancelling }: RunningPublish,
  progress: PublishProgress | undefined,
  { ellipsis }: Glyphs,
): string {
  if (isCancelling) return `Cancelling${ellipsis}`;
  switch (progress?.phase) {
    case 'hashing':
      return `Hashing its pieces${ellipsis}`;
    case 'registering':
      return `Registering it with the tracker and the seeder${ellipsis}`;
    default:
      return `Finding its files${ellipsis}`;
  }
}

function speedSpans(progress: PublishProgress | undefined, { separator }: Glyphs): Span[] {
  if (!progress || progress.rate === 0) return [];
  const left =
    progress.secondsLeft === null
      ? ''
      : ` ${separator} ${formatDuration(progress.secondsLeft)} left`;
  return [
    { text: ` ${separator} `, as: 'muted' },
    { text: formatRate(progress.rate), as: 'accent' },
    { text: left, as: 'muted' },
  ];
}
