import { commandSummaries } from '../../../command-summaries.ts';
import { nothingToUndo } from '../../actions/messages.ts';
import type { Command } from '../command.ts';
import { everyView } from '../focus.ts';
import { selectedPublications, focusedPublication as subject } from '../selection.ts';
import {
  canAsk,
  canAskAll,
  countedHint,
  engineGone,
  hasSubject,
  withCount,
} from './availability.ts';

export const openPublication: Command = {
  id: 'publication.open',
  cli: 'show',
  title: 'open: facts, links, health and peers',
  hint: 'open',
  keys: ['enter', 'right', 'l'],
  focus: ['list', 'card'],
  when: hasSubject,
  run(context) {
    const publication = subject(context);
    if (publication) context.dispatch({ type: 'open-detail', id: publication.id });
  },
};

export const pausePublication: Command = {
  id: 'publication.pause',
  cli: 'pause',
  title: 'pause, or resume what is paused',
  hint: 'pause',
  hintNow(context) {
    const selected = selectedPublications(context);
    const isPaused = selected.length > 0 && selected.every(({ state }) => state === 'paused');
    return withCount(isPaused ? 'resume' : 'pause', context);
  },
  keys: ['P'],
  focus: ['list', 'detail'],
  when: canAskAll,
  run: (context) => void context.actions.togglePause(selectedPublications(context)),
};

export const resumePublication: Command = {
  id: 'publication.resume',
  cli: 'resume',
  title: commandSummaries.resume,
  hint: null,
  keys: [],
  focus: ['list', 'detail'],
  when(context) {
    const isPaused = selectedPublications(context).some(({ state }) => state === 'paused');
    return isPaused ? canAskAll(context) : 'It is not paused.';
  },
  run(context) {
    const paused = selectedPublications(context).filter(({ state }) => state === 'paused');
    void context.actions.togglePause(paused);
  },
};

export const undo: Command = {
  id: 'undo',
  cli: 'undo',
  title: commandSummaries.undo,
  hint: 'undo',
  keys: ['z'],
  focus: everyView.filter((focus) => focus !== 'settings'),
  when({ engine }) {
    if (engine.link.phase !== 'online') return engineGone;
    return engine.undoable !== null || engine.untold !== null || nothingToUndo;
  },
  run: ({ actions }) => void actions.undo(),
};

export const limitCommands: Command[] = [
  {
    id: 'publication.limit',
    cli: 'limit',
    title: 'limit the upload rate; of several, of each',
    hint: 'limit',
    hintNow: countedHint('limit'),
    keys: ['U'],
    focus: ['list', 'detail'],
    when: canAskAll,
    run: (context) => void context.actions.askForLimit(selectedPublications(context)),
  },
  {
    id: 'limit.overall',
    name: 'limit all together',
    title: 'limit all together; shows the schedule',
    hint: null,
    keys: ['O'],
    focus: everyView.filter((focus) => focus !== 'settings'),
    when({ engine }) {
      if (engine.link.phase !== 'online') return engineGone;
      return engine.status?.limit !== undefined || 'This engine is too old for it.';
    },
    run: ({ actions }) => actions.askForOverallLimit(),
  },
];

export const removePublication: Command = {
  id: 'publication.remove',
  cli: 'remove',
  title: 'remove; asks first, keeps the data',
  hint: 'remove',
  hintNow: countedHint('remove'),
  keys: ['d', 'delete'],
  focus: ['list', 'detail'],
  when: canAskAll,
  run(context) {
    const ids = selectedPublications(context).map(({ id }) => id);
    context.dispatch({ type: 'ask-to-remove', ids });
  },
};

export const verifyPublication: Command = {
  id: 'publication.verify',
  cli: 'verify',
  title: commandSummaries.verify,
  hint: null,
  keys: ['V'],
  focus: ['list', 'detail', 'card'],
  when: canAskAll,
  run: (context) => void context.actions.verify(selectedPublications(context)),
};

export const superSeed: Command = {
  id: 'publication.super-seed',
  cli: 'super-seed',
  title: commandSummaries['super-seed'],
  hint: null,
  keys: [],
  focus: ['list', 'detail', 'card'],
  when: canAsk,
  run(context) {
    const publication = subject(context);
    if (publication) void context.actions.toggleSuperSeeding(publication);
  },
};

export const movePublication: Command = {
  id: 'publication.move',
  cli: 'move',
  title: commandSummaries.move,
  hint: null,
  keys: ['M'],
  focus: ['list', 'detail'],
  when: canAsk,
  run(context) {
    const publication = subject(context);
    if (publication) context.dispatch({ type: 'ask-where-it-is', id: publication.id });
  },
};
