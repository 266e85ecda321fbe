import { basename, dirname, join } from 'node:path';
import { folderPath, resolveTypedPath } from '../../files/typed-path.ts';
import { type BrowserState, locateEntry, visibleEntries } from '../../state/browser-state.ts';
import {
  fieldsOf,
  firstError,
  moreRow,
  type PublishForm,
  refusalOf,
} from '../../state/publish-form.ts';
import { always, type Command, type CommandContext } from '../command.ts';
import { scrollingCommands } from './scrolling.ts';

function browserOf({ ui }: CommandContext): BrowserState | null {
  return ui.screen.name === 'publish' && ui.screen.step.name === 'choose'
    ? ui.screen.step.browser
    : null;
}

/** The entry under the cursor. */
function entryOf(context: CommandContext) {
  const browser = browserOf(context);
  if (!browser) return null;
  const visible = visibleEntries(browser);
  const entry = visible[locateEntry(visible, browser.cursor)];
  return entry ? { ...entry, path: join(browser.directory, entry.name) } : null;
}

function hasEmptyFilter(context: CommandContext): boolean {
  return browserOf(context)?.filter.value === '';
}

function goUp(context: CommandContext): void {
  const browser = browserOf(context);
  if (!browser) return;
  const { directory } = browser;
  context.actions.enterDirectory(dirname(directory), basename(directory));
}

/** Marks or unmarks what is under the cursor, and goes on to the next. */
function toggleMark(context: CommandContext): void {
  const browser = browserOf(context);
  const entry = entryOf(context);
  if (!browser || !entry) return;
  context.dispatch({ type: 'mark-path', path: entry.path });
  const visible = visibleEntries(browser);
  const next = visible[locateEntry(visible, browser.cursor) + 1];
  if (next) context.dispatch({ type: 'put-browser-cursor', name: next.name });
}

function marksOf(context: CommandContext): readonly string[] {
  return [...(browserOf(context)?.marked ?? [])];
}

/** A torrent's own content is what is meant by it; marked, it is published as a file. */
function isTorrent(path: string): boolean {
  return path.endsWith('.torrent');
}

const nothingHere = 'There is nothing here to choose.';

export const browserCommands: Command[] = [
  ...scrollingCommands({
    focus: 'browser',
    id: 'browser',
    hint: null,
    hasLetters: false,
    position(context) {
      const browser = browserOf(context);
      return browser ? locateEntry(visibleEntries(browser), browser.cursor) : 0;
    },
    goTo(context, position) {
      const browser = browserOf(context);
      if (!browser) return;
      const visible = visibleEntries(browser);
      const entry = visible[Math.max(0, Math.min(position, visible.length - 1))];
      if (entry) context.dispatch({ type: 'put-browser-cursor', name: entry.name });
    },
  }),
  {
    id: 'browser.publish-marked',
    cli: 'publish',
    title: 'publish what is chosen, each for itself',
    hint: 'publish chosen',
    keys: ['enter'],
    focus: ['browser'],
    when: (context) => marksOf(context).length > 0,
    run: (context) => context.actions.choosePaths(marksOf(context)),
  },
  {
    id: 'browser.open',
    name: 'open folder',
    title: 'open the folder',
    hint: 'open',
    keys: ['enter', 'right'],
    focus: ['browser'],
    when: (context) => entryOf(context)?.kind === 'directory',
    run(context) {
      const entry = entryOf(context);
      if (entry) context.actions.enterDirectory(entry.path, null);
    },
  },
  {
    id: 'browser.adopt',
    cli: 'adopt',
    title: 'seed what this torrent is of, which is here',
    hint: 'adopt',
    keys: ['enter'],
    focus: ['browser'],
    when: (context) => isTorrent(entryOf(context)?.path ?? ''),
    run(context) {
      const entry = entryOf(context);
      if (entry) context.actions.chooseFile(entry.path);
    },
  },
  {
    id: 'browser.publish-file',
    cli: 'publish',
    title: 'publish the file',
    hint: 'publish',
    keys: ['enter'],
    focus: ['browser'],
    when: (context) => entryOf(context) !== null || nothingHere,
    run(context) {
      const entry = entryOf(context);
      if (entry) context.actions.choosePaths([entry.path]);
    },
  },
  {
    id: 'browser.mark',
    name: 'choose',
    title: 'choose one or several; Enter publishes them',
    hint: 'choose',
    keys: ['space'],
    focus: ['browser'],
    when: (context) => entryOf(context) !== null || nothingHere,
    run: toggleMark,
  },
  always({
    id: 'browser.parent',
    name: 'folder above',
    title: 'the folder above',
    hint: 'up',
    keys: ['left'],
    focus: ['browser'],
    run: goUp,
  }),
  {
    id: 'browser.parent-by-backspace',
    title: 'the folder above, when no filter is typed',
    hint: null,
    keys: ['backspace'],
    focus: ['browser'],
    when: hasEmptyFilter,
    run: goUp,
  },
  always({
    id: 'browser.type-path',
    name: 'type a path',
    title: 'type a path',
    hint: 'type a path',
    keys: ['tab'],
    focus: ['browser'],
    run(context) {
      const value = folderPath(browserOf(context)?.directory ?? '');
      context.dispatch({ type: 'type-path', value });
    },
  }),
  {
    id: 'browser.type-root',
    title: 'type a path from the root',
    hint: null,
    keys: ['/'],
    focus: ['browser'],
    when: hasEmptyFilter,
    run: ({ dispatch }) => dispatch({ type: 'type-path', value: '/' }),
  },
  {
    id: 'browser.type-home',
    title: 'type a path from your home directory',
    hint: null,
    keys: ['~'],
    focus: ['browser'],
    when: hasEmptyFilter,
    run: ({ dispatch }) => dispatch({ type: 'type-path', value: '~/' }),
  },
  {
    id: 'browser.toggle-hidden',
    name: 'hidden files',
    title: 'show or hide hidden files',
    hint: 'hidden',
    keys: ['.'],
    focus: ['browser'],
    when: hasEmptyFilter,
    run: ({ dispatch }) => dispatch({ type: 'toggle-hidden' }),
  },
  {
    id: 'browser.clear-filter',
    title: 'clear the filter, then back to the list',
    hint: 'clear filter',
    keys: ['escape'],
    focus: ['browser'],
    when: (context) => !hasEmptyFilter(context),
    run: ({ dispatch }) => dispatch({ type: 'clear-browser-filter' }),
  },
  {
    id: 'browser.clear-marks',
    title: 'choose nothing',
    hint: 'choose none',
    keys: ['escape'],
    focus: ['browser'],
    when: (context) => marksOf(context).length > 0,
    run: ({ dispatch }) => dispatch({ type: 'clear-marked-paths' }),
  },
  always({
    id: 'browser.back',
    title: 'back to the list',
    hint: 'back',
    keys: ['escape'],
    focus: ['browser'],
    run: ({ dispatch }) => dispatch({ type: 'go-to-list' }),
  }),
  {
    id: 'path.choose',
    title: 'publish the typed path',
    hint: 'publish it',
    keys: ['enter'],
    focus: ['browser-path'],
    when: (context) => browserOf(context)?.path?.value !== '' || 'Type a path first.',
    run(context) {
      const browser = browserOf(context);
      if (!browser?.path) return;
      const { path, directory } = browser;
      context.dispatch({ type: 'leave-path' });
      context.actions.choosePaths([resolveTypedPath(path.value, directory, context.homeDirectory)]);
    },
  },
  always({
    id: 'path.complete',
    title: 'complete the path',
    hint: 'complete',
    keys: ['tab'],
    focus: ['browser-path'],
    run: ({ actions }) => void actions.completePath(),
  }),
  always({
    id: 'path.leave',
    title: 'back to the files',
    hint: 'back',
    keys: ['escape'],
    focus: ['browser-path'],
    run: ({ dispatch }) => dispatch({ type: 'leave-path' }),
  }),
];

function formOf({ ui }: CommandContext): PublishForm | null {
  return ui.screen.name === 'publish' && ui.screen.step.name === 'form'
    ? ui.screen.step.form
    : null;
}

function isOnMore(context: CommandContext): boolean {
  return formOf(context)?.field === moreRow;
}

function hasError(context: CommandContext): boolean {
  const form = formOf(context);
  return form !== null && firstError(form) !== null;
}

function isOnChoice(context: CommandContext): boolean {
  const form = formOf(context);
  return form !== null && fieldsOf(form).find(({ id }) => id === form.field)?.kind === 'choice';
}

export const formCommands: Command[] = [
  {
    id: 'form.more',
    name: 'show more',
    title: 'everything else that can be chosen',
    hint: 'show more',
    keys: ['enter', 'space', 'right'],
    focus: ['form'],
    when: isOnMore,
    run: ({ dispatch }) => dispatch({ type: 'show-more' }),
  },
  {
    id: 'form.wrong',
    title: 'go to the field that cannot be so',
    hint: 'check',
    keys: ['enter'],
    focus: ['form'],
    when: hasError,
    run: ({ actions }) => actions.submitForm(),
  },
  {
    id: 'form.publish',
    cli: 'publish',
    title: 'publish',
    hint: 'publish',
    keys: ['enter'],
    focus: ['form'],
    when(context) {
      const form = formOf(context);
      return (form && refusalOf(form)) ?? true;
    },
    run: ({ actions }) => actions.submitForm(),
  },
  {
    id: 'form.choose',
    title: 'the next choice of a field',
    hint: 'change',
    keys: ['space', 'right'],
    focus: ['form'],
    when: isOnChoice,
    run: ({ dispatch }) => dispatch({ type: 'choose-in-field', by: 1 }),
  },
  {
    id: 'form.choose-back',
    title: 'the choice before',
    hint: null,
    keys: ['left'],
    focus: ['form'],
    when: isOnChoice,
    run: ({ dispatch }) => dispatch({ type: 'choose-in-field', by: -1 }),
  },
  always({
    id: 'form.next',
    title: 'the next field',
    hint: 'next field',
    keys: ['tab', 'down'],
    focus: ['form'],
    run: ({ dispatch }) => dispatch({ type: 'go-to-field', by: 1 }),
  }),
  always({
    id: 'form.previous',
    title: 'the field before',
    hint: null,
    keys: ['shift+tab', 'up'],
    focus: ['form'],
    run: ({ dispatch }) => dispatch({ type: 'go-to-field', by: -1 }),
  }),
  always({
    id: 'form.back',
    title: 'back to the files',
    hint: 'back',
    keys: ['escape'],
    focus: ['form'],
    run: ({ dispatch }) => dispatch({ type: 'return-to-browser' }),
  }),
];

export const adoptCommands: Command[] = [
  {
    id: 'adopt.begin',
    cli: 'adopt',
    title: 'compare data with torrent, and seed it',
    hint: 'check and seed',
    keys: ['enter'],
    focus: ['adopt'],
    when: ({ ui }) =>
      (ui.screen.name === 'publish' &&
        ui.screen.step.name === 'adopt' &&
        ui.screen.step.data.value.trim() !== '') ||
      'Type where its data is first.',
    run: ({ actions }) => actions.adopt(),
  },
  always({
    id: 'adopt.complete',
    title: 'complete the path',
    hint: 'complete',
    keys: ['tab'],
    focus: ['adopt'],
    run: ({ actions }) => void actions.completePath(),
  }),
  always({
    id: 'adopt.back',
    title: 'back to the files',
    hint: 'back',
    keys: ['escape'],
    focus: ['adopt'],
    run: ({ dispatch }) => dispatch({ type: 'return-to-browser' }),
  }),
];
