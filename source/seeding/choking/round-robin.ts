import type { ChokerPeer } from './choker-peer.ts';
import { type ChokerDecision, type ChokingRound, decideSlots } from './decide-slots.ts';

/**
 * Everybody gets the same turns. A seeder gets nothing back, so nobody earns more than others: of
 * the algorithms this one is the fairest, and a swarm of few peers gets on with it just as well.
 */
export function roundRobin<P extends ChokerPeer>(
  peers: Iterable<P>,
  round: ChokingRound,
): ChokerDecision<P> {
  return decideSlots(peers, round, null);
}
