import type { PublicationSummary } from '../../control/protocol.ts';
import { healthOrder } from '../theme/health.ts';
import type { EngineState } from './engine-state.ts';
import type { ListCursor, ListState, SortOrder } from './list-state.ts';

type Compare = (a: PublicationSummary, b: PublicationSummary) => number;

const names = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const byName: Compare = (a, b) => names.compare(a.name, b.name) || a.id - b.id;

const comparisons: Record<SortOrder, Compare> = {
  newest: (a, b) => b.createdAt - a.createdAt || b.id - a.id,
  name: byName,
  health: (a, b) => healthOrder[a.health] - healthOrder[b.health] || byName(a, b),
  'up rate': (a, b) => magnitude(b.uploadRate) - magnitude(a.uploadRate) || byName(a, b),
  peers: (a, b) => b.peers - a.peers || byName(a, b),
  ratio: (a, b) => b.ratio - a.ratio || byName(a, b),
  uploaded: (a, b) => b.uploaded - a.uploaded || byName(a, b),
  size: (a, b) => b.size - a.size || byName(a, b),
};

/**
 * Rates jitter every second; rows sorted by the exact rate would never stand still. Within a
 * factor of two they count as equal.
 */
function magnitude(rate: number): number {
  return Math.round(Math.log2(rate + 1));
}

/** The publications the list shows, filtered and sorted. */
export function visiblePublications(
  publications: EngineState['publications'],
  filter: string,
  sort: SortOrder,
): readonly PublicationSummary[] {
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  return [...publications.values()]
    .filter((publication) => words.every((word) => matches(publication, word)))
    .sort(comparisons[sort]);
}

function matches(publication: PublicationSummary, word: string): boolean {
  const { name, infoHash, infoHashV2 } = publication;
  const hashes = [infoHash, infoHashV2];
  return name.toLowerCase().includes(word) || hashes.some((hash) => hash?.startsWith(word));
}

/**
 * Where the cursor is. It stays on its publication wherever that moves; when that is gone or
 * filtered out, it stays at its place in the list. -1 when there is nothing to be on.
 */
export function locateCursor(
  visible: readonly PublicationSummary[],
  cursor: ListCursor | null,
): number {
  const index = visible.findIndex((publication) => publication.id === cursor?.id);
  if (index >= 0) return index;
  return Math.min(cursor?.index ?? 0, visible.length - 1);
}

/** Remembers the last answer: sorting thousands once a commit is enough. */
export function createVisibleSelector(): (
  engine: EngineState,
  list: ListState,
) => readonly PublicationSummary[] {
  let last: { publications: EngineState['publications']; filter: string; sort: SortOrder } | null =
    null;
  let answer: readonly PublicationSummary[] = [];
  return ({ publications }, { filter: { value: filter }, sort }) => {
    if (last?.publications !== publications || last.filter !== filter || last.sort !== sort) {
      last = { publications, filter, sort };
      answer = visiblePublications(publications, filter, sort);
    }
    return answer;
  };
}
