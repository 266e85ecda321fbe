import type { Role, SwarmCounts } from '../announce.ts';

/**
 * Where a peer stands in the run of its swarm. Positions count from a middle: downloaders stand at 0
 * and after it, all others before it, at -1, -2 and so on, and those of one group stand together, in
 * this order from the middle outwards. So whoever asks, all that are of use to it stand together, and
 * a newcomer of the most usual groups makes nobody move.
 */
export const groups = {
  worldDownloader: 0,
  nearbyDownloader: 1,
  worldSeed: 2,
  worldPartialSeed: 3,
  nearbySeed: 4,
  nearbyPartialSeed: 5,
  /** It stopped, and is remembered only as one whose download was counted. */
  gone: 6,
} as const;

export type Group = (typeof groups)[keyof typeof groups];

export const groupCount = 7;

/** The outermost group of the side of the middle that a group is on. */
export function outermostOf(group: number): number {
  return group <= groups.nearbyDownloader ? groups.nearbyDownloader : groups.gone;
}

/** The innermost one. */
export function innermostOf(group: number): number {
  return group <= groups.nearbyDownloader ? groups.worldDownloader : groups.worldSeed;
}

/** The position so far from the middle, on the side of a group. */
export function positionAt(reach: number, group: number): number {
  return innermostOf(group) === groups.worldDownloader ? reach - 1 : -reach;
}

const rolesOfGroups: readonly (Role | null)[] = [
  'downloader',
  'downloader',
  'seed',
  'partialSeed',
  'seed',
  'partialSeed',
  null,
];

/** Null of those that are gone. */
export function roleOf(group: number): Role | null {
  return rolesOfGroups[group] ?? null;
}

export function groupFor(role: Role, isNear: boolean): Group {
  switch (role) {
    case 'seed':
      return isNear ? groups.nearbySeed : groups.worldSeed;
    case 'partialSeed':
      return isNear ? groups.nearbyPartialSeed : groups.worldPartialSeed;
    case 'downloader':
      return isNear ? groups.nearbyDownloader : groups.worldDownloader;
  }
}

/**
 * How far from the middle each group of a run reaches: on its side so many peers are of it, or of
 * those further in.
 */
export interface GroupReaches {
  reachOf(group: number): number;
}

/** The first position of those of use to who asks. */
export function startOfUse(run: GroupReaches, isLeeching: boolean, isNear: boolean): number {
  if (!isLeeching) return 0;
  return -run.reachOf(isNear ? groups.nearbyPartialSeed : groups.worldPartialSeed);
}

/** The position after the last of them. */
export function endOfUse(run: GroupReaches, isNear: boolean): number {
  return run.reachOf(isNear ? groups.nearbyDownloader : groups.worldDownloader);
}

export function addCounts(run: GroupReaches, counts: SwarmCounts): void {
  const worldSeeds = run.reachOf(groups.worldSeed);
  const world = run.reachOf(groups.worldPartialSeed);
  const withNearbySeeds = run.reachOf(groups.nearbySeed);
  const all = run.reachOf(groups.nearbyPartialSeed);
  const partialSeeds = world - worldSeeds + all - withNearbySeeds;
  counts.seeds += all - partialSeeds;
  counts.leechers += run.reachOf(groups.nearbyDownloader) + partialSeeds;
  counts.partialSeeds += partialSeeds;
}
