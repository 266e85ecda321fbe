import { useDashboard, useEngine, useUi } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import type { Hint } from '../keys/command.ts';
import { hintsOf } from '../keys/command-table.ts';
import { focusOf } from '../keys/focus.ts';
import { hintLabel } from '../keys/key-labels.ts';
import { keepByPriority } from './keep-by-priority.ts';
import { Line } from './Line.tsx';
import { type Span, spansWidth } from './spans.ts';

interface HintBarProps {
  readonly width: number;
}

const gap = 2;

/**
 * The keys that work now and, dimmed, those that would say why they do not. When there is no room for
 * all, the way to help and out stay.
 */
export function HintBar({ width }: HintBarProps) {
  const { commandContext } = useDashboard();
  const { glyphs } = useTheme();
  const ui = useUi((state) => state);
  // What can run depends on the engine too.
  useEngine((state) => state);
  const hints = hintsOf(focusOf(ui), commandContext()).map((hint, position) => {
    const { command, label, reason } = hint;
    const spans: Span[] = [
      { text: hintLabel(command.keys[0] ?? '', glyphs), as: reason === null ? 'key' : 'muted' },
      { text: ` ${label}`, as: 'muted' },
    ];
    return { spans, width: spansWidth(spans), priority: hintPriority(hint, position) };
  });
  const kept = keepByPriority(hints, gap, width - 2);
  return (
    <Line
      width={width}
      spans={kept.flatMap(({ spans }, position) => [
        { text: ' '.repeat(position === 0 ? 1 : gap) },
        ...spans,
      ])}
    />
  );
}

/** What only this part of a view has: nothing else on the screen tells of it. */
const ofThisPart: readonly string[] = ['detail.sort-peers', 'detail.span'];

/** The lowest stay longest; what cannot run now gives way to what comes a little later in the table. */
function hintPriority({ command: { id, keys }, reason }: Hint, position: number): number {
  if (reason !== null) return position + 9;
  if (id.startsWith('help.open')) return 0;
  if (id === 'detach' || id === 'engine.retry' || keys[0] === 'escape') return 1;
  return ofThisPart.includes(id) ? 2 : position + 3;
}
