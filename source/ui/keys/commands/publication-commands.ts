import type { PublicationDetail } from '../../../control/publications.ts';
import { linksOf } from '../../state/links.ts';
import { type Availability, always, type Command, type CommandContext } from '../command.ts';
import type { Focus } from '../focus.ts';
import { selectedPublications, focusedPublication as subject } from '../selection.ts';

export const nothingPublished = 'Nothing is published yet: p publishes a file or a folder.';
const engineGone = 'Not now: the engine is not there.';
const notFetched = 'Its details have not come yet.';

/** The subject with all its links, where they are known. */
function subjectDetail({ ui, engine }: CommandContext): PublicationDetail | null {
  if (ui.screen.name === 'publish' && ui.screen.step.name === 'done') {
    return ui.screen.step.result.publication;
  }
  return ui.screen.name === 'detail' ? (engine.watched?.detail ?? null) : null;
}

function hasSubject(context: CommandContext): Availability {
  if (subject(context)) return true;
  return context.engine.publications.size === 0 ? nothingPublished : 'No publication is selected.';
}

function hasDetail(context: CommandContext): Availability {
  return subjectDetail(context) !== null || notFetched;
}

function canAsk(context: CommandContext): Availability {
  const publication = subject(context);
  if (!publication) return hasSubject(context);
  if (context.engine.link.phase !== 'online') return engineGone;
  return !context.ui.pending.has(publication.id) || 'The last change to it is still under way.';
}

/** Like `canAsk`, of all that is selected. */
function canAskAll(context: CommandContext): Availability {
  const selected = selectedPublications(context);
  if (selected.length <= 1) return canAsk(context);
  if (context.engine.link.phase !== 'online') return engineGone;
  const isIdle = selected.some(({ id }) => !context.ui.pending.has(id));
  return isIdle || 'The last changes to them are still under way.';
}

function copyLink(
  id: string,
  key: string,
  label: string,
  hint: string,
  focus: readonly Focus[],
  link: (detail: PublicationDetail) => string,
): Command {
  return {
    id,
    name: `copy ${hint}`,
    title: `copy the ${label}`,
    hint,
    keys: [key],
    focus,
    when: hasDetail,
    run(context) {
      const detail = subjectDetail(context);
      if (detail) context.actions.copy({ label, text: link(detail) });
    },
  };
}

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
  keys: ['P'],
  focus: ['list', 'detail'],
  when: canAskAll,
  run: (context) => void context.actions.togglePause(selectedPublications(context)),
};

export const resumePublication: Command = {
  id: 'publication.resume',
  cli: 'resume',
  title: 'serve what is paused again',
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
  title: 'take back the last removal, pause, resume or limit',
  hint: 'undo',
  keys: ['z'],
  focus: ['list', 'detail', 'tracker', 'health', 'log', 'card'],
  when({ engine }) {
    if (engine.link.phase !== 'online') return engineGone;
    return engine.undoable !== null || 'There is nothing to take back.';
  },
  run: ({ actions }) => void actions.undo(),
};

export const limitCommands: Command[] = [
  {
    id: 'publication.limit',
    cli: 'limit',
    title: 'limit the upload rate; of several, of each',
    hint: 'limit',
    keys: ['U'],
    focus: ['list', 'detail'],
    when: canAskAll,
    run: (context) => void context.actions.askForLimit(selectedPublications(context)),
  },
  {
    id: 'limit.overall',
    name: 'limit all together',
    title: 'limit the upload rate of all together; shows the schedule',
    hint: null,
    keys: ['O'],
    focus: ['list', 'detail'],
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
  title: 'remove from everseed; asks first, keeps the data',
  hint: 'remove',
  keys: ['d', 'delete'],
  focus: ['list', 'detail'],
  when: canAskAll,
  run(context) {
    const ids = selectedPublications(context).map(({ id }) => id);
    context.dispatch({ type: 'ask-to-remove', ids });
  },
};

export const copyMagnetFromList: Command = {
  id: 'publication.copy-magnet',
  name: 'copy magnet',
  title: 'copy the magnet link; of several, a line each',
  hint: 'magnet',
  keys: ['y'],
  focus: ['list'],
  when: canAskAll,
  run(context) {
    const { actions } = context;
    void actions.withDetails(selectedPublications(context), (details) => {
      const label = details.length === 1 ? 'magnet link' : `magnet links of ${details.length}`;
      actions.copy({ label, text: details.map(({ magnet }) => magnet).join('\n') });
    });
  },
};

export const copyMagnet: Command = copyLink(
  'links.copy-magnet',
  'y',
  'magnet link',
  'magnet',
  ['detail', 'card'],
  (detail) => detail.magnet,
);

export const linkCommands: Command[] = [
  copyLink(
    'links.copy-torrent',
    't',
    '.torrent URL',
    '.torrent',
    ['detail', 'card'],
    (detail) => detail.torrentUrl,
  ),
  copyLink(
    'links.copy-page',
    'u',
    'page URL',
    'page',
    ['detail', 'card'],
    (detail) => detail.pageUrl,
  ),
  {
    id: 'links.show',
    name: 'show links',
    title: 'show the links as plain text, to select with the mouse',
    hint: 'text',
    keys: ['v', 'Y'],
    focus: ['detail', 'card'],
    when: hasDetail,
    run(context) {
      const detail = subjectDetail(context);
      if (detail) void context.actions.showLinks(detail);
    },
  },
  {
    id: 'links.show-from-list',
    title: 'show the links as plain text, to select with the mouse',
    hint: null,
    keys: ['Y'],
    focus: ['list'],
    when: canAsk,
    run(context) {
      const publication = subject(context);
      if (!publication) return;
      void context.actions.withDetails([publication], ([detail]) => {
        if (detail) void context.actions.showLinks(detail);
      });
    },
  },
];

export const qrCommands: Command[] = [
  {
    id: 'links.qr',
    name: 'qr code',
    title: 'show a link as a QR code, for a phone',
    hint: 'QR code',
    keys: ['c'],
    focus: ['detail', 'card'],
    when: hasDetail,
    run(context) {
      const detail = subjectDetail(context);
      if (detail) context.dispatch({ type: 'open-qr', links: linksOf(detail) });
    },
  },
  always({
    id: 'qr.next',
    title: 'the QR code of the next link',
    hint: 'next link',
    keys: ['tab', 'right', 'l', 'down', 'j'],
    focus: ['qr'],
    run: (context) => stepThroughLinks(context, 1),
  }),
  always({
    id: 'qr.previous',
    title: 'the QR code of the link before',
    hint: null,
    keys: ['shift+tab', 'left', 'h', 'up', 'k'],
    focus: ['qr'],
    run: (context) => stepThroughLinks(context, -1),
  }),
  always({
    id: 'qr.copy',
    title: 'copy the link that is shown',
    hint: 'copy',
    keys: ['y'],
    focus: ['qr'],
    run({ ui, actions }) {
      const link = ui.overlay?.name === 'qr' ? ui.overlay.links[ui.overlay.shown] : undefined;
      if (link) actions.copy(link);
    },
  }),
  always({
    id: 'qr.close',
    title: 'close the QR code',
    hint: 'close',
    keys: ['escape', 'enter', 'c', 'q'],
    focus: ['qr'],
    run: ({ dispatch }) => dispatch({ type: 'close-overlay' }),
  }),
];

function stepThroughLinks({ ui, dispatch }: CommandContext, by: 1 | -1): void {
  if (ui.overlay?.name !== 'qr') return;
  const { links, shown } = ui.overlay;
  dispatch({ type: 'show-qr-of', place: (shown + by + links.length) % links.length });
}
