import { stripControls } from '../../format/terminal-text.ts';
import { useDashboard, useEngine, useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { unreadErrors } from '../state/events.ts';
import type { ListCursor, ListState } from '../state/list-state.ts';
import { loggedEvents } from '../state/panel-state.ts';
import { locateCursor, markedIds } from '../state/visible-publications.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { counted } from './counted.ts';
import { Line } from './Line.tsx';
import { cutSpans, fieldSpans, type Span, spansWidth } from './spans.ts';

interface StatusLineProps {
  readonly width: number;
}

const undoWords = {
  remove: 'removing',
  pause: 'pausing',
  resume: 'resuming',
  limit: 'limiting',
} as const;

/** The line above the hints: the message or the filter on the left, the place in the list right. */
export function StatusLine({ width }: StatusLineProps) {
  const { glyphs } = useTheme();
  const right = usePosition();
  const room = width - spansWidth(right) - 2;
  const left = cutSpans(useNews(room), room, glyphs.ellipsis);
  const space = ' '.repeat(Math.max(0, room - spansWidth(left) + 1));
  return <Line width={width} spans={[...left, { text: space }, ...right]} />;
}

function useNews(width: number): Span[] {
  const { glyphs } = useTheme();
  const screen = useUi((state) => state.screen.name);
  const { filter, isFiltering } = useUi((state) => state.list);
  const message = useUi((state) => state.message);
  const selection = useSelection();
  const undo = useUndo();
  const unread = useEngine(unreadErrors);
  if (screen === 'list' && isFiltering) {
    return [{ text: ' / ', as: 'key' }, ...fieldSpans(filter, width - 3)];
  }
  if (message?.kind === 'error') {
    return [{ text: ` ${glyphs.failed} ${stripControls(message.text)}`, as: 'bad' }];
  }
  if (message?.kind === 'refusal') {
    return [{ text: ` ${glyphs.failed} ${stripControls(message.text)}`, as: 'warning' }];
  }
  if (message) return [{ text: ` ${glyphs.done} ${message.text}`, as: 'good' }];
  if (unread > 0) {
    const text = ` ${glyphs.failed} ${counted(unread, 'error')} not read yet: L shows the log `;
    return [{ text, as: 'bad' }, ...(screen === 'list' ? listNews(selection, filter.value) : [])];
  }
  if (screen !== 'list' || (!selection && filter.value === '')) return undo;
  return listNews(selection, filter.value);
}

function listNews(selection: string | null, filter: string): Span[] {
  return [
    ...(selection ? [{ text: ` ${selection}`, as: 'key' as const }] : []),
    ...(filter === ''
      ? []
      : [
          { text: ' filter ', as: 'muted' as const },
          { text: stripControls(filter), as: 'accent' as const },
        ]),
  ];
}

/** What can be taken back, and how long still. */
function useUndo(): Span[] {
  const undoable = useEngine((state) => state.undoable);
  const seconds = useUi((state) => state.undoSeconds);
  if (!undoable || seconds === null) return [];
  const { kind, name, count } = undoable;
  const one = name === null ? 'all together' : stripControls(name);
  const what = count === 1 ? one : counted(count, 'publication');
  const left = seconds <= 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  return [
    { text: ' z', as: 'key' },
    { text: ` takes back, for ${left}: ${undoWords[kind]} ${what}`, as: 'muted' },
  ];
}

/** What keys act on, when it is not the publication under the cursor alone. */
function useSelection(): string | null {
  const { commandContext } = useDashboard();
  const list = useUi((state) => state.list);
  const publications = useEngine((state) => state.publications);
  const { visible } = commandContext();
  const marked = markedIds(list, publications, visible);
  if (marked.size === 0) return list.rangeFrom === null ? null : '0 selected';
  const shown = visible.reduce((count, { id }) => count + Number(marked.has(id)), 0);
  const hidden = marked.size - shown;
  return `${marked.size} selected${hidden > 0 ? ` (${hidden} not shown)` : ''}`;
}

function usePosition(): Span[] {
  const { commandContext } = useDashboard();
  const { glyphs } = useTheme();
  const list = useUi((state) => state.list);
  const screen = useUi((state) => state.screen.name);
  const panels = useUi((state) => state.panels);
  const publications = useEngine((state) => state.publications);
  const problems = useEngine((state) => state.problems);
  const events = useEngine((state) => state.events);
  const detailScroll = useUi((state) => state.detail.scroll);
  // what can be scrolled depends on what was fetched
  useEngine((state) => state.watched ?? state.tracker);
  const { visible, scrollEnd } = commandContext();
  if (screen === 'detail') return scrolledSpans(detailScroll, scrollEnd());
  if (screen === 'tracker') return scrolledSpans(panels.trackerScroll, scrollEnd());
  if (screen === 'health') return placeIn(problems?.reports ?? [], panels.health);
  if (screen === 'log') {
    const shown = panels.isErrorsOnly ? [{ text: 'errors only', as: 'muted' as const }] : [];
    return [...shown, ...placeIn(loggedEvents(events, panels.isErrorsOnly), panels.log)];
  }
  if (screen !== 'list' || publications.size === 0) return [];
  const place = `${locateCursor(visible, list.cursor) + 1}/${visible.length}`;
  const ofAll = visible.length === publications.size ? '' : ` of ${publications.size}`;
  return [
    {
      text: list.held ? 'order held' : sortWords(list, glyphs),
      as: list.held ? 'warning' : 'muted',
    },
    { text: `  ${place}${ofAll} ` },
  ];
}

/** How far what has no cursor is scrolled, when not all of it is in view. */
function scrolledSpans(scroll: number, end: number): Span[] {
  if (end === 0) return [];
  if (scroll >= end) return [{ text: 'end ', as: 'muted' }];
  return [{ text: scroll === 0 ? 'top ' : `${Math.round((scroll / end) * 100)} % `, as: 'muted' }];
}

function placeIn(rows: readonly { id: number }[], cursor: ListCursor | null): Span[] {
  return rows.length === 0 ? [] : [{ text: `  ${locateCursor(rows, cursor) + 1}/${rows.length} ` }];
}

function sortWords({ sort, isReversed }: ListState, { ascending, descending }: Glyphs): string {
  if (sort === 'newest') return isReversed ? 'oldest first' : 'newest first';
  // names and health states begin with the first and the worst, numbers with the largest
  const isAscending = (sort === 'name' || sort === 'health') !== isReversed;
  return `by ${sort} ${isAscending ? ascending : descending}`;
}
