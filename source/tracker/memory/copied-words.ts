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
 * Copies the endpoints at the positions in `chosen`, IPv4 ones: those at 0 and after it begin at
 * `middle`, and all have room for `size`. Most of what an answer takes is this loop.
 */
export function copyChosen4(
  endpoints: Uint16Array,
  middle: number,
  size: number,
  chosen: Int32Array,
  count: number,
  into: Uint16Array,
): void {
  let to = 0;
  for (let n = 0; n < count; n++) {
    const position = chosen[n] as number;
    const from = middle + (position < 0 ? position + size : position) * 3;
    into[to] = endpoints[from] as number;
    into[to + 1] = endpoints[from + 1] as number;
    into[to + 2] = endpoints[from + 2] as number;
    to += 3;
  }
}

/** The same of IPv6. */
export function copyChosen6(
  endpoints: Uint16Array,
  middle: number,
  size: number,
  chosen: Int32Array,
  count: number,
  into: Uint16Array,
): void {
  for (let n = 0; n < count; n++) {
    const position = chosen[n] as number;
    const from = middle + (position < 0 ? position + size : position) * 9;
    copyHalves(endpoints, from, into, n * 9, 9);
  }
}

export function copyMany<Words extends Uint16Array | Uint32Array>(
  from: Words,
  fromAt: number,
  to: Words,
  toAt: number,
  count: number,
): void {
  to.set(from.subarray(fromAt, fromAt + count), toAt);
}
