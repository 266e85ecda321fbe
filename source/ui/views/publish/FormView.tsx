import { Box } from 'ink';
import type { PublishPreview } from '../../../control/publishing.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { Lines } from '../../components/Lines.tsx';
import type { Span } from '../../components/spans.ts';
import { useScrollTop } from '../../hooks/use-scroll-top.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import { type FormField, moreFields } from '../../state/form-fields.ts';
import {
  fieldError,
  fieldsOf,
  firstError,
  moreRow,
  type PublishForm,
  refusalOf,
  rowsOf,
} from '../../state/publish-form.ts';
import { truncateStart, wrapText } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';
import { piecesSentence, sizeSentence } from './content-words.ts';
import { formLabelWidth, labelled, moreSpans, rowSpans } from './form-rows.ts';

interface FormViewProps {
  readonly form: PublishForm;
  readonly width: number;
  readonly height: number;
}

const indent = 3;
/** The most that an explanation takes in a terminal of 40 columns. */
const explanationRows = 3;
const leastRoom = 3;
const roomyRows = 14;

/** What is published and how: the defaults, all of them open to change and explained. */
export function FormView({ form, width, height }: FormViewProps) {
  const { glyphs } = useTheme();
  const fitting = [true, false]
    .map((namesMore) => explainedLines(form, width, namesMore, glyphs))
    .find((lines) => lines.filter((line) => line !== null).length <= height);
  return fitting ? (
    <Lines lines={fitting} width={width} height={height} />
  ) : (
    <ShortForm form={form} width={width} height={height} />
  );
}

/**
 * Each field with what it is about below it, for where there is room for all of them; and what else
 * there is to choose by its names, if `namesMore`.
 */
function explainedLines(
  form: PublishForm,
  width: number,
  namesMore: boolean,
  glyphs: Glyphs,
): (Span[] | null)[] {
  const fields = fieldsOf(form);
  const names = namesMore ? besideLabels({ text: namesOfMore, as: 'muted' }, width) : [];
  return [
    titleSpans(form, false, glyphs),
    ...factLines(form, glyphs, width),
    [],
    ...fields.flatMap((field) => [
      rowSpans(form, field, width, glyphs),
      ...besideLabels(aboutField(form, field, glyphs), width),
      null,
    ]),
    ...(form.showsMore ? [] : [moreSpans(form, glyphs), ...names]),
    [],
    enterLine(form),
  ];
}

const namesOfMore = moreFields.map(({ label }) => label).join(', ');

function besideLabels({ text, as }: Span, width: number): Span[][] {
  const before = ' '.repeat(indent + formLabelWidth);
  return wrapText(text, width - before.length - 1).map((line): Span[] => [
    { text: before + line, ...(as && { as }) },
  ]);
}

/** Where there is less, one field a line, and below them what the focused one is about. */
function ShortForm({ form, width, height }: FormViewProps) {
  const { glyphs } = useTheme();
  const isRoomy = height >= roomyRows;
  const facts = factLines(form, glyphs, width);
  const rows = rowsOf(form);
  const fields = fieldsOf(form);
  const lines = [
    ...facts,
    ...(isRoomy ? [[]] : []),
    ...rows.map((id) => {
      const field = fields.find((one) => one.id === id);
      return field ? rowSpans(form, field, width, glyphs) : moreSpans(form, glyphs);
    }),
  ];
  const explanation = explanationLines(form, width, glyphs);
  const aroundRows = 1 + Math.min(explanationRows, explanation.length) + (isRoomy ? 3 : 0);
  const room = Math.max(leastRoom, height - aroundRows);
  const focused = lines.length - rows.length + rows.indexOf(form.field);
  const top = useScrollTop(focused < room ? 0 : focused, lines.length, room);
  const refusal = refusalOf(form);
  const below = top > 0 && refusal !== null ? refusalLines(refusal, glyphs, width) : explanation;
  const shown = lines.slice(top, top + room);
  const hasMore = top + room < lines.length;
  return (
    <Box flexDirection="column" width={width} height={height} overflow="hidden">
      <Lines lines={[titleSpans(form, hasMore, glyphs)]} width={width} height={1} />
      <Lines lines={shown} width={width} height={isRoomy ? shown.length : room} />
      <Lines
        lines={isRoomy ? [[], enterLine(form), [], ...below] : below}
        width={width}
        height={Math.max(0, height - 1 - (isRoomy ? shown.length : room))}
      />
    </Box>
  );
}

function titleSpans(form: PublishForm, hasMore: boolean, glyphs: Glyphs): Span[] {
  const count = form.paths.length;
  return [
    { text: count === 1 ? ' Publish' : ` Publish ${count}, each for itself`, as: 'strong' },
    { text: hasMore ? `  (${glyphs.moveKeys} for more)` : '', as: 'muted' },
  ];
}

function factLines(form: PublishForm, glyphs: Glyphs, width: number): Span[][] {
  const room = width - formLabelWidth - indent - 1;
  const [path = ''] = form.paths;
  return [
    form.paths.length === 1
      ? labelled('Path', [{ text: truncateStart(stripControls(path), room, glyphs.ellipsis) }])
      : labelled('Paths', [{ text: pathNames(form) }]),
    ...contentLines(form, glyphs, width),
  ];
}

function pathNames({ paths }: PublishForm): string {
  return paths.map((path) => stripControls(path.slice(path.lastIndexOf('/') + 1))).join(', ');
}

function contentLines(form: PublishForm, glyphs: Glyphs, width: number): Span[][] {
  const { paths, isSubmitted } = form;
  const refusal = refusalOf(form);
  if (refusal !== null) return refusalLines(refusal, glyphs, width);
  const previews = [...form.previews.values()];
  const [preview] = previews;
  if (!preview || previews.length < paths.length) {
    const doing = isSubmitted ? 'Publishing as soon as it is known' : 'Looking at it';
    return [labelled('Size', [{ text: `${doing}${glyphs.ellipsis}`, as: 'muted' }])];
  }
  return [
    labelled('Size', [{ text: sizeSentence(previews) }]),
    ...(previews.length === 1 ? [labelled('Pieces', [{ text: piecesSentence(preview) }])] : []),
    ...leftOutLines(previews),
  ];
}

function refusalLines(refusal: string, glyphs: Glyphs, width: number): Span[][] {
  return indented(`${glyphs.failed} ${stripControls(refusal)}`, 'bad', width);
}

function indented(text: string, as: NonNullable<Span['as']>, width: number): Span[][] {
  return wrapText(text, width - indent - 1).map((line) => [
    { text: ' '.repeat(indent) + line, as },
  ]);
}

/** Says what stays behind before it does: the first by name, the others by number. */
function leftOutLines(previews: readonly PublishPreview[]): Span[][] {
  const leftOut = previews.flatMap((preview) => preview.leftOut);
  const [first] = leftOut;
  if (!first) return [];
  const others = leftOut.length === 1 ? '' : ` and ${leftOut.length - 1} more`;
  const text = stripControls(`${first.path} (${first.reason})`) + others;
  return [labelled('Left out', [{ text, as: 'warning' }])];
}

function enterLine(form: PublishForm): Span[] {
  const { previews, paths, field } = form;
  if (refusalOf(form) !== null || previews.size < paths.length || field === moreRow) return [];
  if (firstError(form)) return [];
  return [
    { text: '   Enter', as: 'key' },
    { text: paths.length === 1 ? ' publishes it.' : ' publishes them.', as: 'muted' },
  ];
}

/** What the focused field is about, or what is wrong with it. */
function explanationLines(form: PublishForm, width: number, glyphs: Glyphs): Span[][] {
  const field = fieldsOf(form).find(({ id }) => id === form.field);
  if (!field) return indented('Everything else that can be chosen.', 'muted', width);
  const { text, as = 'muted' } = aboutField(form, field, glyphs);
  return indented(text, as, width);
}

function aboutField(form: PublishForm, field: FormField, { failed }: Glyphs): Span {
  const error = fieldError(form, field);
  return error === null
    ? { text: field.explanation, as: 'muted' }
    : { text: `${failed} ${stripControls(error)}`, as: 'bad' };
}
