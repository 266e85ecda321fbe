import { Lines } from '../../components/Lines.tsx';
import { useEngine, useUi } from '../../hooks/use-dashboard.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import { trackerPanelLines } from './tracker-panel-lines.ts';

interface PanelProps {
  readonly width: number;
  readonly height: number;
}

/** The engine's own tracker: what it is asked, and its largest swarms. */
export function TrackerPanel({ width, height }: PanelProps) {
  const { glyphs } = useTheme();
  const engine = useEngine((state) => state);
  const scroll = useUi((state) => state.panels.trackerScroll);
  const lines = trackerPanelLines(engine, width, glyphs);
  const top = Math.min(scroll, Math.max(0, lines.length - height));
  return <Lines lines={lines.slice(top, top + height)} width={width} height={height} />;
}
