/** How much memory a process took at one moment, in bytes. */
interface ResidentSample {
  resident: number;
}

/** What a process had in memory at one moment, in bytes. */
export interface MemorySample extends ResidentSample {
  heapTotal: number;
  heapUsed: number;
  external: number;
  arrayBuffers: number;
}

/** What a process may grow by and still count as flat: some pages come and go. */
const leastGrowth = 8 * 2 ** 20;
const growthShare = 0.04;

/**
 * Whether memory stays where it is, by samples taken at even distances: in the first third it may
 * fill up to its limits, and from the middle third to the last one it must not grow. Returns a
 * sentence that says by how much it did, or null.
 */
export function growthIn(samples: readonly ResidentSample[]): string | null {
  const third = Math.floor(samples.length / 3);
  if (third < 3) throw new Error('there are too few samples to tell');
  const middle = medianOf(samples.slice(third, 2 * third));
  const last = medianOf(samples.slice(-third));
  const most = Math.max(leastGrowth, middle * growthShare);
  if (last - middle <= most) return null;
  return `memory grew from ${mebibytes(middle)} to ${mebibytes(last)} MiB, middle third to last`;
}

/** A line of a table: when, and each number in MiB. */
export function sampleLine(when: string, sample: MemorySample): string {
  const { resident, heapTotal, heapUsed, external, arrayBuffers } = sample;
  return [when.padStart(8), ...[resident, heapTotal, heapUsed, external, arrayBuffers].map(cell)]
    .join('  ')
    .trimEnd();
}

export const sampleHeading = [
  '    when',
  ...['resident', 'heap', 'used', 'external', 'buffers'].map((name) => name.padStart(8)),
].join('  ');

function cell(bytes: number): string {
  return mebibytes(bytes).padStart(8);
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

function medianOf(samples: readonly ResidentSample[]): number {
  const sorted = samples.map(({ resident }) => resident).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
