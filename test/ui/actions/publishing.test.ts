import { expect, onTestFinished, test } from 'vitest';
import { keepSuggestionsFresh } from '../../../source/ui/actions/publishing.ts';
import type { FileEntry } from '../../../source/ui/files/list-directory.ts';
import { createReducerStore } from '../../../source/ui/state/store.ts';
import { initialUiState, reduceUi } from '../../../source/ui/state/ui-state.ts';

test('a path is completed from the directory that is typed now, though another was read later', async () => {
  const ui = createReducerStore(reduceUi, initialUiState({ columns: 80, rows: 24 }));
  const reads = new Map<string, PromiseWithResolvers<FileEntry[]>>();
  const listDirectory = (directory: string) => {
    const read = Promise.withResolvers<FileEntry[]>();
    reads.set(directory, read);
    return read.promise;
  };
  onTestFinished(keepSuggestionsFresh({ ui, listDirectory, homeDirectory: '/home/me' }));
  const entry = (name: string): FileEntry[] => [{ name, kind: 'file', size: 1 }];
  ui.dispatch({ type: 'open-publish', directory: '/srv', purpose: 'publish' });
  ui.dispatch({ type: 'type-path', value: '/srv/slow/' });
  ui.dispatch({ type: 'type-path', value: '/srv/fast/' });
  reads.get('/srv/fast')?.resolve(entry('fast'));
  await new Promise((resolve) => setImmediate(resolve));
  reads.get('/srv/slow')?.resolve(entry('slow'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(ui.get().screen).toMatchObject({
    step: { browser: { typedDirectory: { typed: '/srv/fast/', entries: entry('fast') } } },
  });
});
