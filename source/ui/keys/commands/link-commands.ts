import { infoHashOfEither } from '../../../control/info-hash.ts';
import type { PublicationDetail, PublicationSummary } from '../../../control/publications.ts';
import { linksOf } from '../../state/links.ts';
import { type Availability, always, type Command, type CommandContext } from '../command.ts';
import { selectedPublications, focusedPublication as subject } from '../selection.ts';
import { canAsk, canAskAll, countedHint, hasSubject } from './availability.ts';

/** The subject with all its links, where they are known. */
function subjectDetail({ ui, engine }: CommandContext): PublicationDetail | null {
  if (ui.screen.name === 'publish' && ui.screen.step.name === 'done') {
    return ui.screen.step.result.publication;
  }
  // what is known of one that was removed leads nowhere any more
  const isThere = ui.screen.name === 'detail' && engine.publications.has(ui.screen.id);
  return isThere ? (engine.watched?.detail ?? null) : null;
}

function hasDetail(context: CommandContext): Availability {
  if (subjectDetail(context)) return true;
  return subject(context) ? 'Its details have not come yet.' : hasSubject(context);
}

/** A link that can be copied, and how it is called. */
interface CopiedLink {
  /** The last part of the ids of its two commands. */
  id: string;
  key: string;
  /** What the palette calls copying it. */
  name: string;
  hint: string;
  label: string;
  /** Of several. */
  labels: string;
  of(detail: PublicationDetail): string;
}

/** Of the publication that is open, or was just published. */
function copyHere({ id, key, name, hint, label, of }: CopiedLink): Command {
  return {
    id: `links.${id}`,
    name,
    title: `copy the ${label}`,
    hint,
    keys: [key],
    focus: ['detail', 'card'],
    when: hasDetail,
    run(context) {
      const detail = subjectDetail(context);
      if (detail) context.actions.copy({ label, text: of(detail) });
    },
  };
}

/** Of those that are selected in the list, whose links have to be asked for. */
function copyFromList({ id, key, name, hint, label, labels, of }: CopiedLink): Command {
  return {
    id: `publication.${id}`,
    name,
    title: `copy the ${label}, or those of several`,
    hint,
    hintNow: countedHint(hint),
    keys: [key],
    focus: ['list'],
    when: canAskAll,
    run(context) {
      const { actions } = context;
      void actions.withDetails(selectedPublications(context), (details) => {
        const what = details.length === 1 ? label : `${labels} of ${details.length}`;
        actions.copy({ label: what, text: details.map(of).join('\n') });
      });
    },
  };
}

const magnet: CopiedLink = {
  id: 'copy-magnet',
  key: 'y',
  name: 'copy magnet',
  hint: 'magnet',
  label: 'magnet link',
  labels: 'magnet links',
  of: (detail) => detail.magnet,
};

const torrentUrl: CopiedLink = {
  id: 'copy-torrent',
  key: 't',
  name: 'copy .torrent',
  hint: '.torrent',
  label: '.torrent URL',
  labels: '.torrent URLs',
  of: (detail) => detail.torrentUrl,
};

const pageUrl: CopiedLink = {
  id: 'copy-page',
  key: 'u',
  name: 'copy page',
  hint: 'page',
  label: 'page URL',
  labels: 'page URLs',
  of: (detail) => detail.pageUrl,
};

/** Unlike the links, it is known without asking. */
const copyInfoHash: Command = {
  id: 'publication.copy-hash',
  name: 'copy info hash',
  title: 'copy the info hash, or those of several',
  hint: null,
  keys: ['i'],
  focus: ['list', 'detail', 'card'],
  when: hasSubject,
  run(context) {
    const selected = selectedPublications(context);
    const label = selected.length === 1 ? 'info hash' : `info hashes of ${selected.length}`;
    context.actions.copy({ label, text: selected.map(infoHashOfEither).join('\n') });
  },
};

/** Ahead of everything else that is done to a publication. */
export const copyMagnet = copyHere(magnet);

export const copyMagnetFromList = copyFromList(magnet);

export const linkCommands: Command[] = [
  copyHere(torrentUrl),
  copyHere(pageUrl),
  // the bar of the list has better uses for the room
  { ...copyFromList(torrentUrl), hint: null },
  { ...copyFromList(pageUrl), hint: null },
  copyInfoHash,
  {
    id: 'links.show',
    name: 'show links',
    title: 'show the links as text, to select',
    hint: 'text',
    keys: ['Y', 'v'],
    focus: ['detail', 'card'],
    when: hasDetail,
    run(context) {
      const detail = subjectDetail(context);
      if (detail) void context.actions.showLinks([detail]);
    },
  },
  {
    id: 'links.show-from-list',
    name: 'show links',
    title: 'show the links, or those of several',
    hint: null,
    keys: ['Y'],
    focus: ['list'],
    when: canAskAll,
    run(context) {
      void context.actions.withDetails(selectedPublications(context), (details) => {
        void context.actions.showLinks(details);
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
      if (detail) context.dispatch({ type: 'open-qr', id: detail.id, links: linksOf(detail) });
    },
  },
  {
    id: 'links.qr-from-list',
    name: 'qr code',
    title: 'show a link as a QR code, for a phone',
    hint: null,
    keys: ['c'],
    focus: ['list'],
    when: canAsk,
    run(context) {
      const publication: PublicationSummary | undefined = subject(context);
      if (publication) void context.actions.showQrCodes(publication);
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
  {
    id: 'qr.copy',
    title: 'copy the link that is shown',
    hint: 'copy',
    keys: ['y'],
    focus: ['qr'],
    when: hasShownLink,
    run(context) {
      const link = shownLink(context);
      if (link) context.actions.copy(link);
    },
  },
  {
    id: 'qr.show',
    title: 'show the link as text, to select',
    hint: 'text',
    keys: ['Y', 'v'],
    focus: ['qr'],
    when: hasShownLink,
    run(context) {
      const link = shownLink(context);
      if (link) void context.actions.showLink(link);
    },
  },
  always({
    id: 'qr.close',
    title: 'close the QR code',
    hint: 'close',
    keys: ['escape', 'enter', 'c', 'q'],
    focus: ['qr'],
    run: ({ dispatch }) => dispatch({ type: 'close-overlay' }),
  }),
];

function shownLink({ ui: { overlay } }: CommandContext) {
  return overlay?.name === 'qr' ? overlay.links[overlay.shown] : undefined;
}

function hasShownLink(context: CommandContext): Availability {
  return shownLink(context) !== undefined || 'Its links have not come yet.';
}

function stepThroughLinks({ ui, dispatch }: CommandContext, by: 1 | -1): void {
  if (ui.overlay?.name !== 'qr' || ui.overlay.links.length === 0) return;
  const { links, shown } = ui.overlay;
  dispatch({ type: 'show-qr-of', place: (shown + by + links.length) % links.length });
}
