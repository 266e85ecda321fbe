import type { PublicationSummary } from '../../../control/publications.ts';
import type { DetailState, DetailTab } from '../../state/detail-state.ts';
import type { EngineState, WatchedPublication } from '../../state/engine-state.ts';
import { eventsOf } from '../../state/events.ts';
import type { Size } from '../../state/ui-state.ts';
import { unicodeGlyphs } from '../../theme/glyphs.ts';
import { detailFacts } from './detail-facts.ts';
import { trackerLines } from './tracker-lines.ts';

/** The titles of a table's columns. */
export const tableHeadRows = 1;

/** Those, and the legend below. */
export const peersAroundRows = 2;

/** How far a tab can be scrolled; `size` is what it has. */
export function tabScrollEnd(
  { tab }: DetailState,
  engine: EngineState,
  summary: PublicationSummary,
  size: Size,
): number {
  const { watched } = engine;
  if (watched?.id !== summary.id) return 0;
  return Math.max(0, tabLines[tab](watched, engine, summary, size) - size.rows);
}

const tabLines: Record<
  DetailTab,
  (
    watched: WatchedPublication,
    engine: EngineState,
    summary: PublicationSummary,
    size: Size,
  ) => number
> = {
  overview: (watched, _, summary, size) => detailFacts(summary, watched, size).length,
  peers: ({ peers }) => peers.length + peersAroundRows,
  files: ({ files }) => (files?.total ?? 0) + tableHeadRows,
  // glyphs are one cell wide in all sets, so they do not change where lines break
  trackers: (watched, _, __, { columns }) => trackerLines(watched, columns, unicodeGlyphs).length,
  graph: () => 0,
  events: (watched, { events }) => eventsOf(watched, events).length + tableHeadRows,
};
