import { basename } from 'node:path';
import type { PublishProgress } from '../../control/publishing.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatDuration, formatRate } from '../../format/units.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { fitText, textWidth } from '../terminal/text-width.ts';
import { keepByPriority } from './keep-by-priority.ts';
import { Line } from './Line.tsx';
import { formatPercent, progressBar } from './progress-bar.ts';
import { type Span, spansWidth } from './spans.ts';

interface JobLineProps {
  readonly job: PublishProgress;
  readonly width: number;
}

const barWidth = 16;
const leastNameWidth = 10;

/** A publish job under way, on one line: what, how far, how fast, how long. */
export function JobLine({ job, width }: JobLineProps) {
  const { glyphs } = useTheme();
  const share = job.totalBytes > 0 ? job.hashedBytes / job.totalBytes : 0;
  const bar = progressBar(share, barWidth, glyphs);
  const parts: { spans: Span[]; priority: number }[] = [
    {
      spans: [
        { text: bar.full, as: 'good' },
        { text: bar.empty, as: 'muted' },
      ],
      priority: 3,
    },
    { spans: [{ text: formatPercent(share), as: 'strong' }], priority: 0 },
    {
      spans: [{ text: fitText(formatRate(job.rate), 10, 'right', glyphs.ellipsis), as: 'accent' }],
      priority: 2,
    },
    {
      spans: [
        {
          text: job.secondsLeft === null ? '' : `${formatDuration(job.secondsLeft)} left`,
          as: 'muted',
        },
      ],
      priority: 1,
    },
  ];
  const verb = ` ${job.phase} `;
  const room = width - textWidth(verb) - leastNameWidth - 1;
  const kept = keepByPriority(
    parts.map((part) => ({ ...part, width: spansWidth(part.spans) + 1 })),
    0,
    room,
  );
  const rest = kept.flatMap(({ spans }) => [{ text: ' ' }, ...spans]);
  const nameWidth = width - textWidth(verb) - spansWidth(rest) - 1;
  const name = fitText(stripControls(basename(job.path)), nameWidth, 'left', glyphs.ellipsis);
  return <Line width={width} spans={[{ text: verb, as: 'good' }, { text: name }, ...rest]} />;
}
