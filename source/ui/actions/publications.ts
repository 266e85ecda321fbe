import type { Undoable } from '../../control/engine.ts';
import { infoHashOfEither } from '../../control/info-hash.ts';
import type { PublicationDetail, PublicationSummary } from '../../control/publications.ts';
import { EverseedError } from '../../errors.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { counted } from '../components/counted.ts';
import {
  applyDelta,
  askedForChange,
  askedToTakeBack,
  notTakenBack,
} from '../state/engine-state.ts';
import { type Copyable, linksOf } from '../state/links.ts';
import { locateCursor } from '../state/visible-publications.ts';
import { changedWords, createChanger, goneMeanwhile, knownOf } from './change-each.ts';
import { type Messages, nothingToUndo } from './messages.ts';
import type { Services } from './services.ts';

/** What can be done to publications and with the list they are in. */
export interface PublicationActions {
  moveCursorTo(index: number): void;
  /** Pauses those that are seeding or, when none is, resumes them all. */
  togglePause(publications: readonly PublicationSummary[]): Promise<void>;
  /** Gives it out piece by piece as a first release, or as usual again. */
  toggleSuperSeeding(publication: PublicationSummary): Promise<void>;
  /** Ends publications; their data stays. */
  remove(ids: readonly number[]): Promise<void>;
  /** Takes back the newest removal, pause or resume, whoever asked for it. */
  undo(): Promise<void>;
  /** Asks whether to delete a publication's data; where that is comes when it is known. */
  askToDelete(id: number): Promise<void>;
  /** Ends a publication and deletes its data. */
  removeWithData(id: number): Promise<void>;
  copy(what: Copyable): void;
  /** Shows the links of publications as plain text that a mouse can select whole. */
  showLinks(details: readonly PublicationDetail[]): Promise<void>;
  /** The same of one link. */
  showLink(link: Copyable): Promise<void>;
  /** Shows the links of a publication as QR codes, once they are known. */
  showQrCodes(publication: PublicationSummary): Promise<void>;
  /** Fetches the details of publications and does something with them. */
  withDetails(
    publications: readonly PublicationSummary[],
    use: (details: PublicationDetail[]) => void,
  ): Promise<void>;
}

export function createPublicationActions(
  services: Services,
  messages: Messages,
): PublicationActions {
  const { ui, engine, link, terminal, visible } = services;
  const changeEach = createChanger(services, messages);
  let isTakingBack = false;
  const showsIt = {
    commands: ['links.show', 'links.show-from-list', 'qr.show'],
    words: 'shows it as text',
  };

  function copy({ label, text }: Copyable): void {
    terminal.copy(text);
    messages.tell(`Copied the ${label}`, showsIt);
  }

  return {
    copy,
    moveCursorTo(index) {
      const rows = visible(engine.get(), ui.get().list);
      const target = Math.max(0, Math.min(index, rows.length - 1));
      const publication = rows[target];
      ui.dispatch({
        type: 'put-cursor',
        cursor: publication ? { id: publication.id, index: target } : null,
      });
    },
    async togglePause(publications) {
      const batch = services.newJob();
      const seeding = publications.filter(({ state }) => state === 'seeding');
      const [method, change, done] =
        seeding.length === 0
          ? (['resume', 'resuming', 'Resumed'] as const)
          : (['pause', 'pausing', 'Paused'] as const);
      const wanted = seeding.length === 0 ? publications : seeding;
      engine.change(askedForChange);
      const tell = messages.beginChange();
      const changed = await changeEach(wanted, change, async (one) => {
        const publication = await link.request(method, { id: infoHashOfEither(one), batch });
        engine.change((known) => applyDelta(known, { publications: [publication] }));
      });
      if (wanted.length > 1 && changed.length > 0) {
        tell(`${done} ${changedWords(changed, wanted)}`);
      }
    },
    async toggleSuperSeeding(publication) {
      const id = infoHashOfEither(publication);
      try {
        const { superSeeding: was } = await link.request('show', { id });
        const { name, superSeeding } = await link.request('super-seed', { id, superSeeding: !was });
        const done = superSeeding ? 'Given out as a first release' : 'Given out as usual';
        messages.tell(`${done}: ${stripControls(name)}.`);
      } catch (error) {
        messages.complain(error);
      }
    },
    async remove(ids) {
      const batch = services.newJob();
      const known = knownOf(services, ids);
      if (known.length === 0) {
        messages.refuse(goneMeanwhile);
        return;
      }
      if (ui.get().screen.name === 'detail') ui.dispatch({ type: 'go-to-list' });
      engine.change(askedForChange);
      const tell = messages.beginChange();
      const removed = await changeEach(known, 'removing', async (one) => {
        const { id } = await link.request('remove', {
          id: infoHashOfEither(one),
          deleteData: false,
          batch,
        });
        engine.change((state) => applyDelta(state, { removed: [id] }));
      });
      if (removed.length === 0) return;
      tell(`Removed ${changedWords(removed, known)}`);
    },
    async askToDelete(id) {
      const publication = engine.get().publications.get(id);
      if (!publication) {
        messages.refuse(goneMeanwhile);
        return;
      }
      const { name, size } = publication;
      // at once, so that what is typed next is typed into it
      ui.dispatch({ type: 'ask-to-delete', id, publication: name, size });
      try {
        const { path } = await link.request('show', { id: infoHashOfEither(publication) });
        ui.dispatch({ type: 'tell-path-to-delete', id, path });
      } catch (error) {
        messages.complain(error);
      }
    },
    async removeWithData(id) {
      const publication = engine.get().publications.get(id);
      if (!publication) {
        messages.refuse(goneMeanwhile);
        return;
      }
      if (ui.get().screen.name === 'detail') ui.dispatch({ type: 'go-to-list' });
      await changeEach([publication], 'removing', async (one) => {
        const { keptFiles, neededFiles, name } = await link.request('remove', {
          id: infoHashOfEither(one),
          deleteData: true,
        });
        engine.change((state) => applyDelta(state, { removed: [id] }));
        messages.tell(
          `Removed with its data${exceptFor(keptFiles ?? [], neededFiles ?? [])}: ${stripControls(name)}.`,
        );
      });
    },
    async undo() {
      // pressed twice on a slow line it would take back two changes, of which one was seen
      if (isTakingBack) {
        messages.refuse('The last change is still being taken back.');
        return;
      }
      isTakingBack = true;
      const { undoable } = engine.get();
      engine.change(askedToTakeBack);
      messages.beginUndo();
      try {
        const { kind, publications } = await link.request('undo', {});
        engine.change((known) => applyDelta(known, { publications }));
        messages.tell(undoneSentence(kind, publications));
      } catch (error) {
        const isNothing = error instanceof EverseedError && error.code === 'nothing-to-undo';
        engine.change((known) => notTakenBack(known, isNothing ? null : undoable));
        if (isNothing) messages.refuse(nothingToUndo);
        else messages.complain(error);
      } finally {
        isTakingBack = false;
      }
    },
    showLinks: (details) =>
      terminal.showText(details.map(linksText).join('\r\n\r\n\r\n')).catch(messages.complain),
    showLink: ({ label, text }) =>
      terminal.showText(`${label}:\r\n${text}`).catch(messages.complain),
    async showQrCodes(publication) {
      const { id } = publication;
      ui.dispatch({ type: 'open-qr', id, links: [] });
      try {
        const detail = await link.request('show', { id: infoHashOfEither(publication) });
        ui.dispatch({ type: 'fill-qr', id, links: linksOf(detail) });
      } catch (error) {
        const { overlay } = ui.get();
        if (overlay?.name === 'qr' && overlay.id === id) ui.dispatch({ type: 'close-overlay' });
        messages.complain(error);
      }
    },
    async withDetails(publications, use) {
      try {
        const ask = (one: PublicationSummary) =>
          link.request('show', { id: infoHashOfEither(one) });
        use(await Promise.all(publications.map(ask)));
      } catch (error) {
        messages.complain(error);
      }
    },
  };
}

function undoneSentence(
  kind: Undoable['kind'],
  publications: readonly PublicationSummary[],
): string {
  const [first] = publications;
  const what =
    first && publications.length === 1
      ? stripControls(first.name)
      : counted(publications.length, 'publication');
  if (!first) return `${undoneWords[kind]}: all together.`;
  return `${undoneWords[kind]}: ${what}.`;
}

const undoneWords: Record<Undoable['kind'], string> = {
  remove: 'Published again',
  pause: 'Seeding again',
  resume: 'Paused again',
  limit: 'Limited as before',
};

function exceptFor(kept: readonly unknown[], needed: readonly unknown[]): string {
  const exceptions = [
    ...(kept.length > 0 ? [`${counted(kept.length, 'file')} changed since`] : []),
    ...(needed.length > 0 ? [`${counted(needed.length, 'file')} of other publications`] : []),
  ];
  return exceptions.length > 0 ? `, but for ${exceptions.join(' and ')}` : '';
}

function linksText({ name, magnet, torrentUrl, pageUrl }: PublicationDetail): string {
  const links = [
    ['Magnet link', magnet],
    ['.torrent file', torrentUrl],
    ['Page', pageUrl],
  ];
  const parts = links.map(([label, link]) => `${label}:\r\n${link}`);
  return [stripControls(name), ...parts].join('\r\n\r\n');
}

/**
 * Keeps the cursor bound to a publication: when there is a first one, and when the one it was on
 * is gone, it binds to what is at its place. Returns the function that stops it.
 */
export function keepCursorBound({ ui, engine, visible }: Services): () => void {
  function bind(): void {
    const { list } = ui.get();
    const rows = visible(engine.get(), list);
    const index = locateCursor(rows, list.cursor);
    const publication = rows[index];
    if (!publication) return;
    if (publication.id === list.cursor?.id && index === list.cursor.index) return;
    ui.dispatch({ type: 'put-cursor', cursor: { id: publication.id, index } });
  }
  const unsubscribes = [ui.subscribe(bind), engine.subscribe(bind)];
  return () => {
    for (const unsubscribe of unsubscribes) unsubscribe();
  };
}
