import { describe, expect, it } from 'vitest';
import type { PublishOptions, PublishPreview } from '../../../source/control/publishing.ts';
import type { FileEntry } from '../../../source/ui/files/list-directory.ts';
import {
  browserAt,
  locateEntry,
  pathSuggestions,
  reduceBrowser,
  visibleEntries,
} from '../../../source/ui/state/browser-state.ts';
import { moreFields } from '../../../source/ui/state/form-fields.ts';
import {
  fieldsOf,
  firstError,
  optionsOf,
  type PublishForm,
  previewOptionsOf,
  refusalOf,
  textIn,
} from '../../../source/ui/state/publish-form.ts';
import {
  chooseIn,
  type PublishAction,
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
const run = (...actions: PublishAction[]) => runOn(chooseIn('/srv', 'publish'), ...actions);
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
    const chosen = run({ type: 'choose-paths', paths: ['/srv/a'] });
    const filled = reducePublish(chosen, { type: 'show-preview', path: '/srv/a', preview });
    expect(textIn(formOf(filled), 'name').value).toBe('a');
    const typed = runOn(
      chosen,
      { type: 'edit-field', edit: { type: 'insert', text: 'mine' } },
      { type: 'show-preview', path: '/srv/a', preview },
    );
    expect(textIn(formOf(typed), 'name').value).toBe('mine');
  });

  it('ignores the preview of a path that was left', () => {
    const chosen = run({ type: 'choose-paths', paths: ['/srv/a'] });
    expect(reducePublish(chosen, { type: 'show-preview', path: '/srv/b', preview })).toBe(chosen);
  });

  it('asks only for what differs from the defaults', () => {
    const filled = run(
      { type: 'choose-paths', paths: ['/srv/a'] },
      { type: 'show-preview', path: '/srv/a', preview },
    );
    expect(optionsOf(formOf(filled))).toEqual({});
    const changed = runOn(
      filled,
      { type: 'edit-field', edit: { type: 'insert', text: '!' } },
      { type: 'go-to-field', by: 1 },
      { type: 'edit-field', edit: { type: 'insert', text: ' hello ' } },
      { type: 'go-to-field', by: 1 },
      { type: 'choose-in-field', by: 1 },
    );
    expect(optionsOf(formOf(changed))).toEqual({ name: 'a!', comment: 'hello', private: true });
  });

  it('keeps why a path is refused until the engine has answered about that path anew', () => {
    const edit = { type: 'insert', text: 'x' } as const;
    const refused = run(
      { type: 'choose-paths', paths: ['/srv/a', '/srv/b'] },
      { type: 'refuse-path', path: '/srv/a', refusal: 'no permission' },
      { type: 'show-preview', path: '/srv/b', preview: { ...preview, path: '/srv/b' } },
      { type: 'edit-field', edit },
    );
    expect(refusalOf(formOf(refused))).toBe('no permission');
    const answered = reducePublish(refused, { type: 'show-preview', path: '/srv/a', preview });
    expect(refusalOf(formOf(answered))).toBeNull();
  });

  it('does not publish by itself what is typed on after Enter', () => {
    const submitted = run({ type: 'choose-paths', paths: ['/srv/a'] }, { type: 'submit-form' });
    expect(formOf(submitted).isSubmitted).toBe(true);
    for (const action of [
      { type: 'edit-field', edit: { type: 'insert', text: 'x' } },
      { type: 'choose-in-field', by: 1 },
    ] as const) {
      const field = action.type === 'edit-field' ? 'name' : 'private';
      const changed = runOn(submitted, { type: 'focus-field', field }, action);
      expect(formOf(changed).isSubmitted).toBe(false);
    }
  });

  it('goes round the fields in both directions', () => {
    const chosen = run({ type: 'choose-paths', paths: ['/srv/a'] });
    const back = reducePublish(chosen, { type: 'go-to-field', by: -1 });
    expect(formOf(back).field).toBe('more');
    expect(formOf(reducePublish(back, { type: 'go-to-field', by: 1 })).field).toBe('name');
  });

  it('keeps the form over a failure', () => {
    const ui = runUi(
      { type: 'open-publish', directory: '/srv', purpose: 'publish' },
      { type: 'choose-paths', paths: ['/srv/a'] },
      { type: 'show-preview', path: '/srv/a', preview },
      { type: 'submit-form' },
      { type: 'start-jobs', jobs: [{ job: 'j', path: '/srv/a' }] },
      { type: 'fail-publish', job: 'j', error: 'The disk is full.' },
    );
    expect(ui.screen).toMatchObject({ step: { name: 'failed', error: 'The disk is full.' } });
    const back = reduceUi(ui, { type: 'return-to-form' });
    expect(back.screen).toMatchObject({
      step: { name: 'form', form: { paths: ['/srv/a'], isSubmitted: false } },
    });
  });
});

describe('the form', () => {
  const open = (...paths: string[]) =>
    run({ type: 'choose-paths', paths }, { type: 'show-more' } as PublishAction);
  const fill = (texts: Record<string, string>, step = open('/srv/a')) =>
    formOf(
      runOn(
        step,
        ...Object.entries(texts).flatMap(([field, text]): PublishAction[] => [
          { type: 'focus-field', field },
          { type: 'edit-field', edit: { type: 'insert', text } },
        ]),
      ),
    );
  const errorOf = (field: string, text: string) => firstError(fill({ [field]: text }))?.error;

  it('explains every field on one line', () => {
    for (const field of fieldsOf(formOf(open('/srv/a')))) {
      expect(field.explanation, field.id).toMatch(/^\p{Lu}.{10,90}\.$/u);
      expect(field.label.length, field.id).toBeLessThan(12);
    }
  });

  it('has a field for every option of publishing', () => {
    // The compiler sees to it that none is missing here.
    const options: Record<keyof PublishOptions, true> = {
      name: true,
      format: true,
      pieceLength: true,
      pieceCount: true,
      private: true,
      superSeeding: true,
      comment: true,
      createdBy: true,
      creationDate: true,
      source: true,
      nodes: true,
      trackers: true,
      webSeeds: true,
      updateUrl: true,
      similar: true,
      collections: true,
      include: true,
      exclude: true,
      hidden: true,
      junk: true,
      symlinks: true,
    };
    const ids = fieldsOf(formOf(open('/srv/a'))).map(({ id }) => id);
    expect([...ids].sort()).toEqual(Object.keys(options).sort());
  });

  it('asks for everything that can be typed', () => {
    const hash = 'AB'.repeat(20);
    expect(
      optionsOf(
        fill({
          pieceLength: '1M',
          trackers: 'http://a/announce,udp://a:1  udp://b:2/announce',
          webSeeds: 'http://c/ ftp://d/',
          source: 'me',
          include: '*.flac, a\\,b/**',
          exclude: '.git',
          updateUrl: 'https://e/new',
          similar: hash,
          collections: 'one, two',
        }),
      ),
    ).toEqual({
      pieceLength: 1024 ** 2,
      trackers: [['http://a/announce', 'udp://a:1'], ['udp://b:2/announce']],
      webSeeds: ['http://c/', 'ftp://d/'],
      source: 'me',
      include: ['*.flac', 'a,b/**'],
      exclude: ['.git'],
      updateUrl: 'https://e/new',
      similar: [hash.toLowerCase()],
      collections: ['one', 'two'],
    });
    expect(
      optionsOf(
        fill({
          pieceCount: '500',
          creationDate: '2026-01-31',
          createdBy: 'me',
          nodes: 'a.example:1 [::1]:2',
        }),
      ),
    ).toEqual({
      pieceCount: 500,
      creationDate: Date.UTC(2026, 0, 31) / 1000,
      createdBy: 'me',
      nodes: [
        { host: 'a.example', port: 1 },
        { host: '::1', port: 2 },
      ],
    });
    expect(optionsOf(fill({ creationDate: 'none', createdBy: 'none' }))).toEqual({
      creationDate: null,
      createdBy: null,
    });
  });

  it('asks for everything that can be chosen, and goes round the choices', () => {
    const choose = (field: string, by: 1 | -1) =>
      optionsOf(
        formOf(
          runOn(open('/srv/a'), { type: 'focus-field', field }, { type: 'choose-in-field', by }),
        ),
      );
    expect(choose('format', 1)).toEqual({ format: 'v2' });
    expect(choose('format', -1)).toEqual({ format: 'hybrid' });
    expect(choose('symlinks', 1)).toEqual({ symlinks: 'keep' });
    expect(choose('symlinks', -1)).toEqual({ symlinks: 'skip' });
    expect(choose('hidden', 1)).toEqual({ hidden: false });
    expect(choose('junk', 1)).toEqual({ junk: true });
    expect(choose('private', 1)).toEqual({ private: true });
  });

  it('says what cannot be', () => {
    expect(errorOf('name', 'a/b')).toBe('It must be a name, without slashes.');
    expect(errorOf('trackers', 'example.org')).toMatch(/^It must be a URL of http:/);
    expect(errorOf('webSeeds', 'udp://a/')).toMatch(/^It must be a URL/);
    expect(errorOf('updateUrl', 'ftp://a/')).toMatch(/^It must be a URL/);
    expect(errorOf('similar', 'abc')).toBe('It must be an info hash of 40 hex digits.');
    expect(errorOf('pieceLength', 'big')).toBe('It must be a size, such as 256K or 1M.');
    expect(errorOf('creationDate', 'today')).toMatch(/^It must be a date/);
    expect(errorOf('nodes', 'a.example')).toMatch(/^It must be HOST:PORT/);
    expect(errorOf('pieceCount', '0')).toBe('It must be a whole number above zero.');
    expect(firstError(fill({ pieceLength: '1M', pieceCount: '9' }))).toEqual({
      field: 'pieceCount',
      error: 'Piece size is set: only one of the two can be.',
    });
    expect(firstError(fill({ source: 'x' }))).toBeNull();
  });

  it('does not look at the content again for what changes nothing about it', () => {
    const form = fill({ name: 'b', comment: 'c', source: 's', exclude: '*.tmp' });
    expect(previewOptionsOf(form)).toEqual({ exclude: ['*.tmp'] });
  });

  it('asks for no name of several', () => {
    const ids = fieldsOf(formOf(open('/srv/a', '/srv/b'))).map(({ id }) => id);
    const first = ['comment', 'private', 'format', 'trackers'];
    expect(ids).toEqual([...first, ...moreFields.map(({ id }) => id)]);
  });
});

describe('jobs', () => {
  const form = runUi(
    { type: 'open-publish', directory: '/srv', purpose: 'publish' },
    { type: 'choose-paths', paths: ['/srv/a', '/srv/b'] },
  );
  const hashing = reduceUi(form, {
    type: 'start-jobs',
    jobs: [
      { job: 'a', path: '/srv/a' },
      { job: 'b', path: '/srv/b' },
    ],
  });
  const sent = reduceUi(hashing, { type: 'send-to-background' });
  const engine = new FakeEngine();
  const result = { publication: engine.detail(publication(1)), existing: false, leftOut: [] };

  it('starts one for each path, and watches the first', () => {
    expect(hashing).toMatchObject({
      screen: { step: { name: 'hashing', job: 'a' } },
      ownJobs: [
        { job: 'a', from: { form: { paths: ['/srv/a'] } } },
        { job: 'b', from: { form: { paths: ['/srv/b'] } } },
      ],
    });
  });

  it('goes to the background and comes back', () => {
    expect(sent).toMatchObject({ screen: { name: 'list' }, ownJobs: [{}, {}] });
    expect(reduceUi(sent, { type: 'open-job', job: 'a' }).screen).toEqual(hashing.screen);
  });

  it('does not take the screen when it ends', () => {
    const ended = reduceUi(sent, { type: 'finish-publish', job: 'a', result });
    expect(ended).toMatchObject({ screen: { name: 'list' }, ownJobs: [{ job: 'b' }] });
    const watched = reduceUi(hashing, { type: 'finish-publish', job: 'a', result });
    expect(watched.screen).toMatchObject({ step: { name: 'done', result } });
    const other = reduceUi(hashing, { type: 'fail-publish', job: 'b', error: 'no' });
    expect(other.screen).toEqual(hashing.screen);
  });

  it('goes back to the form of what was cancelled, and to the list from another’s job', () => {
    const asked = reduceUi(hashing, { type: 'ask-to-cancel', job: 'a' });
    expect(asked.cancelling).toEqual(new Set(['a']));
    const cancelled = reduceUi(asked, { type: 'cancel-publish', job: 'a' });
    expect(cancelled).toMatchObject({
      screen: { step: { name: 'form', form: { paths: ['/srv/a'] } } },
    });
    expect(cancelled.cancelling).toEqual(new Set());
    const foreign = reduceUi(sent, { type: 'open-job', job: 'x' });
    expect(reduceUi(foreign, { type: 'leave-job', job: 'x' }).screen).toEqual({ name: 'list' });
  });

  it('can be asked again to end, when it was too late the first time', () => {
    const asked = reduceUi(hashing, { type: 'ask-to-cancel', job: 'a' });
    expect(reduceUi(asked, { type: 'refuse-to-cancel', job: 'a' }).cancelling).toEqual(new Set());
  });
});
