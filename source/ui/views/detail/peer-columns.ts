import type { PeerSummary } from '../../../control/publications.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatBytes, formatRate } from '../../../format/units.ts';
import type { Column } from '../../components/column.ts';
import { keepByPriority } from '../../components/keep-by-priority.ts';
import { formatPercent, progressBar } from '../../components/progress-bar.ts';
import { type Span, spansWidth } from '../../components/spans.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { formatAge } from '../age.ts';

const incoming = 'incoming';
const percentWidth = formatPercent(1).length;
const flagsPriority = 6;

/** What the letters of the flags column stand for. */
const flags = [
  { flag: 'U', means: 'sent data', applies: ({ interested, choked }) => interested && !choked },
  { flag: 'w', means: 'waits', applies: ({ interested, choked }) => interested && choked },
  { flag: 'O', means: 'outgoing', applies: ({ source }) => (source ?? incoming) !== incoming },
  { flag: 'E', means: 'encrypted', applies: ({ encrypted }) => encrypted === true },
] satisfies { flag: string; means: string; applies(peer: PeerSummary): boolean }[];

function peerFlags(peer: PeerSummary): string {
  return flags.map(({ flag, applies }) => (applies(peer) ? flag : '')).join('');
}

/** What each flag means, as far as that fits into `width` cells. */
export function peerLegend(glyphs: Glyphs, width: number): Span[] {
  const wantsNothing = { flag: glyphs.none, means: 'idle' };
  const meanings = [...flags, wantsNothing].map(({ flag, means }, priority) => {
    const spans: Span[] = [
      { text: `  ${flag} `, as: 'key' },
      { text: means, as: 'muted' },
    ];
    return { spans, width: spansWidth(spans), priority };
  });
  return keepByPriority(meanings, 0, width).flatMap(({ spans }) => spans);
}

/** How a peer was found, in words. */
export const sourceWords: Record<NonNullable<PeerSummary['source']>, string> = {
  incoming: 'incoming',
  tracker: 'tracker',
  dht: 'DHT',
  lsd: 'LSD',
  pex: 'PEX',
};

/**
 * The peers' columns. Where they do not all fit, those to the right go first; the address, which
 * needs most room, goes before what a peer has and gets. `now` is for their age.
 */
export function peerColumns(glyphs: Glyphs, now: number): Column<PeerSummary>[] {
  const number = { align: 'right', grow: 0 } as const;
  return [
    {
      key: 'client',
      title: 'Client',
      align: 'left',
      minWidth: 14,
      wantedWidth: 16,
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
      grow: 2,
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
      priority: 4,
      value: ({ uploaded }) => (uploaded === 0 ? glyphs.none : formatBytes(uploaded)),
    },
    {
      ...number,
      key: 'eta',
      title: 'ETA',
      minWidth: 4,
      priority: 5,
      value: ({ secondsLeft }) =>
        secondsLeft == null ? glyphs.none : formatAge(secondsLeft * 1000),
      look: () => 'muted',
    },
    {
      key: 'flags',
      title: 'Flags',
      align: 'left',
      minWidth: 5,
      grow: 0,
      priority: flagsPriority,
      value: (peer) => peerFlags(peer) || glyphs.none,
      look: ({ interested, choked }) => (interested && !choked ? 'good' : 'muted'),
    },
    {
      key: 'source',
      title: 'Source',
      align: 'left',
      minWidth: 8,
      grow: 0,
      priority: 7,
      value: ({ source }) => sourceWords[source ?? incoming],
      look: () => 'muted',
    },
    {
      ...number,
      key: 'age',
      title: 'Age',
      minWidth: 4,
      priority: 8,
      value: ({ connectedAt }) => formatAge(now - connectedAt),
      look: () => 'muted',
    },
  ];
}
