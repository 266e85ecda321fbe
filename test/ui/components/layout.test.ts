import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitColumns } from '../../../source/ui/components/fit-columns.ts';
import { keepByPriority } from '../../../source/ui/components/keep-by-priority.ts';
import { formatPercent, progressBar } from '../../../source/ui/components/progress-bar.ts';
import { scrollWindow } from '../../../source/ui/components/scroll-window.ts';
import { cutSpans, fieldSpans, spansWidth } from '../../../source/ui/components/spans.ts';
import { textOf } from '../../../source/ui/state/text-state.ts';
import { asciiGlyphs, unicodeGlyphs } from '../../../source/ui/theme/glyphs.ts';

describe('fitting columns', () => {
  const columns = [
    { key: 'health', minWidth: 10, grow: 0, priority: 0 },
    { key: 'name', minWidth: 10, wantedWidth: 20, grow: 1, priority: 0 },
    { key: 'rate', minWidth: 8, grow: 0, priority: 1 },
    { key: 'peers', minWidth: 5, grow: 0, priority: 2 },
    { key: 'size', minWidth: 6, grow: 0, priority: 3 },
  ];
  const fittedTo = (width: number) =>
    fitColumns(columns, width, 1).map(({ column, width: cells }) => `${column.key} ${cells}`);

  it('gives what is left to the columns that grow', () => {
    expect(fittedTo(80)).toEqual(['health 10', 'name 47', 'rate 8', 'peers 5', 'size 6']);
  });

  it('drops by priority, and only then narrows the name', () => {
    expect(fittedTo(52)).toEqual(['health 10', 'name 26', 'rate 8', 'peers 5']);
    expect(fittedTo(45)).toEqual(['health 10', 'name 25', 'rate 8']);
    expect(fittedTo(30)).toEqual(['health 10', 'name 10', 'rate 8']);
    expect(fittedTo(29)).toEqual(['health 10', 'name 18']);
  });

  it('is exactly as wide as asked whenever the smallest fits', () => {
    fc.assert(
      fc.property(fc.integer({ min: 21, max: 300 }), (width) => {
        const fitted = fitColumns(columns, width, 1);
        const sum = fitted.reduce((total, column) => total + column.width, fitted.length - 1);
        expect(sum).toBe(width);
      }),
    );
  });
});

describe('keeping by priority', () => {
  const items = [
    { width: 10, priority: 2 },
    { width: 10, priority: 0 },
    { width: 10, priority: 2 },
  ];

  it('keeps the order and leaves out the last of the least', () => {
    expect(keepByPriority(items, 2, 34)).toEqual(items);
    expect(keepByPriority(items, 2, 33)).toEqual([items[0], items[1]]);
    expect(keepByPriority(items, 2, 10)).toEqual([items[1]]);
    expect(keepByPriority(items, 2, 9)).toEqual([]);
  });
});

describe('the scroll window', () => {
  it('moves no further than needed', () => {
    expect(scrollWindow(0, 4, 100, 10)).toBe(0);
    expect(scrollWindow(0, 10, 100, 10)).toBe(1);
    expect(scrollWindow(5, 4, 100, 10)).toBe(4);
    expect(scrollWindow(90, 95, 96, 10)).toBe(86);
  });

  it('always shows the cursor, and nothing beyond the end', () => {
    const numbers = fc.integer({ min: 0, max: 200 });
    fc.assert(
      fc.property(
        numbers,
        numbers,
        numbers,
        fc.integer({ min: 1, max: 50 }),
        (previous, at, more, height) => {
          const count = at + 1 + more;
          const top = scrollWindow(previous, at, count, height);
          expect(top).toBeGreaterThanOrEqual(0);
          expect(top).toBeLessThanOrEqual(at);
          expect(at).toBeLessThan(top + height);
          expect(top).toBeLessThanOrEqual(Math.max(0, count - height));
        },
      ),
    );
  });
});

describe('progress bars', () => {
  it('is as wide as asked at every share', () => {
    for (const glyphs of [unicodeGlyphs, asciiGlyphs]) {
      for (let share = -0.2; share <= 1.2; share += 0.013) {
        const { full, empty } = progressBar(share, 17, glyphs);
        expect((full + empty).length).toBe(17);
      }
    }
  });

  it('shows halves where there is a glyph for them', () => {
    expect(progressBar(0.25, 10, unicodeGlyphs)).toEqual({ full: '━━╾', empty: '───────' });
    expect(progressBar(0.25, 10, asciiGlyphs)).toEqual({ full: '##', empty: '........' });
  });

  it('says 100 % only when it is all', () => {
    expect(formatPercent(0)).toBe('  0 %');
    expect(formatPercent(0.9999)).toBe(' 99 %');
    expect(formatPercent(1)).toBe('100 %');
  });
});

describe('spans', () => {
  it('marks where a line was cut', () => {
    const line = [{ text: 'abc' }, { text: 'def' }];
    expect(cutSpans(line, 6, '…')).toEqual(line);
    expect(cutSpans(line, 5, '…')).toEqual([{ text: 'abc' }, { text: 'd…' }]);
    expect(cutSpans(line, 3, '…')).toEqual([{ text: 'ab…' }]);
  });

  it('never exceeds its width, whatever is in it', () => {
    const texts = fc.array(fc.string({ unit: 'grapheme' }).map((text) => ({ text })));
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 30 }), (line, width) => {
        expect(spansWidth(cutSpans(line, width, '…'))).toBeLessThanOrEqual(width);
      }),
    );
  });

  it('keeps the caret in view', () => {
    expect(fieldSpans(textOf('abc'), 10)).toEqual([
      { text: 'abc' },
      { text: ' ', as: 'caret' },
      { text: '' },
    ]);
    expect(fieldSpans(textOf('abcdef'), 4)[0]).toEqual({ text: 'def' });
    expect(fieldSpans({ value: '日本語', caret: 1 }, 10)[1]).toEqual({ text: '本', as: 'caret' });
  });

  it('makes what is in a field harmless: it may be the name of a stranger’s file', () => {
    const name = 'a\u001b]52;c;eA==\u0007\u202eb';
    for (const caret of [0, 2, name.length]) {
      const shown = fieldSpans({ value: name, caret }, 40).map(({ text }) => text);
      expect(shown.join('').trimEnd()).toBe('a\ufffd]52;c;eA==\ufffd\ufffdb');
    }
  });
});
