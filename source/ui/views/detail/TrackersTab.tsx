import { Lines } from '../../components/Lines.tsx';
import { useTheme } from '../../hooks/use-theme.ts';
import type { TabProps } from './tab.ts';
import { trackerLines } from './tracker-lines.ts';

/** Who introduces peers, and what each said last. */
export function TrackersTab({ watched, view, width, height }: TabProps) {
  const { glyphs } = useTheme();
  const lines = trackerLines(watched, width, glyphs);
  const top = Math.min(view.scroll, Math.max(0, lines.length - height));
  return <Lines lines={lines.slice(top, top + height)} width={width} height={height} />;
}
