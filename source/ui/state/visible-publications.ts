import type { PublicationSummary } from '../../control/publications.ts';
import { healthOrder } from '../theme/health.ts';
import type { EngineState } from './engine-state.ts';
import type { ListCursor, ListState, SortKey } from './list-state.ts';
import { type NameKey, NameKeys } from './name-keys.ts';

/** What a list is made from. */
type Known = Pick<EngineState, 'publications' | 'rateLevels'>;
type Wanted = Pick<ListState, 'filter' | 'sort' | 'isReversed' | 'held'>;

type Row = { publication: PublicationSummary; value: number; name: NameKey };

/** What rows are sorted by, the smallest first. */
const values: Record<SortKey, (publication: PublicationSummary, level: number) => number> = {
  newest: ({ createdAt }) => -createdAt,
  name: () => 0,
  health: ({ health }) => healthOrder[health],
  'up rate': (_, level) => -level,
  peers: ({ peers }) => -peers,
  ratio: ({ ratio }) => -ratio,
  uploaded: ({ uploaded }) => -uploaded,
  completed: ({ completed }) => -completed,
  size: ({ size }) => -size,
};

/** The publications the list shows, filtered and sorted. */
export function visiblePublications(
  { publications, rateLevels }: Known,
  { filter, sort, isReversed, held }: Wanted,
  names = new NameKeys(),
): readonly PublicationSummary[] {
  const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
  const sortValue = values[sort];
  const rows: Row[] = [];
  for (const publication of publications.values()) {
    const name = names.of(publication.name);
    const { infoHash, infoHashV2 } = publication;
    const matches = (word: string) =>
      name.search.includes(word) || infoHash?.startsWith(word) || infoHashV2?.startsWith(word);
    if (!words.every(matches)) continue;
    rows.push({
      publication,
      value: sortValue(publication, rateLevels.get(publication.id) ?? 0),
      name,
    });
  }
  names.rank();
  rows.sort(held ? inHeldOrder(held) : isReversed ? (a, b) => compare(b, a) : compare);
  return rows.map(({ publication }) => publication);
}

function compare(a: Row, b: Row): number {
  if (a.value !== b.value) return a.value - b.value;
  if (a.name.rank !== b.name.rank) return a.name.rank - b.name.rank;
  return a.publication.id - b.publication.id;
}

/** What came since the order was held is below the rest, the newest last. */
function inHeldOrder(held: readonly number[]): (a: Row, b: Row) => number {
  const places = new Map(held.map((id, place) => [id, place]));
  const placeOf = ({ publication: { id } }: Row) => places.get(id) ?? held.length + id;
  return (a, b) => placeOf(a) - placeOf(b);
}

/**
 * Where the cursor is. It stays on its item wherever that moves; when that is gone or
 * filtered out, it stays at its place in the list. -1 when there is nothing to be on.
 */
export function locateCursor(
  visible: readonly { id: number }[],
  cursor: ListCursor | null,
): number {
  if (cursor && visible[cursor.index]?.id === cursor.id) return cursor.index;
  const index = visible.findIndex((publication) => publication.id === cursor?.id);
  if (index >= 0) return index;
  return Math.min(cursor?.index ?? 0, visible.length - 1);
}

/**
 * The marked publications, those of a range that is being marked among them: from where it began to
 * the cursor. What is gone is not.
 */
export function markedIds(
  { marks, rangeFrom, cursor }: Pick<ListState, 'marks' | 'rangeFrom' | 'cursor'>,
  publications: EngineState['publications'],
  visible: readonly PublicationSummary[],
): ReadonlySet<number> {
  const known = new Set([...marks].filter((id) => publications.has(id)));
  for (const { id } of rangeOf(rangeFrom, cursor, visible)) known.add(id);
  return known;
}

function rangeOf(
  rangeFrom: number | null,
  cursor: ListCursor | null,
  visible: readonly PublicationSummary[],
): readonly PublicationSummary[] {
  if (rangeFrom === null) return [];
  const from = visible.findIndex(({ id }) => id === rangeFrom);
  const to = locateCursor(visible, cursor);
  if (from < 0 || to < 0) return [];
  return visible.slice(Math.min(from, to), Math.max(from, to) + 1);
}

/** Remembers the last answer: sorting thousands once a commit is enough. */
export function createVisibleSelector(): (
  engine: EngineState,
  list: ListState,
) => readonly PublicationSummary[] {
  const names = new NameKeys();
  let last: readonly unknown[] = [];
  let answer: readonly PublicationSummary[] = [];
  return (engine, list) => {
    const { publications } = engine;
    const { filter, sort, isReversed, held } = list;
    const inputs = [publications, filter.value, sort, isReversed, held];
    if (inputs.some((input, index) => input !== last[index]) || last.length === 0) {
      last = inputs;
      answer = visiblePublications(engine, list, names);
    }
    return answer;
  };
}
