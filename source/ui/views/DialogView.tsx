import type { OverallLimit } from '../../control/engine.ts';
import { Lines } from '../components/Lines.tsx';
import { fieldSpans, type Span, spansWidth } from '../components/spans.ts';
import { useEngine } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { answersOf, type ChoiceDialog, type Dialog, isQuestion } from '../state/dialogs.ts';
import type { TextState } from '../state/text-state.ts';
import { textWidth, truncate, wrapText } from '../terminal/text-width.ts';
import type { Glyphs } from '../theme/glyphs.ts';
import { type DialogFacts, dialogEffects, dialogSubject, dialogTitle } from './dialog-words.ts';

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
  const limit = useEngine((state) => state.status?.limit);
  const id = dialogSubject(dialog);
  const name = names.get(id)?.name ?? '';
  const lines = dialogLines(dialog, { name, limit }, width, height, glyphs);
  return <Lines lines={lines} width={width} height={Math.min(height, lines.length)} />;
}

/** How many rows a dialog takes at the bottom of the body. */
export function dialogHeight(
  dialog: Dialog,
  limit: OverallLimit | undefined,
  width: number,
  glyphs: Glyphs,
): number {
  return dialogLines(dialog, { name: '', limit }, width, Number.MAX_SAFE_INTEGER, glyphs).length;
}

/** Where there is little room, what is asked stays, and what comes of it is cut. */
function dialogLines(
  dialog: Dialog,
  facts: DialogFacts,
  width: number,
  height: number,
  glyphs: Glyphs,
): Span[][] {
  const asks = 'typed' in dialog ? field(dialog.typed, width) : choice(dialog, glyphs);
  const title = ruleWithTitle(dialog, dialogTitle(dialog, facts.name), width, glyphs);
  const answers = fitAnswers(asks, width);
  const effects = dialogEffects(dialog, facts).flatMap((effect) => wrapText(effect, width - 4));
  return [
    title,
    ...effects
      .slice(0, Math.max(0, height - answers.length - 1))
      .map((text) => [{ text: `  ${text}` }]),
    ...answers,
  ];
}

function choice(dialog: ChoiceDialog, { cursor }: Glyphs): Span[] {
  return answersOf(dialog).map((label, place) =>
    place === dialog.choice
      ? { text: ` ${cursor} ${label} `, as: 'selected' }
      : { text: ` ${' '.repeat(cursor.length)} ${label} ` },
  );
}

function field(typed: TextState, width: number): Span[] {
  return [{ text: ' ' }, ...fieldSpans(typed, width - 4)];
}

/** Answers on one line where they fit, else one below the other. */
function fitAnswers(answers: readonly Span[], width: number): Span[][] {
  const line: Span[] = [{ text: ' ' }, ...answers];
  if (spansWidth(line) < width) return [line];
  return answers.map((answer) => [{ text: ' ' }, answer]);
}

function ruleWithTitle(
  { name }: Dialog,
  what: string,
  width: number,
  { rule, ellipsis }: Glyphs,
): Span[] {
  const isAsking = isQuestion({ name });
  const title = ` ${truncate(what, width - 8, ellipsis)}${isAsking ? '?' : ''} `;
  return [
    { text: rule.repeat(2), as: 'rule' },
    { text: title, as: isAsking ? 'bad' : 'strong' },
    { text: rule.repeat(Math.max(0, width - textWidth(title) - 2)), as: 'rule' },
  ];
}
