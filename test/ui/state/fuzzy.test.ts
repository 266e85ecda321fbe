import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuzzyScore } from '../../../source/ui/state/fuzzy.ts';

const score = (typed: string, text: string) => fuzzyScore(typed, text) ?? Number.NEGATIVE_INFINITY;

describe('fuzzy matching', () => {
  it('needs every letter, in order, whatever their case', () => {
    expect(fuzzyScore('rp', 'Remove Publication')).not.toBeNull();
    expect(fuzzyScore('pr', 'ab')).toBeNull();
    expect(fuzzyScore('ba', 'ab')).toBeNull();
    expect(fuzzyScore('', 'anything')).toBe(0);
  });

  it('prefers beginnings of words and letters together', () => {
    expect(score('rp', 'remove publication')).toBeGreaterThan(score('rp', 'torrent page'));
    expect(score('pub', 'publish')).toBeGreaterThan(score('pub', 'copy url to board'));
    expect(score('sort', 'reverse sort')).toBeGreaterThan(score('sort', 'show torrent'));
    expect(score('sort', 'sort')).toBeGreaterThan(score('sort', 'reverse sort'));
  });

  it('finds what was left of a text after leaving letters out', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...'abc de'), fc.boolean()), { minLength: 1 }),
        (letters) => {
          const text = letters.map(([letter]) => letter).join('');
          const typed = letters
            .filter(([, isKept]) => isKept)
            .map(([letter]) => letter)
            .join('');
          expect(fuzzyScore(typed, text)).not.toBeNull();
        },
      ),
    );
  });
});
