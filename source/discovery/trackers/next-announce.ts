/** What trackers ask for is taken within these bounds, in seconds. */
const leastInterval = 60;
const greatestInterval = 24 * 3_600;

/** An announce so close before its place in the interval, 0 to 1, is in it. */
const atPhase = 0.02;

const firstRetryMs = 60_000;
const longestRetryMs = 30 * 60_000;

interface Asked {
  /** Seconds. */
  interval: number;
  minInterval: number;
}

/**
 * When to announce again after an answer at `now`, in milliseconds. It is no later than the
 * tracker asks, and as soon as its minimum allows at the announce's own `phase` (0 to 1) of the
 * interval: thousands of publications that began at the same time come apart, and stay so.
 */
export function nextAnnounceAt(now: number, { interval, minInterval }: Asked, phase: number) {
  const period = 1_000 * Math.min(Math.max(interval, leastInterval), greatestInterval);
  const earliest = Math.min(period, Math.max(period / 2, minInterval * 1_000));
  const untilPhase = (((phase - now / period) % 1) + 1) % 1;
  const wait = (untilPhase < atPhase ? 1 : untilPhase) * period;
  if (wait >= earliest) return now + wait;
  // when there is no room for both, the interval alone counts
  return now + (earliest <= period / 2 ? earliest : period);
}

/**
 * How long to wait after the `failures`-th failure in a row, in milliseconds: from one minute,
 * doubled up to half an hour, give or take a quarter, so that many that failed together do not
 * come back together.
 *
 * @param retryIn seconds the tracker asked to be left alone for; it is for a day at most
 * @param random 0 to 1
 */
export function retryDelay(failures: number, retryIn: number | null, random: number): number {
  const delay = Math.min(firstRetryMs * 2 ** (failures - 1), longestRetryMs);
  const asked = Math.min(retryIn ?? 0, greatestInterval);
  return Math.max(delay * (0.75 + random / 2), asked * 1_000);
}

/** The phase of one of a publication's announces: even over all, and always the same for one. */
export function phaseOf(infoHash: Uint8Array, tier: number): number {
  const head = new DataView(infoHash.buffer, infoHash.byteOffset).getUint32(0) / 2 ** 32;
  return (head + tier * 0.618034) % 1;
}
