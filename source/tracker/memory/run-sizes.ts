/**
 * The sizes that runs of peers come in: every one up to 8, and from there four to every doubling,
 * so that a run is about nine tenths full on average.
 */
export const runSizes: readonly number[] = sizes();

/** The smallest size, by its place in `runSizes`, that holds so many peers. */
export function sizeClassFor(peers: number): number {
  if (peers <= 8) return Math.max(peers, 1) - 1;
  const doublings = 31 - Math.clz32(peers - 1);
  const step = 2 ** (doublings - 2);
  const quarter = Math.ceil(peers / step) - 4;
  return 7 + 4 * (doublings - 3) + quarter;
}

function sizes(): number[] {
  const all = [1, 2, 3, 4, 5, 6, 7, 8];
  for (let size = 8; size < 2 ** 20; size *= 2) {
    all.push(size * 1.25, size * 1.5, size * 1.75, size * 2);
  }
  return all;
}
