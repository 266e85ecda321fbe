import type { PublicationSummary } from '../../control/publications.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes, formatRate } from '../../format/units.ts';
import type { Column } from '../components/column.ts';
import { sparkline } from '../components/sparkline.ts';
import type { EngineState } from '../state/engine-state.ts';
import type { PendingChange } from '../state/ui-state.ts';
import { textWidth } from '../terminal/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { healthTokens, healthWords } from '../theme/health.ts';

/** What names get at least before a column goes for them, and what they get at most so. */
const shortestName = 23;
const longestName = 34;

/**
 * How wide the column of names is to be: as the longest of them, within limits. It looks no further
 * than the first that is too long, so that long lists take no time.
 */
export function nameWidth(publications: Iterable<Pick<PublicationSummary, 'name'>>): number {
  let widest = shortestName;
  for (const { name } of publications) {
    widest = Math.max(widest, textWidth(stripControls(name)));
    if (widest >= longestName) return longestName;
  }
  return widest;
}

interface ColumnsOptions {
  glyphs: Glyphs;
  pending: ReadonlyMap<number, PendingChange>;
  activity: EngineState['activity']['byId'];
  /** What names are to get, in cells. */
  nameWidth: number;
}

/**
 * The list's columns. What changes most is to the right: a row is drawn again from its first change
 * on. Where they do not all fit, those go first that say least of how a publication does now.
 */
export function publicationColumns({
  glyphs,
  pending,
  activity,
  nameWidth,
}: ColumnsOptions): Column<PublicationSummary>[] {
  const orNone = (count: number, text: string) => (count === 0 ? glyphs.none : text);
  const number = { align: 'right', grow: 0 } as const;
  return [
    {
      key: 'health',
      title: 'Health',
      align: 'left',
      minWidth: 13,
      grow: 0,
      priority: 0,
      value({ id, health }) {
        const change = pending.get(id);
        return change
          ? `${glyphs.waiting} ${change}`
          : `${glyphs.health[health]} ${healthWords[health]}`;
      },
      look: ({ id, health }) => (pending.has(id) ? 'muted' : healthTokens[health]),
    },
    {
      key: 'name',
      title: 'Name',
      align: 'left',
      minWidth: 12,
      wantedWidth: nameWidth,
      grow: 1,
      priority: 0,
      value: ({ name }) => stripControls(name),
      look: ({ state }) => (state === 'paused' ? 'muted' : 'text'),
    },
    {
      ...number,
      key: 'size',
      title: 'Size',
      minWidth: 8,
      priority: 5,
      value: ({ size }) => formatBytes(size),
      look: () => 'muted',
    },
    {
      ...number,
      key: 'completed',
      title: 'Completed',
      minWidth: 9,
      priority: 8,
      value: ({ completed }) => orNone(completed, String(completed)),
    },
    {
      ...number,
      key: 'swarm',
      title: 'Seed/Lch',
      minWidth: 8,
      priority: 3,
      value: ({ seeds, leechers }) => orNone(seeds + leechers, `${seeds}/${leechers}`),
    },
    {
      ...number,
      key: 'uploaded',
      title: 'Uploaded',
      minWidth: 8,
      priority: 6,
      value: ({ uploaded }) => orNone(uploaded, formatBytes(uploaded)),
    },
    {
      ...number,
      key: 'ratio',
      title: 'Ratio',
      minWidth: 6,
      priority: 4,
      value: ({ ratio }) => orNone(ratio, ratio.toFixed(ratio < 100 ? 2 : 0)),
    },
    {
      ...number,
      key: 'peers',
      title: 'Peers',
      minWidth: 5,
      priority: 2,
      value: ({ peers }) => orNone(peers, String(peers)),
    },
    {
      ...number,
      key: 'rate',
      title: 'Up rate',
      minWidth: 10,
      priority: 1,
      value: ({ uploadRate }) => orNone(uploadRate, formatRate(uploadRate)),
      look: ({ uploadRate }) => (uploadRate === 0 ? 'text' : 'accent'),
    },
    {
      key: 'activity',
      title: 'Activity',
      align: 'left',
      minWidth: 8,
      grow: 0,
      priority: 7,
      value: ({ id }, width) => sparkline(activity.get(id) ?? [], width, glyphs),
      look: ({ id }) => (activity.has(id) ? 'accent' : 'text'),
      isGraph: true,
    },
  ];
}
