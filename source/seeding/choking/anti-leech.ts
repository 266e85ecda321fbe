import { type ChokerPeer, isTurnOver } from './choker-peer.ts';
import { type ChokerDecision, type ChokingRound, decideSlots } from './decide-slots.ts';

/** How finely peers are told apart, so that slots do not change hands with every piece. */
const levels = 10;

/**
 * Slots are earned by those who have just begun, to have something to trade, and by those who are
 * almost done, to become seeds. Those in the middle can trade with each other, and get little here
 * if they do not (Chow, Golubchik, Misra: "Improving BitTorrent: A Simple Approach").
 */
export function antiLeech<P extends ChokerPeer>(
  peers: Iterable<P>,
  round: ChokingRound,
): ChokerDecision<P> {
  return decideSlots(peers, round, merit);
}

function merit(peer: ChokerPeer, now: number): number | null {
  // who takes nothing would keep a slot for nothing
  if (!peer.choked && peer.uploadRate === 0 && isTurnOver(peer, now)) return null;
  return Math.round(Math.abs(peer.progress - 0.5) * 2 * levels);
}
