import { stripControls } from '../../format/terminal-text.ts';
import { useEngine } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import type { LinkState } from '../state/engine-state.ts';
import { textWidth, truncate } from '../terminal/text-width.ts';
import { Line } from './Line.tsx';

type LostLink = Extract<LinkState, { phase: 'lost' }>;

interface BannerProps {
  readonly width: number;
}

/** Says that the engine is gone, since when what is shown is old, and when it is tried again. */
export function Banner({ width }: BannerProps) {
  const link = useEngine((state) => state.link);
  const { glyphs } = useTheme();
  if (link.phase !== 'lost') return null;
  const retry = ` ${nextTry(link, glyphs.ellipsis)} `;
  const since = link.since === null ? '' : ` As of ${formatTime(link.since)}.`;
  const what = ` ${glyphs.warning}${since} ${stripControls(link.reason)}`;
  const reason = truncate(what, width - textWidth(retry), glyphs.ellipsis);
  return (
    <Line
      width={width}
      spans={[
        { text: reason, as: 'banner' },
        { text: retry, as: 'key' },
      ]}
    />
  );
}

function nextTry({ isStopped, secondsToRetry }: LostLink, ellipsis: string): string {
  if (isStopped) return 'r starts it again.';
  return secondsToRetry === null ? `Trying now${ellipsis}` : `Trying again in ${secondsToRetry} s.`;
}

function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toTimeString().slice(0, 8);
}
