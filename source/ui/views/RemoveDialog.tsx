import { stripControls } from '../../format/terminal-text.ts';
import { counted } from '../components/counted.ts';
import { Lines } from '../components/Lines.tsx';
import type { Span } from '../components/spans.ts';
import { useEngine } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { textWidth, truncate, wrapText } from '../terminal/text-width.ts';

interface RemoveDialogProps {
  readonly ids: readonly number[];
  readonly choice: 'keep' | 'remove';
  readonly width: number;
}

function effectOn(count: number): string {
  return count === 1
    ? 'It leaves the tracker and is no longer seeded; its links stop working. Its data stays on disk.'
    : 'They leave the tracker and are no longer seeded; their links stop working. Their data stays on disk.';
}

/** How many rows the dialog takes at the bottom of the body. */
export function removeDialogHeight(count: number, width: number): number {
  return wrapText(effectOn(count), width - 4).length + 2;
}

/** Asks before removing: names what goes and what stays, and stands on "keep". */
export function RemoveDialog({ ids, choice, width }: RemoveDialogProps) {
  const { glyphs } = useTheme();
  const name = useEngine((state) => state.publications.get(ids[0] ?? 0)?.name ?? '');
  const what = ids.length === 1 ? stripControls(name) : counted(ids.length, 'publication');
  const title = ` Remove ${truncate(what, width - 16, glyphs.ellipsis)}? `;
  const lines: Span[][] = [
    ruleWithTitle(title, width, glyphs.rule),
    ...wrapText(effectOn(ids.length), width - 4).map((text) => [{ text: `  ${text}` }]),
    [
      { text: '  ' },
      button(ids.length === 1 ? 'Keep it' : 'Keep them', choice === 'keep', glyphs.cursor),
      { text: '   ' },
      button(ids.length === 1 ? 'Remove it' : 'Remove them', choice === 'remove', glyphs.cursor),
    ],
  ];
  return <Lines lines={lines} width={width} height={lines.length} />;
}

function button(label: string, isChosen: boolean, cursor: string): Span {
  return isChosen
    ? { text: ` ${cursor} ${label} `, as: 'selected' }
    : { text: ` ${' '.repeat(cursor.length)} ${label} `, as: 'text' };
}

function ruleWithTitle(title: string, width: number, rule: string): Span[] {
  return [
    { text: rule.repeat(2), as: 'rule' },
    { text: title, as: 'bad' },
    { text: rule.repeat(Math.max(0, width - textWidth(title) - 2)), as: 'rule' },
  ];
}
