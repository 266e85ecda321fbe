import { describe, expect, it } from 'vitest';
import type { PublicationSummary } from '../../../source/control/publications.ts';
import {
  applyDelta,
  applySnapshot,
  emptyEngineState,
} from '../../../source/ui/state/engine-state.ts';
import {
  initialListState,
  type ListState,
  reduceList,
  type SortKey,
  sortKeys,
} from '../../../source/ui/state/list-state.ts';
import { textOf } from '../../../source/ui/state/text-state.ts';
import {
  createVisibleSelector,
  locateCursor,
  markedIds,
  visiblePublications,
} from '../../../source/ui/state/visible-publications.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { publication } from '../support/samples.ts';

const mapOf = (...items: PublicationSummary[]) => new Map(items.map((item) => [item.id, item]));
const idsOf = (items: readonly PublicationSummary[]) => items.map(({ id }) => id);

const applySnapshotOf = (publications: ReadonlyMap<number, PublicationSummary>) =>
  applySnapshot(emptyEngineState, new FakeEngine([...publications.values()]).snapshot());

describe('filtering and sorting', () => {
  const publications = mapOf(
    publication(1, { name: 'Debian 12', uploadRate: 1000, createdAt: 1, health: 'healthy' }),
    publication(2, { name: 'arch', uploadRate: 1100, createdAt: 3, health: 'dead' }),
    publication(3, { name: 'debian 9', uploadRate: 90_000, createdAt: 2, health: 'paused' }),
  );
  const listed = (filter: string, changes: Partial<ListState>) => ({
    ...initialListState,
    filter: textOf(filter),
    ...changes,
  });
  const levels = () => applySnapshotOf(publications).rateLevels;
  const ids = (filter: string, sort: SortKey, changes: Partial<ListState> = {}) =>
    idsOf(
      visiblePublications(
        { publications, rateLevels: levels() },
        listed(filter, { sort, ...changes }),
      ),
    );

  it('finds names without regard to case, all words, and info hashes', () => {
    expect(ids('DEB', 'name')).toEqual([3, 1]);
    expect(ids('deb 12', 'name')).toEqual([1]);
    expect(ids('00020002', 'name')).toEqual([2]);
    expect(ids('zzz', 'name')).toEqual([]);
  });

  it('sorts by every order', () => {
    expect(ids('', 'newest')).toEqual([2, 3, 1]);
    expect(ids('', 'name')).toEqual([2, 3, 1]);
    expect(ids('', 'health')).toEqual([2, 1, 3]);
  });

  it('sorts the other way round', () => {
    expect(ids('', 'newest', { isReversed: true })).toEqual([1, 3, 2]);
    expect(ids('', 'name', { isReversed: true })).toEqual([1, 3, 2]);
  });

  it('sorts names with numbers in them by value, and accents among their letters', () => {
    const named = ['b', 'é', 'e10', 'e9', 'Z'].map((name, index) =>
      publication(index + 1, { name }),
    );
    const state = { publications: mapOf(...named), rateLevels: new Map() };
    const names = visiblePublications(state, { ...initialListState, sort: 'name' });
    expect(names.map(({ name }) => name)).toEqual(['b', 'é', 'e9', 'e10', 'Z']);
  });

  it('keeps an order that is held, with what is new below it', () => {
    expect(ids('', 'name', { held: [3, 1] })).toEqual([3, 1, 2]);
    expect(ids('deb', 'name', { held: [1, 2, 3] })).toEqual([1, 3]);
  });

  it('does not reorder for jitter in rates', () => {
    let engine = applySnapshotOf(publications);
    const order = () =>
      idsOf(visiblePublications(engine, { ...initialListState, sort: 'up rate' }));
    expect(order()).toEqual([3, 2, 1]);
    const change = (uploadRate: number) => {
      const changed = publication(1, { name: 'Debian 12', uploadRate });
      engine = applyDelta(engine, { publications: [changed] });
    };
    change(1300);
    expect(order()).toEqual([3, 2, 1]);
    change(1800);
    expect(order()).toEqual([3, 1, 2]);
    change(0);
    expect(order()).toEqual([3, 2, 1]);
  });

  it('sorts anew only when there is something new', () => {
    const select = createVisibleSelector();
    const engine = { ...emptyEngineState, publications };
    const first = select(engine, initialListState);
    expect(select({ ...engine, jobs: [] }, { ...initialListState, isFiltering: true })).toBe(first);
    expect(select({ ...engine, publications: new Map() }, initialListState)).toEqual([]);
  });
});

describe('the cursor', () => {
  const rows = [publication(5), publication(6), publication(7)];

  it('stays on its publication when that moves', () => {
    expect(locateCursor(rows, { id: 7, index: 0 })).toBe(2);
  });

  it('stays at its place when its publication goes', () => {
    expect(locateCursor(rows, { id: 99, index: 1 })).toBe(1);
    expect(locateCursor(rows, { id: 99, index: 9 })).toBe(2);
    expect(locateCursor([], { id: 99, index: 1 })).toBe(-1);
    expect(locateCursor(rows, null)).toBe(0);
  });
});

describe('the list state', () => {
  it('goes through the sort orders and begins again', () => {
    let state = initialListState;
    const seen = sortKeys.map(() => {
      state = reduceList(state, { type: 'cycle-sort' });
      return state.sort;
    });
    expect(new Set(seen)).toEqual(new Set(sortKeys));
    expect(state.sort).toBe(initialListState.sort);
  });

  it('begins each order in its usual direction, and lets go of a held one', () => {
    let state = reduceList(initialListState, { type: 'reverse-sort' });
    expect(state.isReversed).toBe(true);
    state = reduceList(state, { type: 'hold-order', ids: [1] });
    expect(reduceList(state, { type: 'cycle-sort' })).toMatchObject({
      isReversed: false,
      held: null,
    });
  });

  it('marks, inverts and clears', () => {
    let state = reduceList(initialListState, { type: 'toggle-mark', id: 1 });
    state = reduceList(state, { type: 'invert-marks', ids: [1, 2, 3] });
    expect([...state.marks]).toEqual([2, 3]);
    state = reduceList(state, { type: 'mark', ids: [1, 2] });
    expect(state.marks.size).toBe(3);
    expect(reduceList(state, { type: 'clear-marks' }).marks.size).toBe(0);
  });

  it('keeps a filter until it is cleared', () => {
    let state = reduceList(initialListState, { type: 'start-filter' });
    state = reduceList(state, { type: 'edit-filter', edit: { type: 'insert', text: 'deb' } });
    state = reduceList(state, { type: 'keep-filter' });
    expect(state).toMatchObject({ filter: { value: 'deb' }, isFiltering: false });
    expect(reduceList(state, { type: 'clear-filter' })).toEqual(initialListState);
  });
});

describe('marks', () => {
  const rows = [5, 6, 7, 8].map((id) => publication(id));
  const marked = (changes: Partial<ListState>) =>
    [...markedIds({ ...initialListState, ...changes }, mapOf(...rows), rows)].sort();

  it('are those of publications that are still there, seen or not', () => {
    expect(marked({ marks: new Set([6, 99]) })).toEqual([6]);
  });

  it('cover a range in either direction, up to the cursor', () => {
    const cursor = { id: 7, index: 2 };
    expect(marked({ rangeFrom: 5, cursor })).toEqual([5, 6, 7]);
    expect(marked({ rangeFrom: 8, cursor, marks: new Set([5]) })).toEqual([5, 7, 8]);
    expect(marked({ rangeFrom: 99, cursor })).toEqual([]);
  });
});
