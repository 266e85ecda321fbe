import type { Seen } from '../actions/services.ts';
import type { TextState } from '../state/text-state.ts';

/** Something that a screen reader is given to say. */
export interface Sentence {
  /** Tells it from the others of its view. */
  key: string;
  text: string;
  /**
   * What has to change for it to be said again: its text unless told; null for what changes all the
   * time, and so is said on arrival and when it is asked for only.
   */
  when?: string | null;
  /** What is said when it is not so any more, where that is worth saying. */
  gone?: string;
}

/** The lines of a view that keys go through one by one. */
export interface Page {
  count: number;
  /** The line that the cursor is on, or that was scrolled to. */
  at: number;
  /** Lines that are read from the first to the last; those of a list are chosen from instead. */
  isText: boolean;
  line(index: number): Sentence;
}

/** What is being typed, and where. */
export interface Field {
  label: string;
  text: TextState;
}

/** A view in words. */
export interface Reading {
  /** Tells one view from another: whoever comes to it is told all of it. */
  place: string;
  heads: readonly Sentence[];
  page: Page | null;
  field: Field | null;
}

/** What a view is put into words from. */
export interface View extends Seen {
  /** Milliseconds since the epoch. */
  now: number;
}

/** A place without a line for each of what it has, unless told otherwise. */
export function reading(place: string, parts: Partial<Omit<Reading, 'place'>>): Reading {
  return { place, heads: [], page: null, field: null, ...parts };
}

/** Lines that are all there already, and read from `at` on. */
export function textPage(lines: readonly Sentence[], at: number): Page | null {
  if (lines.length === 0) return null;
  return {
    count: lines.length,
    at: Math.min(at, lines.length - 1),
    isText: true,
    line: (index) => lines[index] ?? { key: '', text: '' },
  };
}

/** A list that something is chosen from; null when nothing is in it. */
export function listPage<Item>(
  items: readonly Item[],
  at: number,
  sentence: (item: Item) => Sentence,
): Page | null {
  if (items.length === 0) return null;
  return {
    count: items.length,
    at: Math.max(0, Math.min(at, items.length - 1)),
    isText: false,
    line(index) {
      const item = items[index];
      return item === undefined ? { key: '', text: '' } : sentence(item);
    },
  };
}

/** Facts joined into one line, those that do not apply left out. */
export function joined(...facts: readonly (string | false | null | undefined)[]): string {
  return facts.filter(Boolean).join(', ');
}
