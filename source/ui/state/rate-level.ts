/** Levels per doubling of a rate. */
const levelsPerDoubling = 2;

/** How far, in levels, a rate must leave its level before it gets another. */
const slack = 1;

/**
 * A rate's level for sorting, on a logarithmic scale: rates jitter every second, and rows sorted by
 * them as they are would never stand still. A level stays until the rate is 41 % off it.
 */
export function rateLevel(previous: number | undefined, bytesPerSecond: number): number {
  const exact = Math.log2(bytesPerSecond + 1) * levelsPerDoubling;
  if (previous !== undefined && bytesPerSecond > 0 && Math.abs(exact - previous) <= slack) {
    return previous;
  }
  return Math.round(exact);
}
