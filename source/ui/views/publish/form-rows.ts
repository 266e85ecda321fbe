import { stripControls } from '../../../format/terminal-text.ts';
import { fieldSpans, type Span } from '../../components/spans.ts';
import { type ChoiceField, type FormField, moreFields } from '../../state/form-fields.ts';
import {
  chosenIn,
  fieldError,
  moreRow,
  type PublishForm,
  textIn,
} from '../../state/publish-form.ts';
import type { Glyphs } from '../../theme/glyphs.ts';

export const formLabelWidth = 12;
const indent = 3;

/** A line of facts above the fields. */
export function labelled(label: string, value: readonly Span[]): Span[] {
  return [{ text: ' '.repeat(indent) + label.padEnd(formLabelWidth), as: 'muted' }, ...value];
}

/** A field of the form, with what is typed or chosen. */
export function rowSpans(
  form: PublishForm,
  field: FormField,
  width: number,
  glyphs: Glyphs,
): Span[] {
  const room = width - formLabelWidth - indent - 1;
  const isFocused = form.field === field.id;
  const value =
    field.kind === 'choice'
      ? choiceSpans(field, chosenIn(form, field.id), isFocused)
      : textSpans(form, field, isFocused, room);
  const isWrong = fieldError(form, field) !== null;
  return rowLine(isFocused, isWrong, field.label, value, glyphs);
}

/** The row that opens the other fields. */
export function moreSpans(form: PublishForm, glyphs: Glyphs): Span[] {
  const value: Span[] = [
    { text: `${moreFields.length} other choices ${glyphs.more}`, as: 'accent' },
  ];
  return rowLine(form.field === moreRow, false, 'More', value, glyphs);
}

function rowLine(
  isFocused: boolean,
  isWrong: boolean,
  label: string,
  value: readonly Span[],
  glyphs: Glyphs,
): Span[] {
  const cursor = isFocused ? glyphs.cursor : ' ';
  const mark = isWrong ? glyphs.failed : ' ';
  return [
    { text: `${cursor}${mark} `, as: isWrong ? 'bad' : 'key' },
    { text: label.padEnd(formLabelWidth), as: isFocused ? 'key' : 'muted' },
    ...value,
  ];
}

function textSpans(
  form: PublishForm,
  field: Extract<FormField, { kind: 'text' }>,
  isFocused: boolean,
  width: number,
): Span[] {
  const text = textIn(form, field.id);
  if (isFocused && text.value !== '') return fieldSpans(text, width);
  if (text.value !== '') return [{ text: stripControls(text.value) }];
  const whenEmpty: Span = { text: field.whenEmpty, as: 'muted' };
  return isFocused ? [...fieldSpans(text, 1), { text: ' ' }, whenEmpty] : [whenEmpty];
}

function choiceSpans({ choices }: ChoiceField, chosen: number, isFocused: boolean): Span[] {
  return choices.flatMap(({ label }, place): Span[] => [
    ...(place === 0 ? [] : [{ text: ' ' }]),
    place === chosen
      ? { text: `[${label}]`, as: isFocused ? 'selected' : 'text' }
      : { text: ` ${label} `, as: 'muted' },
  ]);
}
