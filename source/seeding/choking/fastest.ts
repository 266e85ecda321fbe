import type { ChokerPeer } from './choker-peer.ts';
import { type ChokerDecision, type ChokingRound, decideSlots } from './decide-slots.ts';

/**
 * Slots are earned by those who take data fastest, who most often pass it on fastest, too: the most
 * is sent with the fewest slots. The others show in their turns how fast they are.
 */
export function fastest<P extends ChokerPeer>(
  peers: Iterable<P>,
  round: ChokingRound,
): ChokerDecision<P> {
  return decideSlots(peers, round, ({ choked, uploadRate }) =>
    choked || uploadRate === 0 ? null : uploadRate,
  );
}
