import { bodyHeight } from '../state/body-height.ts';
import { locateEntry, visibleEntries } from '../state/browser-state.ts';
import type { DetailTab } from '../state/detail-state.ts';
import { eventsOf } from '../state/events.ts';
import { loggedEvents } from '../state/panel-state.ts';
import { shownSettings } from '../state/settings-state.ts';
import { locateCursor } from '../state/visible-publications.ts';
import { peersAroundRows, tableHeadRows } from '../views/detail/tab-rows.ts';
import { detailTitleRows } from '../views/title-rows.ts';
import type { CommandContext } from './command.ts';

/** Where one is in what is in front. */
export type Place =
  /** The row of a cursor, from 1. */
  | { kind: 'cursor'; at: number; of: number }
  /** The rows in view of what has no cursor. */
  | { kind: 'rows'; from: number; to: number; of: number }
  /** How far a text is scrolled. */
  | { kind: 'scrolled'; scroll: number; end: number };

type Wanted = Pick<CommandContext, 'ui' | 'engine' | 'visible' | 'commandRows' | 'scrollEnd'>;

/** Where one is; null where there is nothing to be on, or all of it is in view. */
export function placeOf(context: Wanted): Place | null {
  const { ui, engine, visible } = context;
  const { screen, overlay, panels } = ui;
  if (overlay?.name === 'help' || overlay?.name === 'palette') {
    return cursorAt(overlay.place, context.commandRows().length);
  }
  if (overlay?.name === 'qr') return cursorAt(overlay.shown, overlay.links.length);
  switch (screen.name) {
    case 'list':
      return cursorAt(locateCursor(visible, ui.list.cursor), visible.length);
    case 'settings':
      return cursorAt(ui.settings.place, shownSettings(ui.settings).length);
    case 'health': {
      const reports = engine.problems?.reports ?? [];
      return cursorAt(locateCursor(reports, panels.health), reports.length);
    }
    case 'log': {
      const events = loggedEvents(engine.events, panels.isErrorsOnly);
      return cursorAt(locateCursor(events, panels.log), events.length);
    }
    case 'tracker':
      return scrolledTo(panels.trackerScroll, context.scrollEnd());
    case 'detail':
      return placeInTab(context, screen.id);
    case 'publish': {
      if (screen.step.name !== 'choose' || screen.step.browser.path) return null;
      const entries = visibleEntries(screen.step.browser);
      return cursorAt(locateEntry(entries, screen.step.browser.cursor), entries.length);
    }
  }
}

/** `3/25`, `1-19/340`; of a text `top`, `40 %` or `end`. */
export function placeWords(place: Place): string {
  switch (place.kind) {
    case 'cursor':
      return `${place.at}/${place.of}`;
    case 'rows':
      return `${place.from}-${place.to}/${place.of}`;
    case 'scrolled':
      if (place.scroll >= place.end) return 'end';
      return place.scroll === 0 ? 'top' : `${Math.round((place.scroll / place.end) * 100)} %`;
  }
}

function cursorAt(index: number, of: number): Place | null {
  return of === 0 ? null : { kind: 'cursor', at: Math.min(Math.max(index, 0), of - 1) + 1, of };
}

function scrolledTo(scroll: number, end: number): Place | null {
  return end === 0 ? null : { kind: 'scrolled', scroll, end };
}

/** The rows around those of a table, in the tabs that are one. */
const aroundRows: Partial<Record<DetailTab, number>> = {
  peers: peersAroundRows,
  files: tableHeadRows,
  events: tableHeadRows,
};

function placeInTab(context: Wanted, id: number): Place | null {
  const { ui, engine } = context;
  const { tab, scroll } = ui.detail;
  const around = aroundRows[tab];
  if (around === undefined) return scrolledTo(scroll, context.scrollEnd());
  const { watched } = engine;
  if (watched?.id !== id) return null;
  const counts: Partial<Record<DetailTab, number>> = {
    peers: watched.peers.length,
    files: watched.files?.total ?? 0,
    events: eventsOf(watched, engine.events).length,
  };
  const of = counts[tab] ?? 0;
  const rows = Math.max(1, bodyHeight(ui, engine) - detailTitleRows - around);
  const from = Math.min(scroll, context.scrollEnd());
  return of === 0 ? null : { kind: 'rows', from: from + 1, to: Math.min(of, from + rows), of };
}
