import type { OverallLimit } from '../../control/engine.ts';
import { stripControls } from '../../format/terminal-text.ts';
import { formatBytes, formatRate } from '../../format/units.ts';
import { counted } from '../components/counted.ts';
import { Lines } from '../components/Lines.tsx';
import { fieldSpans, type Span, spansWidth } from '../components/spans.ts';
import { useEngine } from '../hooks/use-dashboard.ts';
import { useTheme } from '../hooks/use-theme.ts';
import { answersOf, type ChoiceDialog, type Dialog, type LimitDialog } from '../state/dialogs.ts';
import type { TextState } from '../state/text-state.ts';
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
  const limit = useEngine((state) => state.status?.limit);
  const [id = 0] = 'ids' in dialog ? (dialog.ids ?? []) : [];
  const name = names.get(id)?.name ?? '';
  const lines = dialogLines(dialog, { name, limit }, width, height, glyphs);
  return <Lines lines={lines} width={width} height={Math.min(height, lines.length)} />;
}

/** What a dialog tells that only the engine knows. */
interface DialogFacts {
  /** Of the publication that it is about, where that is one. */
  name: string;
  limit: OverallLimit | undefined;
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
  const title = ruleWithTitle(dialog, titleOf(dialog, facts.name), width, glyphs);
  const answers = fitAnswers(asks, width);
  const effects = effectOf(dialog, facts).flatMap((effect) => wrapText(effect, width - 4));
  return [
    title,
    ...effects
      .slice(0, Math.max(0, height - answers.length - 1))
      .map((text) => [{ text: `  ${text}` }]),
    ...answers,
  ];
}

function titleOf(dialog: Dialog, name: string): string {
  const subject = (ids: readonly number[]) =>
    ids.length === 1 ? stripControls(name) : counted(ids.length, 'publication');
  switch (dialog.name) {
    case 'confirm-remove':
      return `Remove ${subject(dialog.ids)}`;
    case 'confirm-stop':
      return 'Stop the engine';
    case 'confirm-delete':
      return `Delete the data of ${stripControls(dialog.publication)}`;
    case 'limit':
      return `Upload limit of ${dialog.ids ? subject(dialog.ids) : 'all together'}`;
  }
}

/** What comes of it, each a paragraph. */
function effectOf(dialog: Dialog, { limit }: DialogFacts): string[] {
  switch (dialog.name) {
    case 'confirm-remove':
      return [
        dialog.ids.length === 1
          ? 'It leaves the tracker and is no longer seeded; its links stop working. Its data stays on disk.'
          : 'They leave the tracker and are no longer seeded; their links stop working. Their data stays on disk.',
      ];
    case 'confirm-stop':
      return ['Nothing is tracked or seeded until it is started again. What is published is kept.'];
    case 'confirm-delete':
      return [
        `${formatBytes(dialog.size)} at ${stripControls(dialog.path)} are deleted for good. To do it, type the name:`,
      ];
    case 'limit':
      return limitEffect(dialog, limit);
  }
}

/** The limit of all together holds besides, so it is told in both cases. */
function limitEffect({ ids }: LimitDialog, limit: OverallLimit | undefined): string[] {
  const now = limit?.now == null ? 'not limited' : `at most ${formatRate(limit.now)}`;
  const schedule = (limit?.schedule ?? []).map(scheduledWords).join('; ');
  const otherwise = schedule === '' ? '' : ' when the schedule says nothing else';
  return [
    ids === null
      ? `A rate${otherwise}, such as 500K or 2M; or none.`
      : `${ids.length === 1 ? 'A rate' : 'Of each, a rate'} to all its peers together, such as 500K or 2M; or none.`,
    `All together: ${now} now. ${schedule === '' ? 'There is no schedule.' : `Schedule: ${schedule}.`}`,
  ];
}

/** A line of the schedule, its bytes per second in words. */
function scheduledWords(line: string): string {
  return line.replace(/\d+$/, (rate) => (rate === '0' ? 'no limit' : formatRate(Number(rate))));
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
  const isQuestion = name !== 'limit';
  const title = ` ${truncate(what, width - 8, ellipsis)}${isQuestion ? '?' : ''} `;
  return [
    { text: rule.repeat(2), as: 'rule' },
    { text: title, as: isQuestion ? 'bad' : 'strong' },
    { text: rule.repeat(Math.max(0, width - textWidth(title) - 2)), as: 'rule' },
  ];
}
