/** Every publication is looked at this often, spread evenly, */
const shortestRoundMs = 60 * 1000;

/** but so that no more files are looked at in a second, as long as a round does not take too long. */
const filesPerSecond = 40;
const longestRoundMs = 10 * 60 * 1000;

/** Where there are many, some are looked at together, this far apart: waking up costs more than a look. */
const restMs = 5_000;

/** What is looked at together, and how long to rest before the next. */
export interface Looks<T> {
  list: T[];
  restMs: number;
}

/** Divides a round, in which all publications are looked at once, into what is looked at together. */
export function divideRound<T extends { row: { fileCount: number } }>(
  publications: Iterable<T>,
): Looks<T>[] {
  const all = [...publications];
  if (all.length === 0) return [{ list: [], restMs: shortestRoundMs }];
  const weights = all.map(({ row }) => Math.max(1, row.fileCount));
  const files = weights.reduce((sum, weight) => sum + weight, 0);
  const wantedMs = (files / filesPerSecond) * 1000;
  const roundMs = Math.min(longestRoundMs, Math.max(shortestRoundMs, wantedMs));
  const looks: Looks<T>[] = [];
  let current: Looks<T> = { list: [], restMs: 0 };
  for (const [index, one] of all.entries()) {
    current.list.push(one);
    current.restMs += ((weights[index] ?? 0) / files) * roundMs;
    if (current.restMs < restMs && index < all.length - 1) continue;
    looks.push(current);
    current = { list: [], restMs: 0 };
  }
  return looks;
}
