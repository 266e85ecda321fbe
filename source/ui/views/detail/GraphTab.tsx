import { Lines } from '../../components/Lines.tsx';
import { useTheme } from '../../hooks/use-theme.ts';
import { graphLines } from './graph-lines.ts';
import type { TabProps } from './tab.ts';

/** What was sent to how many, over time. */
export function GraphTab({ watched: { history }, view, width, height }: TabProps) {
  const { glyphs } = useTheme();
  // what was fetched for another range would be drawn under the wrong name
  const shown = history?.range === view.range ? history : null;
  const lines = graphLines(shown, view.range, { columns: width, rows: height }, glyphs);
  return <Lines lines={lines} width={width} height={height} />;
}
