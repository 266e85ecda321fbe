import { Box } from 'ink';
import { useMemo } from 'react';
import type { PeerSummary } from '../../control/protocol.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { Line } from '../components/Line.tsx';
import { Lines } from '../components/Lines.tsx';
import { Table } from '../components/Table.tsx';
import { useEngine, useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { healthTokens } from '../theme/health.ts';
import { detailFacts, detailScrollEnd } from './detail-facts.ts';
import { peerColumns } from './peer-columns.ts';
import { detailTitleRows } from './title-rows.ts';

interface DetailViewProps {
  readonly id: number;
  readonly scroll: number;
  readonly width: number;
  readonly height: number;
}

const noPeers: readonly PeerSummary[] = [];

/** One publication: facts, health, links, and below them its peers; all of it scrolls as one. */
export function DetailView({ id, scroll, width, height }: DetailViewProps) {
  const { glyphs } = useTheme();
  const engine = useEngine((state) => state);
  const pending = useUi((state) => state.pending.get(id));
  const columns = useMemo(() => peerColumns(glyphs), [glyphs]);
  const summary = engine.publications.get(id);
  if (!summary) {
    const gone = [null, [{ text: '  This publication was removed.' }]];
    return <Lines lines={gone} width={width} height={height} />;
  }
  const room = height - detailTitleRows;
  const size = { columns: width, rows: room };
  const top = Math.min(scroll, detailScrollEnd(summary, engine, size));
  const facts = detailFacts(summary, engine.watched, size);
  const shownFacts = facts.slice(top, top + room);
  const peers = engine.watched?.peers ?? noPeers;
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
      <Lines lines={shownFacts} width={width} height={shownFacts.length} />
      {peers.length === 0 ? (
        <Lines
          lines={[[{ text: ' No peer is connected now.', as: 'muted' }]]}
          width={width}
          height={room - shownFacts.length}
        />
      ) : (
        <Table
          data={peers}
          columns={columns}
          rowKey={peerKey}
          width={width}
          height={room - shownFacts.length}
          cursor={null}
          top={Math.max(0, top - facts.length)}
        />
      )}
    </Box>
  );
}

function peerKey(peer: PeerSummary): string {
  return peer.address;
}
