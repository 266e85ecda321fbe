import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes } from '../../format/units.ts';
import { counted } from '../components/counted.ts';
import { Lines } from '../components/Lines.tsx';
import { fieldSpans, type Span, spansWidth } from '../components/spans.ts';
import { useEngine } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { answersOf, type ChoiceDialog, type DeleteDialog, type Dialog } from '../state/dialogs.ts';
import { textWidth, truncate, wrapText } from '../terminal/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';

interface DialogViewProps {
  readonly dialog: Dialog;
  readonly width: number;
  /** What there is at most: a terminal of 10 rows leaves little. */
  readonly height: number;
}

/** A question before something is done: names what goes and what stays. */
export function DialogView({ dialog, width, height }: DialogViewProps) {
  const { glyphs } = useTheme();
  const names = useEngine((state) => state.publications);
  const [id = 0] = dialog.name === 'confirm-remove' ? dialog.ids : [];
  const name = names.get(id)?.name ?? '';
  const lines = dialogLines(dialog, name, width, glyphs);
  return <Lines lines={lines} width={width} height={Math.min(height, lines.length)} />;
}

/** How many rows a dialog takes at the bottom of the body. */
export function dialogHeight(dialog: Dialog, width: number, glyphs: Glyphs): number {
  return dialogLines(dialog, '', width, glyphs).length;
}

function dialogLines(dialog: Dialog, name: string, width: number, glyphs: Glyphs): Span[][] {
  const asks = dialog.name === 'confirm-delete' ? deletion(dialog, width) : choice(dialog, glyphs);
  return [
    ruleWithTitle(titleOf(dialog, name), width, glyphs),
    ...wrapText(effectOf(dialog), width - 4).map((text) => [{ text: `  ${text}` }]),
    ...fitAnswers(asks, width),
  ];
}

function titleOf(dialog: Dialog, name: string): string {
  switch (dialog.name) {
    case 'confirm-remove':
      return `Remove ${dialog.ids.length === 1 ? stripControls(name) : counted(dialog.ids.length, 'publication')}`;
    case 'confirm-stop':
      return 'Stop the engine';
    case 'confirm-delete':
      return `Delete the data of ${stripControls(dialog.publication)}`;
  }
}

function effectOf(dialog: Dialog): string {
  switch (dialog.name) {
    case 'confirm-remove':
      return dialog.ids.length === 1
        ? 'It leaves the tracker and is no longer seeded; its links stop working. Its data stays on disk.'
        : 'They leave the tracker and are no longer seeded; their links stop working. Their data stays on disk.';
    case 'confirm-stop':
      return 'Nothing is tracked or seeded until it is started again. What is published is kept.';
    case 'confirm-delete':
      return `${formatBytes(dialog.size)} at ${stripControls(dialog.path)} are deleted for good. To do it, type the name:`;
  }
}

function choice(dialog: ChoiceDialog, { cursor }: Glyphs): Span[] {
  return answersOf(dialog).map((label, place) =>
    place === dialog.choice
      ? { text: ` ${cursor} ${label} `, as: 'selected' }
      : { text: ` ${' '.repeat(cursor.length)} ${label} ` },
  );
}

function deletion({ typed }: DeleteDialog, width: number): Span[] {
  const field = fieldSpans(typed, width - 4);
  return [{ text: ' ' }, ...field];
}

/** Answers on one line where they fit, else one below the other. */
function fitAnswers(answers: readonly Span[], width: number): Span[][] {
  const line: Span[] = [{ text: ' ' }, ...answers];
  if (spansWidth(line) < width) return [line];
  return answers.map((answer) => [{ text: ' ' }, answer]);
}

function ruleWithTitle(what: string, width: number, { rule, ellipsis }: Glyphs): Span[] {
  const title = ` ${truncate(what, width - 8, ellipsis)}? `;
  return [
    { text: rule.repeat(2), as: 'rule' },
    { text: title, as: 'bad' },
    { text: rule.repeat(Math.max(0, width - textWidth(title) - 2)), as: 'rule' },
  ];
}
