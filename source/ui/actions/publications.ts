import { infoHashOfEither } from '../../control/info-hash.ts';
import type { PublicationDetail, PublicationSummary } from '../../control/protocol.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { applyDelta } from '../state/engine-state.ts';
import { locateCursor } from '../state/visible-publications.ts';
import type { Messages } from './messages.ts';
import type { Services } from './services.ts';

/** A link to put on the clipboard, and what it is called. */
export interface Copyable {
  label: string;
  text: string;
}

/** What can be done to publications and with the list they are in. */
export interface PublicationActions {
  moveCursorTo(index: number): void;
  togglePause(publication: PublicationSummary): Promise<void>;
  remove(id: number): Promise<void>;
  copy(what: Copyable): void;
  /** Shows a publication's links as plain text that a mouse can select whole. */
  showLinks(detail: PublicationDetail): Promise<void>;
  /** Fetches a publication's details and does something with them. */
  withDetail(
    publication: PublicationSummary,
    use: (detail: PublicationDetail) => void | Promise<void>,
  ): Promise<void>;
}

export function createPublicationActions(
  services: Services,
  messages: Messages,
): PublicationActions {
  const { ui, engine, link, terminal, visible } = services;

  function copy({ label, text }: Copyable): void {
    terminal.copy(text);
    messages.tell(`Copied the ${label}; v shows it as text.`);
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
    async togglePause(toggled) {
      const { id, state } = toggled;
      const [method, change] =
        state === 'paused' ? (['resume', 'resuming'] as const) : (['pause', 'pausing'] as const);
      if (ui.get().pending.has(id)) return;
      ui.dispatch({ type: 'mark-pending', id, change });
      try {
        const publication = await link.request(method, { id: infoHashOfEither(toggled) });
        engine.change((known) => applyDelta(known, { publications: [publication] }));
      } catch (error) {
        messages.complain(error);
      } finally {
        ui.dispatch({ type: 'unmark-pending', id });
      }
    },
    async remove(id) {
      const publication = engine.get().publications.get(id);
      if (!publication || ui.get().pending.has(id)) return;
      ui.dispatch({ type: 'mark-pending', id, change: 'removing' });
      if (ui.get().screen.name === 'detail') ui.dispatch({ type: 'go-to-list' });
      try {
        const removed = await link.request('remove', {
          id: infoHashOfEither(publication),
          deleteData: false,
        });
        engine.change((known) => applyDelta(known, { removed: [removed.id] }));
        messages.tell(`Removed ${stripControls(removed.name)}. Its data is still on disk.`);
      } catch (error) {
        messages.complain(error);
      } finally {
        ui.dispatch({ type: 'unmark-pending', id });
      }
    },
    showLinks: (detail) => terminal.showText(linksText(detail)).catch(messages.complain),
    async withDetail(publication, use) {
      try {
        await use(await link.request('show', { id: infoHashOfEither(publication) }));
      } catch (error) {
        messages.complain(error);
      }
    },
  };
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
