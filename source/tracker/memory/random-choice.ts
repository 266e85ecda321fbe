/** Steps by which is chosen: short, since memory is read in lines of several peers. */
const steps = [1, 2, 3, 5, 7, 11];

/**
 * Chooses up to `want` random numbers, all different, from `start` to before `end` and without `self`
 * (null for nobody), and puts them into `chosen`. Returns how many they are.
 */
export function chooseSome(
  start: number,
  end: number,
  self: number | null,
  want: number,
  random: () => number,
  chosen: Int32Array,
): number {
  const skipped = self !== null && self >= start && self < end ? self : end;
  const others = end - start - (skipped === end ? 0 : 1);
  const count = want < others ? want : others;
  if (count <= 0) return 0;
  // Steps of a length that has no common factor with their number come by all of them.
  const step = count === others ? 1 : coprimeStep(others, random) % others;
  // (Not by Math.floor, which would have the loop reckon with fractions.)
  let next = count === others ? 0 : (random() * others) | 0;
  for (let n = 0; n < count; n++) {
    // the last one stands in for who is left out
    chosen[n] = start + next === skipped ? end - 1 : start + next;
    next += step;
    if (next >= others) next -= others;
  }
  return count;
}

/** A random step without a common factor with `total`. */
function coprimeStep(total: number, random: () => number): number {
  const step = steps[(random() * steps.length) | 0] as number;
  // all but 1 are primes
  return total % step === 0 ? 1 : step;
}
