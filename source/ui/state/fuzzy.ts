/**
 * How well a text fits what was typed: every letter of it must come in the text, in this order.
 * Null when it does not fit; higher is better. Letters that begin a word or follow the letter
 * before them count most, so that `rp` finds "remove publication" before "torrent page".
 */
export function fuzzyScore(typed: string, text: string): number | null {
  const wanted = [...typed.toLowerCase().replace(/\s+/g, '')];
  const letters = [...text.toLowerCase()];
  let best: number | null = wanted.length === 0 ? 0 : null;
  // Which letter to begin with makes a difference, so each is tried.
  for (let start = 0; start < letters.length; start++) {
    if (letters[start] !== wanted[0]) continue;
    const score = scoreFrom(start, wanted, letters);
    if (score !== null && (best === null || score > best)) best = score;
  }
  return best;
}

const scores = { textStart: 12, wordStart: 8, following: 6, elsewhere: 1 } as const;

function scoreFrom(start: number, wanted: readonly string[], letters: readonly string[]) {
  let score = 0;
  let last = start - 2;
  for (const letter of wanted) {
    const position = letters.indexOf(letter, Math.max(start, last + 1));
    if (position < 0) return null;
    score += scoreAt(position, last, letters);
    last = position;
  }
  return score;
}

function scoreAt(position: number, last: number, letters: readonly string[]): number {
  if (position === last + 1) return scores.following;
  if (position === 0) return scores.textStart;
  return /[\p{L}\p{N}]/u.test(letters[position - 1] ?? '') ? scores.elsewhere : scores.wordStart;
}
