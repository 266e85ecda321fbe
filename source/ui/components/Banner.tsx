import { stripControls } from '../../format/terminal-text.ts';
import { version } from '../../version.ts';
import { useEngine } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { isOtherVersion, type LinkState } from '../state/engine-state.ts';
import { textWidth, truncate } from '../terminal/text-width.ts';
import { Line } from './Line.tsx';

type LostLink = Extract<LinkState, { phase: 'lost' }>;

interface BannerProps {
  readonly width: number;
}

/**
 * Says that the engine is gone, since when what is shown is old, and when it is tried again; or that
 * it is of another version, and how to have one of this.
 */
export function Banner({ width }: BannerProps) {
  const link = useEngine((state) => state.link);
  const { glyphs } = useTheme();
  const words = bannerWords(link, glyphs.ellipsis);
  if (!words) return null;
  const next = ` ${words.next} `;
  const what = truncate(
    ` ${glyphs.warning} ${words.what}`,
    width - textWidth(next),
    glyphs.ellipsis,
  );
  return (
    <Line
      width={width}
      spans={[
        { text: what, as: 'banner' },
        { text: next, as: 'key' },
      ]}
    />
  );
}

/** What is so, which is cut where there is no room, and what comes next, which is not. */
function bannerWords(link: LinkState, ellipsis: string): { what: string; next: string } | null {
  if (link.phase === 'lost') {
    const since = link.since === null ? '' : `As of ${formatTime(link.since)}. `;
    return { what: since + stripControls(link.reason), next: nextTry(link, ellipsis) };
  }
  if (link.phase !== 'online' || !isOtherVersion(link)) return null;
  const engine = stripControls(link.version);
  return {
    what: `The engine is ${engine}, this dashboard ${version}: some things may not work.`,
    next: ':stop, then r: this one',
  };
}

function nextTry({ isStopped, secondsToRetry }: LostLink, ellipsis: string): string {
  if (isStopped) return 'r starts it again.';
  return secondsToRetry === null ? `Trying now${ellipsis}` : `Trying again in ${secondsToRetry} s.`;
}

function formatTime(milliseconds: number): string {
  return new Date(milliseconds).toTimeString().slice(0, 8);
}
