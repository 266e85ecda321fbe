export interface HashProgress extends BytesProgress {
  /** Files of which all is hashed. */
  hashedFiles: number;
  totalFiles: number;
}

interface BytesProgress {
  hashedBytes: number;
  totalBytes: number;
  /** Bytes hashed per second over the last seconds; 0 while it cannot be told. */
  rate: number;
  /** Null while it cannot be told. */
  secondsLeft: number | null;
}

/** How far back the rate looks: long enough to be calm, short enough to follow a slower disk. */
const windowMs = 5000;

/** Turns readings of the bytes hashed, at times in milliseconds on any clock, into progress. */
export function createProgressMeter(
  totalBytes: number,
): (hashedBytes: number, nowMs: number) => BytesProgress {
  const readings: { hashedBytes: number; atMs: number }[] = [];
  return (hashedBytes, nowMs) => {
    // The oldest reading stays until a later one is old enough to take its place.
    while (readings[1] && nowMs - readings[1].atMs >= windowMs) readings.shift();
    readings.push({ hashedBytes, atMs: nowMs });
    const oldest = readings[0];
    const seconds = oldest ? (nowMs - oldest.atMs) / 1000 : 0;
    const rate = oldest && seconds > 0 ? (hashedBytes - oldest.hashedBytes) / seconds : 0;
    const bytesLeft = totalBytes - hashedBytes;
    const secondsLeft = bytesLeft === 0 ? 0 : rate > 0 ? bytesLeft / rate : null;
    return { hashedBytes, totalBytes, rate, secondsLeft };
  };
}
