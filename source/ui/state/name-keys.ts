/** A name as it is sorted and searched by. */
export interface NameKey {
  /** Two names are in the order of these, as code units: numbers by value, case and accents aside. */
  sort: string;
  search: string;
  /** Its place among all names known, once they are ranked; names that sort alike share one. */
  rank: number;
}

/** Digits are filled up to so many; a longer number sorts by its digits. */
const digits = 12;

/** Names kept before all are forgotten: those of publications that are gone are among them. */
const mostKept = 50_000;

/**
 * Keys of names, each made once, and their order, found once: `Intl.Collator` takes 50 times as long
 * for each comparison, which with ten thousand names is felt at every key.
 */
export class NameKeys {
  readonly #known = new Map<string, NameKey>();
  #inOrder: NameKey[] = [];
  #isRanked = true;

  of(name: string): NameKey {
    const before = this.#known.get(name);
    if (before) return before;
    if (this.#known.size >= mostKept) {
      this.#known.clear();
      this.#inOrder = [];
    }
    const key = { sort: sortKey(name), search: name.toLowerCase(), rank: 0 };
    this.#known.set(name, key);
    this.#inOrder.push(key);
    this.#isRanked = false;
    return key;
  }

  /** Ranks all names known so far. */
  rank(): void {
    if (this.#isRanked) return;
    this.#inOrder.sort((a, b) => (a.sort < b.sort ? -1 : Number(a.sort > b.sort)));
    let rank = 0;
    for (const [index, key] of this.#inOrder.entries()) {
      if (key.sort !== this.#inOrder[index - 1]?.sort) rank = index;
      key.rank = rank;
    }
    this.#isRanked = true;
  }
}

function sortKey(name: string): string {
  const isAscii = /^[\0-\x7f]*$/.test(name);
  const plain = isAscii ? name : name.normalize('NFKD').replace(/\p{M}+/gu, '');
  return plain.toLowerCase().replace(/\d+/g, (number) => number.padStart(digits, '0'));
}
