import { Box } from 'ink';
import { stripControls } from '../../../format/terminal-text.ts';
import { Line } from '../../components/Line.tsx';
import { Lines } from '../../components/Lines.tsx';
import { useEngine, useUi } from '../../hooks/use-dashboard.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import { unfetched } from '../../state/engine-state.ts';
import { healthTokens } from '../../theme/health.ts';
import { detailTitleRows } from '../title-rows.ts';
import { EventsTab } from './EventsTab.tsx';
import { FilesTab } from './FilesTab.tsx';
import { GraphTab } from './GraphTab.tsx';
import { OverviewTab } from './OverviewTab.tsx';
import { PeersTab } from './PeersTab.tsx';
import { TrackersTab } from './TrackersTab.tsx';
import type { TabProps } from './tab.ts';
import { tabBar } from './tab-bar.ts';

interface DetailViewProps {
  readonly id: number;
  readonly width: number;
  readonly height: number;
}

const tabs = {
  overview: OverviewTab,
  peers: PeersTab,
  files: FilesTab,
  trackers: TrackersTab,
  graph: GraphTab,
  events: EventsTab,
} satisfies Record<string, (props: TabProps) => React.ReactNode>;

/** One publication, as tabs. */
export function DetailView({ id, width, height }: DetailViewProps) {
  const { glyphs } = useTheme();
  const view = useUi((state) => state.detail);
  const pending = useUi((state) => state.pending.get(id));
  const summary = useEngine((state) => state.publications.get(id));
  const watched = useEngine((state) => state.watched);
  if (!summary) {
    const gone = [null, [{ text: '  This publication was removed.' }]];
    return <Lines lines={gone} width={width} height={height} />;
  }
  const Tab = tabs[view.tab];
  const fetched = watched?.id === id ? watched : unfetched(id);
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Line
        width={width}
        spans={[
          { text: ` ${glyphs.health[summary.health]} `, as: healthTokens[summary.health] },
          { text: stripControls(summary.name), as: 'strong' },
          { text: pending ? `  ${pending}${glyphs.ellipsis}` : '', as: 'muted' },
        ]}
      />
      <Line width={width} spans={tabBar(view.tab, summary, width)} />
      {fetched.error === null ? (
        <Tab
          summary={summary}
          watched={fetched}
          view={view}
          width={width}
          height={height - detailTitleRows}
        />
      ) : (
        <Lines
          lines={[null, [{ text: ` ${stripControls(fetched.error)}`, as: 'bad' }]]}
          width={width}
          height={height - detailTitleRows}
        />
      )}
    </Box>
  );
}
