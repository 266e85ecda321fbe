import { Lines } from '../../components/Lines.tsx';
import { detailFacts } from './detail-facts.ts';
import type { TabProps } from './tab.ts';

/** What it is, how it does and why, and its links. */
export function OverviewTab({ summary, watched, view, width, height }: TabProps) {
  const facts = detailFacts(summary, watched, { columns: width, rows: height });
  const top = Math.min(view.scroll, Math.max(0, facts.length - height));
  return <Lines lines={facts.slice(top, top + height)} width={width} height={height} />;
}
