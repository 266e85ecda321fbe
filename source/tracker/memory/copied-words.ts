/*
 * Copying of words, apart for those of either size: so the compiler knows which they are.
 */

export function copyHalves(
  from: Uint16Array,
  fromAt: number,
  to: Uint16Array,
  toAt: number,
  count: number,
): void {
  for (let n = 0; n < count; n++) to[toAt + n] = from[fromAt + n] as number;
}

export function copyWords(
  from: Uint32Array,
  fromAt: number,
  to: Uint32Array,
  toAt: number,
  count: number,
): void {
  for (let n = 0; n < count; n++) to[toAt + n] = from[fromAt + n] as number;
}

/**
 * Copies endpoints that stand side by side: `count` words, three at a time, as those of either family
 * are. Most of what an answer takes is this loop.
 */
export function copyEndpoints(
  from: Uint16Array,
  fromAt: number,
  to: Uint16Array,
  toAt: number,
  count: number,
): void {
  const end = toAt + count;
  for (let at = fromAt, n = toAt; n < end; at += 3, n += 3) {
    to[n] = from[at] as number;
    to[n + 1] = from[at + 1] as number;
    to[n + 2] = from[at + 2] as number;
  }
}

/** So few are copied sooner one by one than the view is made that copies them together. */
const fewWords = 64;

export function copyMany<Words extends Uint16Array | Uint32Array>(
  from: Words,
  fromAt: number,
  to: Words,
  toAt: number,
  count: number,
): void {
  if (count > fewWords) to.set(from.subarray(fromAt, fromAt + count), toAt);
  else for (let n = 0; n < count; n++) to[toAt + n] = from[fromAt + n] as number;
}
