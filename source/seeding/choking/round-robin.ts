/**
 * Whom a seeder sends data (BEP 3 calls it choking). A seeder gets nothing back, so its policy is
 * fairness: whoever is interested gets a slot at once while there are free ones; when there are
 * none, everybody gets a turn, and who waits longest is next.
 */

/** How long a turn lasts at least while others wait: TCP needs some seconds to get up to speed. */
export const turnMs = 12_000;

/** What the choker knows of a peer. Times in milliseconds, on any clock. */
export interface ChokerPeer {
  readonly interested: boolean;
  readonly choked: boolean;
  /** When it was unchoked or, while it is choked, when it began to wait. */
  readonly since: number;
  /** It gets no slot before this. */
  readonly barredUntil: number;
}

interface ChokerDecision<P> {
  choke: P[];
  unchoke: P[];
}

/**
 * Decides whom to choke and whom to unchoke, so that at most `slots` are unchoked. `rotations` is
 * how many turns may end in favour of peers that wait: see `rotationsPerSecond`.
 */
export function decideSlots<P extends ChokerPeer>(
  peers: Iterable<P>,
  slots: number,
  now: number,
  rotations: number,
): ChokerDecision<P> {
  const choke: P[] = [];
  const served: P[] = [];
  const waiting: P[] = [];
  for (const peer of peers) {
    if (!peer.choked) (peer.interested ? served : choke).push(peer);
    else if (peer.interested && peer.barredUntil <= now) waiting.push(peer);
  }
  waiting.sort(bySince);
  const free = Math.max(0, slots - served.length);
  const unchoke = waiting.splice(0, free);

  if (waiting.length > 0 && rotations > 0) {
    const over = served.filter((peer) => now - peer.since >= turnMs).sort(bySince);
    const ending = over.slice(0, Math.min(rotations, waiting.length));
    choke.push(...ending);
    unchoke.push(...waiting.slice(0, ending.length));
  }
  return { choke, unchoke };
}

/** Turns that may end each second, so that the slots change hands one by one, not all at once. */
export function rotationsPerSecond(slots: number): number {
  return Math.ceil(slots / (turnMs / 1000));
}

function bySince(a: ChokerPeer, b: ChokerPeer): number {
  return a.since - b.since;
}
