import { counted } from '../../components/counted.ts';
import type { EngineState } from '../../state/engine-state.ts';
import type { ListState } from '../../state/list-state.ts';
import { locateCursor, markedIds } from '../../state/visible-publications.ts';
import { listPage, type Reading, reading, type Sentence, type View } from '../reading.ts';
import { publicationSentence } from './publication-words.ts';

/** Home: what is published. */
export function readList({ ui, engine, visible }: View): Reading {
  const { list, pending } = ui;
  const { publications, jobs } = engine;
  const marked = markedIds(list, publications, visible);
  return reading('list', {
    heads: [
      { key: 'title', text: 'The list of publications.', when: null },
      ...countSentences(list, engine, visible.length),
      ...(publications.size > 0 ? [{ key: 'order', text: orderWords(list) }] : []),
      ...selectionSentences(list, marked.size),
      ...jobSentences(jobs.length),
    ],
    page: listPage(visible, locateCursor(visible, list.cursor), (publication) =>
      publicationSentence(publication, pending.get(publication.id), marked.has(publication.id)),
    ),
    field: list.isFiltering ? { label: 'Filter', text: list.filter } : null,
  });
}

function countSentences(
  { filter }: ListState,
  { publications, link }: EngineState,
  matches: number,
): Sentence[] {
  if (publications.size > 0) {
    const all = counted(publications.size, 'publication');
    const text = filter.value === '' ? `${all}.` : `${matches} of ${all} match ${filter.value}.`;
    return [{ key: 'count', text }];
  }
  if (link.phase !== 'online') return [];
  return [{ key: 'count', text: 'Nothing is published yet. p publishes a file or a folder.' }];
}

function orderWords({ sort, isReversed, held }: ListState): string {
  if (held) return 'The order is held.';
  if (sort === 'newest') return isReversed ? 'Oldest first.' : 'Newest first.';
  return `Sorted by ${sort}${isReversed ? ', the other way round' : ''}.`;
}

function selectionSentences({ rangeFrom }: ListState, count: number): Sentence[] {
  if (count === 0 && rangeFrom === null) return [];
  const range = rangeFrom === null ? '' : ', while a range is marked: move, and Space ends it';
  return [{ key: 'selected', text: `${count} selected${range}.`, gone: 'Nothing is selected.' }];
}

function jobSentences(count: number): Sentence[] {
  if (count === 0) return [];
  const text = `${counted(count, 'publish job')} under way; b shows them.`;
  return [{ key: 'jobs', text, gone: 'No publish job is under way.' }];
}
