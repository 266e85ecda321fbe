/** Indexes in order, as ranges, both ends with them. */
export function rangesOf(indexes: readonly number[]): [first: number, last: number][] {
  const ranges: [number, number][] = [];
  for (const index of indexes) {
    const range = ranges.at(-1);
    if (range && range[1] === index - 1) range[1] = index;
    else ranges.push([index, index]);
  }
  return ranges;
}
