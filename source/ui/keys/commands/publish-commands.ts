import { basename, dirname, join } from 'node:path';
import { resolveTypedPath } from '../../files/typed-path.ts';
import { type BrowserState, locateEntry, visibleEntries } from '../../state/browser-state.ts';
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

function chooseEntry(context: CommandContext): void {
  const entry = entryOf(context);
  if (entry) context.actions.choosePath(entry.path);
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
    id: 'browser.open',
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
    id: 'browser.publish-folder',
    title: 'publish the folder as a whole',
    hint: 'publish folder',
    keys: ['space'],
    focus: ['browser'],
    when: (context) => entryOf(context)?.kind === 'directory',
    run: chooseEntry,
  },
  {
    id: 'browser.publish-file',
    title: 'publish the file',
    hint: 'publish',
    keys: ['enter', 'space'],
    focus: ['browser'],
    when: (context) => entryOf(context) !== null || nothingHere,
    run: chooseEntry,
  },
  always({
    id: 'browser.parent',
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
    title: 'type a path',
    hint: 'type a path',
    keys: ['tab'],
    focus: ['browser'],
    run(context) {
      const directory = browserOf(context)?.directory ?? '';
      const value = directory.endsWith('/') ? directory : `${directory}/`;
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
      context.actions.choosePath(resolveTypedPath(path.value, directory, context.homeDirectory));
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

function formField({ ui }: CommandContext): string | null {
  return ui.screen.name === 'publish' && ui.screen.step.name === 'form'
    ? ui.screen.step.form.field
    : null;
}

export const formCommands: Command[] = [
  {
    id: 'form.publish',
    title: 'publish',
    hint: 'publish',
    keys: ['enter'],
    focus: ['form'],
    when: ({ ui }) =>
      (ui.screen.name === 'publish' &&
        ui.screen.step.name === 'form' &&
        ui.screen.step.form.refusal) ||
      true,
    run: ({ actions }) => actions.submitForm(),
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
  {
    id: 'form.toggle',
    title: 'private or not',
    hint: 'change',
    keys: ['space', 'left', 'right'],
    focus: ['form'],
    when: (context) => formField(context) === 'private',
    run: ({ dispatch }) => dispatch({ type: 'toggle-private' }),
  },
  always({
    id: 'form.back',
    title: 'back to the files',
    hint: 'back',
    keys: ['escape'],
    focus: ['form'],
    run: ({ dispatch }) => dispatch({ type: 'return-to-browser' }),
  }),
];

function runningJob({ ui }: CommandContext) {
  return ui.screen.name === 'publish' && ui.screen.step.name === 'hashing' ? ui.screen.step : null;
}

export const jobCommands: Command[] = [
  {
    id: 'job.cancel',
    title: 'cancel: nothing is published',
    hint: 'cancel',
    keys: ['c', 'escape'],
    focus: ['hashing'],
    when: (context) => !runningJob(context)?.isCancelling || 'It is being cancelled.',
    run(context) {
      const running = runningJob(context);
      if (running) void context.actions.cancelJob(running.job);
    },
  },
  always({
    id: 'job.background',
    title: 'go on in the background',
    hint: 'background',
    keys: ['b'],
    focus: ['hashing'],
    run: ({ dispatch }) => dispatch({ type: 'send-to-background' }),
  }),
  always({
    id: 'failed.back',
    title: 'back to the form',
    hint: 'back to the form',
    keys: ['enter', 'escape'],
    focus: ['failed'],
    run: ({ dispatch }) => dispatch({ type: 'return-to-form' }),
  }),
];
