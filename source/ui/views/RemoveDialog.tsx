import { stripControls } from '../../format/terminal-text.ts';
import { Lines } from '../components/Lines.tsx';
import type { Span } from '../components/spans.ts';
import { useEngine } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { textWidth, truncate, wrapText } from '../terminal/text-width.ts';

interface RemoveDialogProps {
  readonly id: number;
  readonly choice: 'keep' | 'remove';
  readonly width: number;
}

const effect =
  'It leaves the tracker and is no longer seeded; its links stop working. Its data stays on disk.';

/** How many rows the dialog takes at the bottom of the body. */
export function removeDialogHeight(width: number): number {
  return wrapText(effect, width - 4).length + 2;
}

/** Asks before removing: names what goes and what stays, and stands on "keep". */
export function RemoveDialog({ id, choice, width }: RemoveDialogProps) {
  const { glyphs } = useTheme();
  const name = useEngine((state) => state.publications.get(id)?.name ?? '');
  const title = ` Remove ${truncate(stripControls(name), width - 16, glyphs.ellipsis)}? `;
  const lines: Span[][] = [
    ruleWithTitle(title, width, glyphs.rule),
    ...wrapText(effect, width - 4).map((text) => [{ text: `  ${text}` }]),
    [
      { text: '  ' },
      button('Keep it', choice === 'keep', glyphs.cursor),
      { text: '   ' },
      button('Remove it', choice === 'remove', glyphs.cursor),
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
