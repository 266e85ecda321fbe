import { copyMany, copyWords } from './copied-words.ts';
import type { RunDump } from './peer-facts.ts';
import { groupCount, groups } from './peer-groups.ts';
import { runSizes } from './run-sizes.ts';
import type { Slab } from './slab-pool.ts';

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

/** A run in its slab. */
export interface RunPlace extends Slab {
  /** Where it begins, in words. */
  start: number;
  layout: RunLayout;
}

/** Copies the peers of a run to another one, of any size that has room for them. */
export function copyPeers(
  from: RunPlace,
  to: RunPlace,
  endpointHalves: number,
  factWords: number,
): void {
  const reachesAt = from.start + header.reaches;
  copyWords(from.words, reachesAt, to.words, to.start + header.reaches, groupCount);
  const after = from.words[reachesAt + groups.nearbyDownloader] as number;
  const before = from.words[reachesAt + groups.gone] as number;
  // those before the middle stand at the end of each
  for (const [nth, nthTo, count] of [
    [0, 0, after],
    [from.layout.size - before, to.layout.size - before, before],
  ] as const) {
    copyMany(
      from.halves,
      endpointsAt(from) + nth * endpointHalves,
      to.halves,
      endpointsAt(to) + nthTo * endpointHalves,
      count * endpointHalves,
    );
    copyMany(
      from.words,
      from.start + from.layout.factsAt + nth * factWords,
      to.words,
      to.start + to.layout.factsAt + nthTo * factWords,
      count * factWords,
    );
  }
}

/** Copies the index of a run to one that has as many slots. */
export function copySlots(from: RunPlace, to: RunPlace): void {
  const at = from.start + from.layout.slotsAt;
  copyMany(from.words, at, to.words, to.start + to.layout.slotsAt, from.layout.slots);
}

/** How long the parts of a dump of so many peers are, in words of theirs, in the order they stand in it. */
export function dumpLengths(
  peers: number,
  endpointHalves: number,
  factWords: number,
): Record<keyof RunDump, number> {
  return { reaches: groupCount, facts: peers * factWords, endpoints: peers * endpointHalves };
}

/** Copies what is known of the peers of a run to the words from `at` on, as `dumpLengths` says. */
export function copyDump(
  { words, halves, start, layout }: RunPlace,
  endpointHalves: number,
  factWords: number,
  into: Slab,
  at: number,
): void {
  const reachesAt = start + header.reaches;
  const after = words[reachesAt + groups.nearbyDownloader] as number;
  const before = words[reachesAt + groups.gone] as number;
  const both = <Words extends Uint16Array | Uint32Array>(
    from: Words,
    fromAt: number,
    length: number,
    to: Words,
    toAt: number,
  ): void => {
    copyMany(from, fromAt, to, toAt, after * length);
    const fromEnd = fromAt + (layout.size - before) * length;
    copyMany(from, fromEnd, to, toAt + after * length, before * length);
  };
  copyWords(words, reachesAt, into.words, at, groupCount);
  const factsAt = at + groupCount;
  both(words, start + layout.factsAt, factWords, into.words, factsAt);
  const endpointsTo = (factsAt + (after + before) * factWords) * 2;
  // what pads an odd number of halves
  const last = endpointsTo + (after + before) * endpointHalves;
  if (last % 2 === 1) into.halves[last] = 0;
  both(halves, endpointsAt({ start }), endpointHalves, into.halves, endpointsTo);
}

function endpointsAt({ start }: Pick<RunPlace, 'start'>): number {
  return (start + header.length) * 2;
}
