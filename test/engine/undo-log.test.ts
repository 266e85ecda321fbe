import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { Catalog } from '../../source/catalog/catalog.ts';
import { UndoLog } from '../../source/engine/undo-log.ts';
import { newPublication } from '../helpers/new-publication.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const minute = 60_000;

async function openLog() {
  const catalog = new Catalog(join(await temporaryFolder(), 'catalog.sqlite'));
  const clock = { now: 1_000_000 };
  const onChange = vi.fn<() => void>();
  const onTrouble = vi.fn<(error: unknown) => void>();
  const onForgotten = vi.fn<(id: number) => void>();
  const start = () =>
    new UndoLog({ catalog, now: () => clock.now, onChange, onForgotten, onTrouble });
  const log = start();
  onTestFinished(() => {
    log.stop();
    catalog.close();
  });
  const add = (name: string, byte: number) =>
    catalog.add(newPublication({ name, infoHash: new Uint8Array(20).fill(byte) })).id;
  return { catalog, clock, log, onChange, onForgotten, onTrouble, start, add };
}

test('changes of one batch are undone together, the newest first', async () => {
  const { log, add, onChange } = await openLog();
  const [a, b] = [add('a', 1), add('b', 2)];
  log.note('pause', a, undefined);
  log.note('remove', a, 'both');
  log.note('remove', b, 'both');
  expect(onChange).toHaveBeenCalledTimes(3);
  expect(log.next().map(({ name }) => name)).toEqual(['b', 'a']);
  expect(log.describeNext()).toEqual({
    kind: 'remove',
    name: 'b',
    count: 2,
    until: 1_000_000 + 10 * minute,
  });
  for (const { id } of log.next()) log.drop(id);
  expect(log.describeNext()).toMatchObject({ kind: 'pause', name: 'a', count: 1 });
});

test('the limit of all together is of no publication, and outlives an engine', async () => {
  const { log, start } = await openLog();
  log.note('limit', null, undefined, { of: 'upload', before: 1024 });
  log.stop();
  const again = start();
  onTestFinished(() => again.stop());
  expect(again.describeNext()).toMatchObject({ kind: 'limit', name: null, count: 1 });
  expect(again.next()).toMatchObject([{ publicationId: null, limitBefore: 1024 }]);
});

test('what is too old is forgotten at the start, and what was removed with it', async () => {
  const { catalog, log, clock, add, start, onForgotten } = await openLog();
  const id = add('a', 1);
  catalog.shelve(id, clock.now);
  log.note('remove', id, undefined);
  clock.now += 10 * minute;
  start().stop();
  expect(catalog.unshelve(id)).not.toBeNull();
  catalog.shelve(id, clock.now - 10 * minute);
  expect(onForgotten).not.toHaveBeenCalled();
  clock.now += 1;
  start().stop();
  expect(onForgotten.mock.calls).toEqual([[id]]);
  expect(log.describeNext()).toBeNull();
  expect(catalog.unshelve(id)).toBeNull();
});

test('a full disk keeps no engine from starting; what is too old is forgotten later', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { catalog, clock, log, add, start, onTrouble } = await openLog();
  log.note('pause', add('a', 1), undefined);
  log.stop();
  clock.now += 11 * minute;
  const full = vi.spyOn(catalog, 'forgetUndoableBefore').mockImplementation(() => {
    throw new Error('database or disk is full');
  });
  const again = start();
  onTestFinished(() => again.stop());
  vi.advanceTimersByTime(minute);
  expect(onTrouble).toHaveBeenCalledTimes(2);
  full.mockRestore();
  vi.advanceTimersByTime(minute);
  expect(again.describeNext()).toBeNull();
  expect(vi.getTimerCount()).toBe(0);
});

test('noting a change of very many does not read all of them each time', async () => {
  const { catalog, log, add } = await openLog();
  const id = add('a', 1);
  const read = vi.spyOn(catalog, 'undoable');
  for (let count = 0; count < 100; count++) log.note('pause', id, 'all');
  expect(read).not.toHaveBeenCalled();
});

test('it forgets by itself when the time is over', async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { log, clock, add, onChange } = await openLog();
  log.note('pause', add('a', 1), undefined);
  onChange.mockClear();
  for (let passed = 0; passed < 10; passed++) {
    expect(log.describeNext()).not.toBeNull();
    clock.now += minute;
    vi.advanceTimersByTime(minute);
  }
  clock.now += 1;
  vi.advanceTimersByTime(1);
  expect(log.describeNext()).toBeNull();
  expect(onChange).toHaveBeenCalledTimes(1);
});
