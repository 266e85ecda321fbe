import { describe, expect, it } from 'vitest';
import type { PublicationSummary } from '../../../source/control/protocol.ts';
import { emptyEngineState } from '../../../source/ui/state/engine-state.ts';
import { initialListState, reduceList, sortOrders } from '../../../source/ui/state/list-state.ts';
import {
  createVisibleSelector,
  locateCursor,
  visiblePublications,
} from '../../../source/ui/state/visible-publications.ts';
import { publication } from '../support/samples.ts';

const mapOf = (...items: PublicationSummary[]) => new Map(items.map((item) => [item.id, item]));
const idsOf = (items: readonly PublicationSummary[]) => items.map(({ id }) => id);

describe('filtering and sorting', () => {
  const publications = mapOf(
    publication(1, { name: 'Debian 12', uploadRate: 1000, createdAt: 1, health: 'healthy' }),
    publication(2, { name: 'arch', uploadRate: 1100, createdAt: 3, health: 'dead' }),
    publication(3, { name: 'debian 9', uploadRate: 90_000, createdAt: 2, health: 'paused' }),
  );
  const ids = (filter: string, sort: (typeof sortOrders)[number]) =>
    idsOf(visiblePublications(publications, filter, sort));

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

  it('does not reorder for jitter in rates', () => {
    expect(ids('', 'up rate')).toEqual([3, 2, 1]);
    publications.set(1, { ...publication(1), name: 'Debian 12', uploadRate: 1300 });
    expect(ids('', 'up rate')).toEqual([3, 2, 1]);
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
    const seen = sortOrders.map(() => {
      state = reduceList(state, { type: 'cycle-sort' });
      return state.sort;
    });
    expect(new Set(seen)).toEqual(new Set(sortOrders));
    expect(state.sort).toBe(initialListState.sort);
  });

  it('keeps a filter until it is cleared', () => {
    let state = reduceList(initialListState, { type: 'start-filter' });
    state = reduceList(state, { type: 'edit-filter', edit: { type: 'insert', text: 'deb' } });
    state = reduceList(state, { type: 'keep-filter' });
    expect(state).toMatchObject({ filter: { value: 'deb' }, isFiltering: false });
    expect(reduceList(state, { type: 'clear-filter' })).toEqual(initialListState);
  });
});
