import type { PublicationSummary } from '../../../control/publications.ts';
import { type Span, spansWidth } from '../../components/spans.ts';
import { type DetailTab, detailTabs } from '../../state/detail-state.ts';

const names: Record<DetailTab, string> = {
  overview: 'Overview',
  peers: 'Peers',
  files: 'Files',
  trackers: 'Trackers',
  graph: 'Graph',
  events: 'Events',
};

/** The tabs with their keys; where there is no room, only the one that is shown has its name. */
export function tabBar(shown: DetailTab, { peers }: PublicationSummary, width: number): Span[] {
  const all = bar((tab) => (tab === 'peers' && peers > 0 ? `${names[tab]} ${peers}` : names[tab]));
  return spansWidth(all) <= width ? all : bar((tab) => (tab === shown ? names[tab] : ''));

  function bar(nameOf: (tab: DetailTab) => string): Span[] {
    return detailTabs.flatMap((tab, index): Span[] => {
      const label = ` ${index + 1} ${nameOf(tab)}`.trimEnd();
      if (tab === shown) return [{ text: `${label} `, as: 'selected' }];
      return [{ text: `${label} `, as: 'muted' }];
    });
  }
}
