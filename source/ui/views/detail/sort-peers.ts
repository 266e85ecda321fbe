import type { PeerSummary } from '../../../control/publications.ts';
import type { PeerOrder } from '../../state/detail-state.ts';
import { rateLevel } from '../../state/rate-level.ts';

type Compare = (a: PeerSummary, b: PeerSummary) => number;

const comparisons: Record<PeerOrder, Compare> = {
  'up rate': (a, b) => rateLevel(undefined, b.uploadRate) - rateLevel(undefined, a.uploadRate),
  sent: (a, b) => b.uploaded - a.uploaded,
  progress: (a, b) => b.progress - a.progress,
  client: (a, b) => compareTexts(a.client, b.client),
  // first whom everseed went for, then those who came
  source: (a, b) => compareTexts(placeOf(a), placeOf(b)),
  age: (a, b) => a.connectedAt - b.connectedAt,
};

/** The peers in an order; the fastest, the furthest, the oldest and so on first unless it is reversed. */
export function sortPeers(
  peers: readonly PeerSummary[],
  order: PeerOrder,
  isReversed: boolean,
): PeerSummary[] {
  const compare = comparisons[order];
  const direction = isReversed ? -1 : 1;
  return peers.toSorted((a, b) => direction * compare(a, b) || compareTexts(a.address, b.address));
}

function placeOf({ source = 'incoming' }: PeerSummary): string {
  return source === 'incoming' ? '~' : source;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
