import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pastedLine, textEditFor } from '../../../source/ui/keys/text-keys.ts';
import {
  editPath,
  editText,
  emptyText,
  type TextEdit,
  type TextState,
  textOf,
} from '../../../source/ui/state/text-state.ts';
import { graphemes } from '../../../source/ui/terminal/text-width.ts';

const edited = (start: TextState, ...edits: TextEdit['type'][]) =>
  edits.reduce(
    (state, type) => editText(state, type === 'insert' ? { type, text: 'x' } : { type }),
    start,
  );

describe('editing a line', () => {
  it('inserts at the caret', () => {
    expect(edited(textOf('ab'), 'move-left', 'insert')).toEqual({ value: 'axb', caret: 2 });
  });

  it('deletes whole characters', () => {
    expect(edited(textOf('ae\u0301'), 'delete-backward')).toEqual({ value: 'a', caret: 1 });
    expect(edited({ value: '👩‍👧b', caret: 0 }, 'delete-forward')).toEqual({
      value: 'b',
      caret: 0,
    });
    expect(edited(emptyText, 'delete-backward', 'delete-forward')).toEqual(emptyText);
  });

  it('deletes words, and paths part by part', () => {
    expect(edited(textOf('one two'), 'delete-word').value).toBe('one ');
    expect(edited(textOf('/srv/images/'), 'delete-word').value).toBe('/srv/');
    expect(edited(textOf('one two'), 'move-word-left', 'move-word-left').caret).toBe(0);
    expect(edited({ value: 'one two', caret: 0 }, 'move-word-right').caret).toBe(3);
  });

  it('cuts to either end', () => {
    const middle = { value: 'abcd', caret: 2 };
    expect(edited(middle, 'delete-to-start')).toEqual({ value: 'cd', caret: 0 });
    expect(edited(middle, 'delete-to-end')).toEqual({ value: 'ab', caret: 2 });
  });

  it('keeps the caret between characters, whatever is done', () => {
    const types: TextEdit['type'][] = [
      'delete-backward',
      'delete-forward',
      'delete-word',
      'delete-to-start',
      'delete-to-end',
      'move-left',
      'move-right',
      'move-word-left',
      'move-word-right',
      'move-to-start',
      'move-to-end',
    ];
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.array(fc.constantFrom(...types)),
        (value, edits) => {
          const state = edited(textOf(value), ...edits);
          expect(state.caret).toBeGreaterThanOrEqual(0);
          expect(state.caret).toBeLessThanOrEqual(state.value.length);
          const split = [state.value.slice(0, state.caret), state.value.slice(state.caret)];
          const count = graphemes(state.value).length;
          expect(split.flatMap(graphemes)).toHaveLength(count);
        },
      ),
    );
  });
});

describe('keys in a field', () => {
  it('types what has text, edits with the rest', () => {
    expect(textEditFor({ name: 'space', text: ' ' })).toEqual({ type: 'insert', text: ' ' });
    expect(textEditFor({ name: 'ctrl+w', text: '' })).toEqual({ type: 'delete-word' });
    expect(textEditFor({ name: 'enter', text: '' })).toBeNull();
  });

  it('makes one line of a paste', () => {
    expect(pastedLine(' a\r\nb\u001b[2Jc\n')).toBe('a b [2Jc');
  });
});

describe('editing a path that is begun', () => {
  const type = (start: TextState, text: string) =>
    [...text].reduce(
      (state, letter) => editPath(state, { type: 'insert', text: letter }, '/srv/'),
      start,
    ).value;

  it('goes on from there, or anew from the root or from home', () => {
    expect(type(textOf('/srv/'), 'a/b')).toBe('/srv/a/b');
    expect(type(textOf('/srv/'), '/tmp/x')).toBe('/tmp/x');
    expect(type(textOf('/srv/'), '~/x')).toBe('~/x');
  });

  it('takes the same letters as they are anywhere else', () => {
    expect(type(textOf('/srv/a'), '/~b')).toBe('/srv/a/~b');
    expect(type({ value: '/srv/', caret: 0 }, '/')).toBe('//srv/');
  });
});
