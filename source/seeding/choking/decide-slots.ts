import { type ChokerPeer, isTurnOver, turnMs } from './choker-peer.ts';

/*
 * Whom a seeder sends data (BEP 3 calls it choking). Whoever is interested gets a slot at once while
 * there are free ones. When there are none, some slots go to those who earn them, as the algorithm
 * ranks peers, and the others by turns: who waits longest is next, so nobody is left out whatever
 * the ranking. BEP 3 calls these optimistic.
 */

/** One slot of so many goes by turns, whoever would earn it; but one at least. */
const slotsPerOptimistic = 5;

/** The circumstances of a decision. */
export interface ChokingRound {
  /** How many peers may be unchoked. */
  slots: number;
  /** Milliseconds, on the peers' clock. */
  now: number;
  /** How many slots may change hands though they are in use; see `rotationsPerSecond`. */
  rotations: number;
}

/** How much a peer earns a slot; the more, the rather. Null: not at all. */
export type Merit = (peer: ChokerPeer, now: number) => number | null;

export interface ChokerDecision<P> {
  choke: P[];
  /** Have earned their slots; some may be unchoked already. */
  earned: P[];
  /** Are unchoked since it is their turn. */
  optimistic: P[];
}

/** Decides who is choked and who is not. Without `merit` all slots go by turns. */
export function decideSlots<P extends ChokerPeer>(
  peers: Iterable<P>,
  { slots, now, rotations }: ChokingRound,
  merit: Merit | null,
): ChokerDecision<P> {
  const { leaving, served, waiting } = sortPeers(peers, now);
  const turnSlots = merit ? optimisticSlots(slots) : slots;
  const best = bestOf([...served, ...waiting], slots - turnSlots, merit, now);
  const claims = waiting.filter((peer) => best.has(peer));
  const line = waiting.filter((peer) => !best.has(peer));
  const earned = served.filter((peer) => peer.optimistic && best.has(peer));
  const optimistic: P[] = [];
  /** Those who have slots that others may get, the longest first. */
  const holders = served.filter((peer) => !best.has(peer)).sort(bySince);
  let turns = holders.filter((peer) => peer.optimistic).length;

  const giveSlot = () => {
    const isTurn = line.length > 0 && (turns < turnSlots || claims.length === 0);
    const next = isTurn ? line.shift() : claims.shift();
    if (!next) return;
    (isTurn ? optimistic : earned).push(next);
    if (isTurn) turns++;
  };

  for (let free = slots - served.length; free > 0; free--) giveSlot();

  const choke = leaving;
  let surplus = Math.max(0, served.length - slots);
  const over = holders.filter((peer) => isTurnOver(peer, now)).slice(0, rotations);
  for (const peer of over) {
    if (surplus === 0 && line.length + claims.length === 0) break;
    choke.push(peer);
    if (peer.optimistic) turns--;
    if (surplus > 0) surplus--;
    else giveSlot();
  }
  return { choke, earned, optimistic };
}

/** Slots that may change hands each second, so that they do so one by one, not all at once. */
export function rotationsPerSecond(slots: number): number {
  return Math.ceil(slots / (turnMs / 1000));
}

/** How many of the slots go by turns, whatever peers earn. */
export function optimisticSlots(slots: number): number {
  return Math.max(1, Math.floor(slots / slotsPerOptimistic));
}

function sortPeers<P extends ChokerPeer>(peers: Iterable<P>, now: number) {
  const leaving: P[] = [];
  const served: P[] = [];
  const waiting: P[] = [];
  for (const peer of peers) {
    if (!peer.choked) (peer.interested ? served : leaving).push(peer);
    else if (peer.interested && peer.barredUntil <= now) waiting.push(peer);
  }
  waiting.sort(bySince);
  return { leaving, served, waiting };
}

/** Those who earn most; among equals who is served, then who waits longest. */
function bestOf<P extends ChokerPeer>(
  peers: readonly P[],
  count: number,
  merit: Merit | null,
  now: number,
): ReadonlySet<P> {
  const ranked: { peer: P; value: number }[] = [];
  for (const peer of merit && count > 0 ? peers : []) {
    const value = merit?.(peer, now) ?? null;
    if (value !== null) ranked.push({ peer, value });
  }
  ranked.sort(
    (a, b) =>
      b.value - a.value || Number(a.peer.choked) - Number(b.peer.choked) || bySince(a.peer, b.peer),
  );
  return new Set(ranked.slice(0, count).map(({ peer }) => peer));
}

function bySince(a: ChokerPeer, b: ChokerPeer): number {
  return a.since - b.since;
}
