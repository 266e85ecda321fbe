import type { PublishPreview } from '../../../control/protocol.ts';
import { stripControls } from '../../../format/terminal-text.ts';
import { formatBytes } from '../../../format/units.ts';
import { counted } from '../../components/counted.ts';
import { Lines } from '../../components/Lines.tsx';
import { fieldSpans, type Span } from '../../components/spans.ts';
import { useTheme } from '../../hooks/use-theme.ts';
import type { FormField, PublishForm } from '../../state/publish-state.ts';
import { truncateStart, wrapText } from '../../terminal/text-width.ts';
import type { Glyphs } from '../../theme/glyphs.ts';

interface FormViewProps {
  readonly form: PublishForm;
  readonly width: number;
  readonly height: number;
}

const labelWidth = 10;
const indent = 3;

/** What is published and how: the defaults, three of them open to change. */
export function FormView({ form, width, height }: FormViewProps) {
  const { glyphs } = useTheme();
  const room = width - labelWidth - indent - 1;
  const path = truncateStart(stripControls(form.path), room, glyphs.ellipsis);
  return (
    <Lines
      width={width}
      height={height}
      lines={[
        [{ text: ' Publish', as: 'strong' }],
        null,
        labelled('Path', [{ text: path }]),
        ...contentLines(form, glyphs, width),
        null,
        field(form, 'name', textSpans(form, 'name', room), glyphs),
        field(form, 'comment', textSpans(form, 'comment', room), glyphs),
        field(form, 'private', privateSpans(form, glyphs), glyphs),
        null,
        form.preview
          ? [
              { text: '   Enter', as: 'key' },
              { text: ' publishes it.', as: 'muted' },
            ]
          : null,
      ]}
    />
  );
}

function contentLines(
  { preview, refusal, isSubmitted }: PublishForm,
  glyphs: Glyphs,
  width: number,
) {
  if (refusal !== null) {
    return wrapText(`${glyphs.failed} ${stripControls(refusal)}`, width - indent - 1).map(
      (text): Span[] => [{ text: ' '.repeat(indent) + text, as: 'bad' }],
    );
  }
  if (!preview) {
    const doing = isSubmitted ? 'Publishing as soon as it is known' : 'Looking at it';
    return [labelled('Size', [{ text: `${doing}${glyphs.ellipsis}`, as: 'muted' }])];
  }
  return [
    labelled('Size', [{ text: sizeSentence(preview) }]),
    labelled('Pieces', [
      { text: `${preview.pieces} of ${formatBytes(preview.pieceLength)}, ${preview.format}` },
    ]),
    ...leftOutLines(preview),
  ];
}

/** Says what stays behind before it does: the first by name, the others by number. */
function leftOutLines({ leftOut }: PublishPreview): Span[][] {
  const [first] = leftOut;
  if (!first) return [];
  const others = leftOut.length === 1 ? '' : ` and ${leftOut.length - 1} more`;
  const text = stripControls(`${first.path} (${first.reason})`) + others;
  return [labelled('Left out', [{ text, as: 'warning' }])];
}

function sizeSentence({ size, files }: PublishPreview): string {
  return `${formatBytes(size)} in ${counted(files, 'file')}`;
}

function labelled(label: string, value: readonly Span[]): Span[] {
  return [{ text: ' '.repeat(indent) + label.padEnd(labelWidth), as: 'muted' }, ...value];
}

function field(form: PublishForm, name: FormField, value: readonly Span[], glyphs: Glyphs): Span[] {
  const isFocused = form.field === name;
  const mark = isFocused ? glyphs.cursor : ' ';
  const label = (name.charAt(0).toUpperCase() + name.slice(1)).padEnd(labelWidth);
  return [{ text: ` ${mark} ${label}`, as: isFocused ? 'key' : 'muted' }, ...value];
}

function textSpans(form: PublishForm, name: 'name' | 'comment', width: number): Span[] {
  const text = form[name];
  if (form.field === name) return fieldSpans(text, width);
  return [
    { text: text.value === '' ? 'none' : text.value, as: text.value === '' ? 'muted' : 'text' },
  ];
}

function privateSpans({ isPrivate, field: focused }: PublishForm, glyphs: Glyphs): Span[] {
  return [
    {
      text: isPrivate ? glyphs.checked : glyphs.unchecked,
      as: focused === 'private' ? 'selected' : 'text',
    },
    { text: ' peers only from its trackers', as: 'muted' },
  ];
}
