import { copyMany, copyWords } from './copied-words.ts';
import type { RunDump } from './peer-facts.ts';
import { groupCount, groups } from './peer-groups.ts';
import { runSizes } from './run-sizes.ts';
import type { Slab } from './run-space.ts';

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

/** Copies what is known of the peers of a run. */
export function dumpOf(run: RunPlace, endpointHalves: number, factWords: number): RunDump {
  const { words, halves, start, layout } = run;
  const reachesAt = start + header.reaches;
  const after = words[reachesAt + groups.nearbyDownloader] as number;
  const before = words[reachesAt + groups.gone] as number;
  const both = <Words extends Uint16Array | Uint32Array>(
    from: Words,
    at: number,
    length: number,
    into: Words,
  ): Words => {
    copyMany(from, at, into, 0, after * length);
    copyMany(from, at + (layout.size - before) * length, into, after * length, before * length);
    return into;
  };
  const facts = new Uint32Array((after + before) * factWords);
  const endpoints = new Uint16Array((after + before) * endpointHalves);
  return {
    reaches: words.slice(reachesAt, reachesAt + groupCount),
    facts: both(words, start + layout.factsAt, factWords, facts),
    endpoints: both(halves, endpointsAt(run), endpointHalves, endpoints),
  };
}

function endpointsAt({ start }: RunPlace): number {
  return (start + header.length) * 2;
}
