import type { PeerSummary } from '../../control/protocol.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes, formatRate } from '../../format/units.ts';
import type { Column } from '../components/column.ts';
import { formatPercent, progressBar } from '../components/progress-bar.ts';
import type { Glyphs } from '../theme/glyphs.ts';

const percentWidth = formatPercent(1).length;

/** The peers' columns: words for what others abbreviate as flags, so that no legend is needed. */
export function peerColumns(glyphs: Glyphs): Column<PeerSummary>[] {
  const number = { align: 'right', grow: 0 } as const;
  return [
    {
      key: 'client',
      title: 'Client',
      align: 'left',
      minWidth: 14,
      grow: 2,
      priority: 0,
      value: ({ client }) => stripControls(client),
    },
    {
      key: 'address',
      title: 'Address',
      align: 'left',
      minWidth: 21,
      grow: 1,
      priority: 3,
      value: ({ address }) => stripControls(address),
      look: () => 'muted',
    },
    {
      key: 'progress',
      title: 'Progress',
      align: 'left',
      minWidth: 10,
      grow: 1,
      priority: 1,
      value({ progress }, width) {
        const bar = progressBar(progress, Math.max(0, width - percentWidth), glyphs);
        return bar.full + bar.empty + formatPercent(progress);
      },
      look: ({ progress }) => (progress >= 1 ? 'good' : 'accent'),
    },
    {
      ...number,
      key: 'rate',
      title: 'Up rate',
      minWidth: 10,
      priority: 2,
      value: ({ uploadRate }) => (uploadRate === 0 ? glyphs.none : formatRate(uploadRate)),
    },
    {
      ...number,
      key: 'sent',
      title: 'Sent',
      minWidth: 8,
      priority: 5,
      value: ({ uploaded }) => (uploaded === 0 ? glyphs.none : formatBytes(uploaded)),
    },
    {
      key: 'state',
      title: 'Now',
      align: 'left',
      minWidth: 9,
      grow: 0,
      priority: 4,
      value(peer) {
        if (!peer.interested) return `${glyphs.idle} ${peer.progress >= 1 ? 'seed' : 'idle'}`;
        return peer.choked ? `${glyphs.waiting} waiting` : `${glyphs.sending} sending`;
      },
      look: ({ interested, choked }) => (interested && !choked ? 'good' : 'muted'),
    },
  ];
}
