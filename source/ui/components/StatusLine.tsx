import { stripControls } from '../../format/terminal-text.ts';
import { useDashboard, useEngine, useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { locateCursor } from '../state/visible-publications.ts';
import { Line } from './Line.tsx';
import { cutSpans, fieldSpans, type Span, spansWidth } from './spans.ts';

interface StatusLineProps {
  readonly width: number;
}

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
  if (screen === 'list' && isFiltering) {
    return [{ text: ' / ', as: 'key' }, ...fieldSpans(filter, width - 3)];
  }
  if (message?.kind === 'error') {
    return [{ text: ` ${glyphs.failed} ${stripControls(message.text)}`, as: 'bad' }];
  }
  if (message) return [{ text: ` ${glyphs.done} ${message.text}`, as: 'good' }];
  if (screen === 'list' && filter.value !== '') {
    return [
      { text: ' filter ', as: 'muted' },
      { text: stripControls(filter.value), as: 'accent' },
    ];
  }
  return [];
}

function usePosition(): Span[] {
  const { commandContext } = useDashboard();
  const list = useUi((state) => state.list);
  const screen = useUi((state) => state.screen.name);
  const publications = useEngine((state) => state.publications);
  const { visible } = commandContext();
  if (screen !== 'list' || publications.size === 0) return [];
  const place = `${locateCursor(visible, list.cursor) + 1}/${visible.length}`;
  const ofAll = visible.length === publications.size ? '' : ` of ${publications.size}`;
  return [
    { text: list.sort === 'newest' ? 'newest first' : `by ${list.sort}`, as: 'muted' },
    { text: `  ${place}${ofAll} ` },
  ];
}
