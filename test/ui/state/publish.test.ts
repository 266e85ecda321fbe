import { describe, expect, it } from 'vitest';
import type { PublishPreview } from '../../../source/control/protocol.ts';
import type { FileEntry } from '../../../source/ui/files/list-directory.ts';
import {
  browserAt,
  locateEntry,
  pathSuggestions,
  reduceBrowser,
  visibleEntries,
} from '../../../source/ui/state/browser-state.ts';
import {
  chooseIn,
  optionsOf,
  type PublishAction,
  type PublishForm,
  type PublishStep,
  reducePublish,
} from '../../../source/ui/state/publish-state.ts';
import { initialUiState, reduceUi, type UiAction } from '../../../source/ui/state/ui-state.ts';
import { FakeEngine } from '../support/fake-engine.ts';
import { publication } from '../support/samples.ts';

const entries: FileEntry[] = [
  { name: '.git', kind: 'directory', size: null },
  { name: 'images', kind: 'directory', size: null },
  { name: 'notes.txt', kind: 'file', size: 3 },
];
const preview: PublishPreview = {
  path: '/srv/a',
  name: 'a',
  size: 10,
  files: 1,
  pieceLength: 16384,
  pieces: 1,
  format: 'v1',
  leftOut: [],
};

const runOn = (step: PublishStep, ...actions: PublishAction[]) =>
  actions.reduce(reducePublish, step);
const run = (...actions: PublishAction[]) => runOn(chooseIn('/srv'), ...actions);
const runUi = (...actions: UiAction[]) =>
  actions.reduce(reduceUi, initialUiState({ columns: 80, rows: 24 }));

function formOf(step: PublishStep): PublishForm {
  if (step.name !== 'form') throw new Error(`the step is ${step.name}`);
  return step.form;
}

describe('the file browser', () => {
  const shown = reduceBrowser(browserAt('/srv'), {
    type: 'show-entries',
    directory: '/srv',
    entries,
  });
  const names = (state: typeof shown) => visibleEntries(state).map(({ name }) => name);

  it('ignores what another directory answered', () => {
    const late = reduceBrowser(shown, { type: 'show-entries', directory: '/other', entries: [] });
    expect(late).toBe(shown);
    expect(reduceBrowser(shown, { type: 'fail-directory', directory: '/x', error: 'no' })).toBe(
      shown,
    );
  });

  it('hides hidden files until they are asked for', () => {
    expect(names(shown)).toEqual(['images', 'notes.txt']);
    const all = reduceBrowser(shown, { type: 'toggle-hidden' });
    expect(names(all)).toEqual(['.git', 'images', 'notes.txt']);
    const entered = reduceBrowser(all, { type: 'enter-directory', directory: '/', cursor: 'srv' });
    expect(entered).toMatchObject({ showHidden: true, cursor: 'srv', entries: null });
  });

  it('narrows down by what is typed', () => {
    const typed = reduceBrowser(shown, {
      type: 'edit-browser-filter',
      edit: { type: 'insert', text: 'NOTE' },
    });
    expect(names(typed)).toEqual(['notes.txt']);
  });

  it('finds the cursor by name, else on the first', () => {
    expect(locateEntry(entries, 'images')).toBe(1);
    expect(locateEntry(entries, 'gone')).toBe(0);
    expect(locateEntry([], null)).toBe(-1);
  });

  it('suggests from the directory that is typed, and only from that', () => {
    let state = reduceBrowser(shown, { type: 'type-path', value: '/srv/im' });
    expect(pathSuggestions(state)).toEqual([]);
    state = reduceBrowser(state, {
      type: 'show-typed-directory',
      directory: { typed: '/srv/', entries },
    });
    expect(pathSuggestions(state).map(({ name }) => name)).toEqual(['images']);
    state = reduceBrowser(state, { type: 'edit-path', edit: { type: 'insert', text: '/x' } });
    expect(pathSuggestions(state)).toEqual([]);
  });

  it('does not complete what was typed on meanwhile', () => {
    const state = reduceBrowser(shown, { type: 'type-path', value: '/srv/im' });
    const same = reduceBrowser(state, { type: 'complete-path', from: '/srv/i', to: '/srv/images' });
    expect(same).toBe(state);
  });
});

describe('the publish steps', () => {
  it('fills the form from the preview, but not over what was typed', () => {
    const chosen = run({ type: 'choose-path', path: '/srv/a' });
    const filled = reducePublish(chosen, { type: 'show-preview', path: '/srv/a', preview });
    expect(formOf(filled).name.value).toBe('a');
    const typed = runOn(
      chosen,
      { type: 'edit-field', edit: { type: 'insert', text: 'mine' } },
      { type: 'show-preview', path: '/srv/a', preview },
    );
    expect(formOf(typed).name.value).toBe('mine');
  });

  it('ignores the preview of a path that was left', () => {
    const chosen = run({ type: 'choose-path', path: '/srv/a' });
    expect(reducePublish(chosen, { type: 'show-preview', path: '/srv/b', preview })).toBe(chosen);
  });

  it('asks only for what differs from the defaults', () => {
    const filled = run(
      { type: 'choose-path', path: '/srv/a' },
      { type: 'show-preview', path: '/srv/a', preview },
    );
    expect(optionsOf(formOf(filled))).toEqual({});
    const changed = runOn(
      filled,
      { type: 'edit-field', edit: { type: 'insert', text: '!' } },
      { type: 'go-to-field', by: 1 },
      { type: 'edit-field', edit: { type: 'insert', text: ' hello ' } },
      { type: 'toggle-private' },
    );
    expect(optionsOf(formOf(changed))).toEqual({ name: 'a!', comment: 'hello', private: true });
  });

  it('goes round the fields in both directions', () => {
    const chosen = run({ type: 'choose-path', path: '/srv/a' });
    const back = reducePublish(chosen, { type: 'go-to-field', by: -1 });
    expect(formOf(back).field).toBe('private');
    expect(formOf(reducePublish(back, { type: 'go-to-field', by: 1 })).field).toBe('name');
  });

  it('keeps the form over a failure', () => {
    const ui = runUi(
      { type: 'open-publish', directory: '/srv' },
      { type: 'choose-path', path: '/srv/a' },
      { type: 'show-preview', path: '/srv/a', preview },
      { type: 'submit-form' },
      { type: 'start-hashing', job: 'j' },
      { type: 'fail-publish', job: 'j', error: 'The disk is full.' },
    );
    expect(ui.screen).toMatchObject({ step: { name: 'failed', error: 'The disk is full.' } });
    const back = reduceUi(ui, { type: 'return-to-form' });
    expect(back.screen).toMatchObject({
      step: { name: 'form', form: { path: '/srv/a', isSubmitted: false } },
    });
  });
});

describe('jobs in the background', () => {
  const hashing = runUi(
    { type: 'open-publish', directory: '/srv' },
    { type: 'choose-path', path: '/srv/a' },
    { type: 'start-hashing', job: 'j' },
  );
  const sent = reduceUi(hashing, { type: 'send-to-background' });

  it('goes there and comes back', () => {
    expect(sent).toMatchObject({ screen: { name: 'list' }, background: [{ job: 'j' }] });
    const front = reduceUi(sent, { type: 'bring-to-front' });
    expect(front.screen).toEqual(hashing.screen);
    expect(front.background).toEqual([]);
  });

  it('does not take the screen when it ends', () => {
    const engine = new FakeEngine();
    const result = { publication: engine.detail(publication(1)), existing: false, leftOut: [] };
    const ended = reduceUi(sent, { type: 'finish-publish', job: 'j', result });
    expect(ended).toMatchObject({ screen: { name: 'list' }, background: [] });
    const watched = reduceUi(hashing, { type: 'finish-publish', job: 'j', result });
    expect(watched.screen).toMatchObject({ step: { name: 'done', result } });
  });
});
