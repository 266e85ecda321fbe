import { stripControls } from '../../format/terminal-text.ts';
import { useDashboard, useEngine, useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { messageText } from '../keys/message-text.ts';
import { placeOf, placeWords } from '../keys/place.ts';
import { unreadErrors } from '../state/events.ts';
import type { ListState } from '../state/list-state.ts';
import { markedIds } from '../state/visible-publications.ts';
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
  const undo = useUndo();
  const news = useNews(undo, width);
  // beside anything else, the time that is left is still told
  const beside = news === undo.long ? [] : undo.short;
  const right = [...beside, ...usePosition(width - (beside.length > 0 ? roomForNews : 0))];
  const room = width - spansWidth(right) - 2;
  const left = cutSpans(news, room, glyphs.ellipsis);
  const space = ' '.repeat(Math.max(0, room - spansWidth(left) + 1));
  return <Line width={width} spans={[...left, { text: space }, ...right]} />;
}

function useNews(undo: UndoSpans, width: number): Span[] {
  const { glyphs } = useTheme();
  const { commandContext } = useDashboard();
  const screen = useUi((state) => state.screen.name);
  const { filter, isFiltering } = useUi((state) => state.list);
  const message = useUi((state) => state.message);
  const selection = useSelection();
  const overlay = useUi((state) => state.overlay?.name);
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
  if (message) {
    const text = messageText(message, commandContext());
    return [{ text: ` ${glyphs.done} ${text}`, as: 'good' }];
  }
  if (overlay === 'help' || overlay === 'palette') return [];
  if (unread > 0) {
    const key = commandContext().keyFor('log.open');
    const way = key === null ? '' : `: ${key} shows the log`;
    const text = ` ${glyphs.failed} ${counted(unread, 'error')} not read yet${way} `;
    return [{ text, as: 'bad' }, ...(screen === 'list' ? listNews(selection, filter.value) : [])];
  }
  if (screen !== 'list' || (!selection && filter.value === '')) return undo.long;
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

interface UndoSpans {
  long: Span[];
  short: Span[];
}

const noUndo: UndoSpans = { long: [], short: [] };

/** What can be taken back, and how long still, where there is a key for it. */
function useUndo(): UndoSpans {
  const { commandContext } = useDashboard();
  // which keys there are depends on what is in front
  useUi((state) => state);
  const undoable = useEngine((state) => state.undoable);
  const seconds = useUi((state) => state.undoSeconds);
  const key = commandContext().keyFor('undo');
  if (!undoable || seconds === null || key === null) return noUndo;
  const { kind, name, count } = undoable;
  const one = name === null ? 'all together' : stripControls(name);
  const what = count === 1 ? one : counted(count, 'publication');
  const left = seconds <= 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
  return {
    long: [
      { text: ` ${key}`, as: 'key' },
      { text: ` takes back, for ${left}: ${undoWords[kind]} ${what}`, as: 'muted' },
    ],
    short: [
      { text: `${key} `, as: 'key' },
      { text: `${left}  `, as: 'muted' },
    ],
  };
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

/** Narrower than this, the line says of the list only where the cursor is. */
const narrow = 36;

/** What news take that must not be cut. */
const roomForNews = 60;

function usePosition(width: number): Span[] {
  const { commandContext } = useDashboard();
  const { glyphs } = useTheme();
  const context = commandContext();
  const { list, screen, overlay, panels } = useUi((state) => state);
  // what there is depends on what was fetched
  const { publications } = useEngine((state) => state);
  const place = placeOf(context);
  const shown: Span[] = place === null ? [] : [{ text: `  ${placeWords(place)} `, as: 'text' }];
  if (overlay === null && screen.name === 'log' && panels.isErrorsOnly) {
    return [{ text: 'errors only', as: 'muted' }, ...shown];
  }
  const isList = overlay?.name !== 'help' && overlay?.name !== 'palette' && screen.name === 'list';
  if (!isList || publications.size === 0) return shown;
  const { length } = context.visible;
  if (length !== publications.size && place?.kind === 'cursor') {
    shown[0] = { text: `  ${placeWords(place)} of ${publications.size} ` };
  }
  if (width < narrow) return shown;
  const order: Span = {
    text: list.held ? 'order held' : sortWords(list, glyphs),
    as: list.held ? 'warning' : 'muted',
  };
  return [order, ...shown];
}

function sortWords({ sort, isReversed }: ListState, { ascending, descending }: Glyphs): string {
  if (sort === 'newest') return isReversed ? 'oldest first' : 'newest first';
  // names and health states begin with the first and the worst, numbers with the largest
  const isAscending = (sort === 'name' || sort === 'health') !== isReversed;
  return `by ${sort} ${isAscending ? ascending : descending}`;
}
