import { groupCount } from './peer-groups.ts';
import { runSizes } from './run-sizes.ts';

/** Words of a run before its peers: its owner, and how far each group reaches. */
export const header = { owner: 0, reaches: 1, length: 1 + groupCount } as const;

/** Runs that hold more are searched by an index. */
const mostScanned = 64;

/**
 * How a run of one size lies in memory, in words of 32 bits from its beginning: the header; the
 * endpoints, in compact form; the facts; the slots of an index, of which each peer takes two at most.
 */
export interface RunLayout {
  /** How many peers it holds. */
  size: number;
  factsAt: number;
  slotsAt: number;
  /** A power of two; 0 for a run without an index. */
  slots: number;
  length: number;
}

/** One for each of the sizes that runs come in. Endpoints are counted in words of 16 bits. */
export function layoutsOf(endpointHalves: number, factWords: number): RunLayout[] {
  return runSizes.map((size) => {
    const factsAt = header.length + Math.ceil((size * endpointHalves) / 2);
    const slotsAt = factsAt + size * factWords;
    const slots = size <= mostScanned ? 0 : slotsFor(2 * size);
    return { size, factsAt, slotsAt, slots, length: slotsAt + slots };
  });
}

/** At most three quarters of them are taken. */
function slotsFor(entries: number): number {
  return 2 ** Math.ceil(Math.log2(entries / 0.75));
}
