import type { PublicationRow } from '../catalog/rows.ts';
import { infoHashHex, shortInfoHashV2 } from '../metainfo/info-hash.ts';

/** What a tracker counts in one swarm, the everseed left out. */
export interface SwarmCounts {
  seeds: number;
  leechers: number;
  /** Downloads that were completed, ever. */
  completed: number;
}

/**
 * The 20-byte info hashes, in hex, by which peers and trackers know a publication: the v1 one, and
 * the v2 one cut short. A hybrid has a swarm by each (BEP 52).
 */
export function swarmHashesOf({
  infoHash,
  infoHashV2,
}: Pick<PublicationRow, 'infoHash' | 'infoHashV2'>): string[] {
  const hashes = [infoHash, infoHashV2 && shortInfoHashV2(infoHashV2)];
  return hashes.filter((hash) => hash !== null).map(infoHashHex);
}

/**
 * The counts of a publication from those of its swarms. Peers that speak both v1 and v2 announce to
 * both swarms of a hybrid: the larger count is the nearest there is to counting everybody once.
 */
export function joinCounts(swarms: Iterable<SwarmCounts>): SwarmCounts {
  const joined: SwarmCounts = { seeds: 0, leechers: 0, completed: 0 };
  for (const { seeds, leechers, completed } of swarms) {
    joined.seeds = Math.max(joined.seeds, seeds);
    joined.leechers = Math.max(joined.leechers, leechers);
    joined.completed = Math.max(joined.completed, completed);
  }
  return joined;
}
