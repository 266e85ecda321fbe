import { Box } from 'ink';
import { useMemo } from 'react';
import type { PeerSummary } from '../../../control/publications.ts';
import { Line } from '../../components/Line.tsx';
import { Lines } from '../../components/Lines.tsx';
import { hasRoomFor, Table } from '../../components/Table.tsx';
import { useTheme } from '../../hooks/use-theme.ts';
import { peerColumns, peerLegend } from './peer-columns.ts';
import { sortPeers } from './sort-peers.ts';
import type { TabProps } from './tab.ts';
import { peersAroundRows } from './tab-rows.ts';

/** Who is connected, and what they get. */
export function PeersTab({ watched, view, width, height }: TabProps) {
  const { glyphs } = useTheme();
  const { peers, fetchedAt } = watched;
  const columns = useMemo(() => peerColumns(glyphs, fetchedAt), [glyphs, fetchedAt]);
  const sorted = useMemo(
    () => sortPeers(peers, view.peerOrder, view.isReversed),
    [peers, view.peerOrder, view.isReversed],
  );
  if (sorted.length === 0) {
    const none = [null, [{ text: ' No peer is connected now.', as: 'muted' as const }]];
    return <Lines lines={none} width={width} height={height} />;
  }
  const order = ` by ${view.peerOrder}${view.isReversed ? ', reversed' : ''} `;
  const table = { data: sorted, columns, width, height: height - 1 };
  // it explains a column that a narrow terminal has no room for
  const legend = hasRoomFor('flags', table) ? peerLegend(glyphs, width - order.length) : [];
  const lastTop = Math.max(0, sorted.length - (height - peersAroundRows));
  return (
    <Box flexDirection="column" width={width} height={height}>
      <Table {...table} rowKey={peerKey} cursor={null} top={Math.min(view.scroll, lastTop)} />
      <Line width={width} spans={[{ text: order, as: 'muted' }, ...legend]} />
    </Box>
  );
}

function peerKey(peer: PeerSummary): string {
  return `${peer.address} ${peer.connectedAt}`;
}
